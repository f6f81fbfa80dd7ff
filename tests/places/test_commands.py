"""The commands say what they did, and a mistake in one sentence with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from childfirst.cli import main
from childfirst.places.models import Area, School

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, words)])


def test_the_group_lists_its_commands_without_loading_them():
    answer = run("--help")
    assert answer.exit_code == 0
    for name in ("areas", "schools", "school-links", "term-dates", "encounters"):
        assert name in answer.output


def test_schools_from_a_file(tmp_path: Path):
    path = tmp_path / "gias-open-2025-07.csv"
    path.write_text("urn,name,open_date,town,postcode\n900001,Fen School,,Fen,ZZ\n90,Bad,,,\n")
    answer = run("schools", path)
    assert answer.exit_code == 0, answer.output
    assert "read                   2" in answer.output and "of 1 July 2025" in answer.output
    assert "line 3, urn: '90'" in answer.output and "not known in postcode: 'ZZ' (1)" in answer.output
    assert School.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["schools", "none.csv"], "There is no file none.csv."),
        (["schools", "{empty}"], "is empty."),
        (["schools", "{empty}", "--as-of", "July"], "not a date written like"),
        (["areas", "{empty}", "--kind", "ward"], "is empty."),
        (["areas", "{text}", "--kind", "ward"], "Name the columns"),
        (["areas", "{text}", "--kind", "ward", "--member-column", "a"], "--name-column"),
        (["areas", "{text}", "--kind", "ward", "--code-column", "a", "--name-column", "b"], "neither a GeoPackage"),
        (["areas", "{text}", "--kind", "ward", "--code-column", "a", "--name-column", "b", "--parents", "{text}"], "--parent-column"),
        (["school-links", "{text}"], "links between schools but has no columns"),
        (["term-dates", "{text}"], "a list of term dates but has no columns"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(tmp_path: Path, words: list[str], sentence: str):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "text.csv").write_bytes(b"a,b\n1,2\n")
    answer = run(*(word.format(empty=tmp_path / "empty.csv", text=tmp_path / "text.csv") for word in words))
    assert answer.exit_code == 2
    assert sentence in answer.output and "Traceback" not in answer.output
    assert not Area.objects.exists() and not School.objects.exists()
