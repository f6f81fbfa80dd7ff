"""The demo is made in a folder of its own, and touches nothing that is not the demo's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from childfirst.shared.errors import UserError
from childfirst.synthetic import building, commands
from childfirst.synthetic.building import Size


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def mark(folder: Path, **held: object) -> None:
    (folder / building.MARK).write_text(json.dumps(held))


def test_a_folder_with_nothing_but_keys_and_logs_is_empty(folder: Path):
    assert building.state_of_folder(Size()) == "empty"
    (folder / "keys").mkdir()
    (folder / "running.pid").touch()
    assert building.state_of_folder(Size()) == "empty"


@pytest.mark.parametrize("name", ["workspace.sqlite3", "facts", "thesis.docx"])
def test_a_folder_with_anything_else_is_refused(folder: Path, name: str):
    (folder / name).touch()
    with pytest.raises(UserError, match=r"not the demo's|own database"):
        building.build(Size())
    assert [path.name for path in folder.iterdir()] == [name]


def test_a_real_partnership_is_not_stopped_by_a_demo(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "workspace.sqlite3").touch()
    monkeypatch.setattr(commands, "stop_running", lambda: pytest.fail("It was stopped."))
    result = CliRunner().invoke(commands.demo, [])
    assert isinstance(result.exception, UserError)


def test_a_demo_is_known_again_and_half_of_one_is_not(folder: Path):
    mark(folder, state="built", made_of=building.made_of(Size()))
    assert building.state_of_folder(Size()) == "built"
    assert building.state_of_folder(Size(seed=1)) == "other"
    mark(folder, state="building", made_of=building.made_of(Size()))
    assert building.state_of_folder(Size()) == "other"
    (folder / building.MARK).write_text("")
    assert building.state_of_folder(Size()) == "other"


def test_making_it_anew_removes_what_the_demo_made_and_nothing_beside_it(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(building.connections, "close_all", lambda: None)
    mark(folder, state="building", made_of="")
    for name in ("facts", "published", "keys", "holiday photos"):
        (folder / name).mkdir()
        (folder / name / "file").touch()
    for name in ("workspace.sqlite3", "workspace.sqlite3-wal", "thesis.docx"):
        (folder / name).touch()
    building._clear(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["demo.json", "holiday photos", "keys", "thesis.docx"]
    assert (folder / "holiday photos" / "file").exists()


def test_a_day_that_is_none_is_a_sentence():
    with pytest.raises(UserError, match="not a date"):
        Size(as_of="Tuesday").last_day  # noqa: B018
