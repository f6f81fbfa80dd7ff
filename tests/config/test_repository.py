"""Promises about the repository itself: locks without addresses, reasons above dependencies, a README in every room."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

LOCKS = tuple(ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "dev", "bench"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this copy is not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_python_locks_have_hashes_and_no_addresses(lock: Path):
    text = lock.read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    requirements = re.findall(r"^([a-z0-9][^=\s]*)==.*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(requirements) > 40
    for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block


def test_the_runtime_lock_is_part_of_the_development_lock():
    runtime, development, benchmarks = (
        set(re.findall(r"^[a-z0-9][^\\]*", lock.read_text(), re.MULTILINE)) for lock in LOCKS
    )
    assert runtime <= development <= benchmarks


def test_the_npm_lock_has_hashes_and_no_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_a_sentence_stands_above_each_dependency():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [")
    end = next(i for i, line in enumerate(lines) if line.startswith("[tool."))
    previous_is_reason = False
    for line in lines[start + 1 : end]:
        text = line.strip()
        if text.startswith('"'):
            assert previous_is_reason, text
        # One sentence may stand above a group of packages that do one thing together.
        previous_is_reason = text.startswith("#") or (text.startswith('"') and previous_is_reason)


def test_every_room_says_what_it_is_for():
    rooms = [path for path in (ROOT / "src" / "childfirst").iterdir() if (path / "__init__.py").is_file()]
    engines = [path for path in (ROOT / "src" / "childfirst" / "engines").iterdir() if (path / "__init__.py").is_file()]
    missing = [str(path.relative_to(ROOT)) for path in [*rooms, *engines] if not (path / "README.md").is_file()]
    assert missing == []


def test_files_of_the_house_stay_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "src").rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert long == {}


def test_nothing_third_party_and_no_path_of_one_machine_is_committed():
    for path in tracked():
        assert path.suffix not in {".woff", ".woff2", ".ttf", ".whl", ".gpkg", ".parquet", ".zip"}, path
        assert not path.name.endswith(".min.js"), path
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".json", ".html", ".cfg"} and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?<![\w.])/(?:work|root|home)/\w", text), path


def test_the_picture_of_the_floors_in_the_guide_is_the_one_that_is_enforced():
    layers = re.search(r"layers =\n(.*?)\nexhaustive", (ROOT / ".importlinter").read_text(), re.DOTALL)
    assert layers is not None
    enforced = re.findall(r"[a-z_]+", layers[1].replace("__main__", ""))
    guide = (ROOT / "DEVELOPMENT.md").read_text()
    drawn = re.search(r"    synthetic > .*?> shared", guide, re.DOTALL)
    assert drawn is not None
    assert re.findall(r"[a-z_]+", drawn[0]) == enforced


def test_the_core_of_a_room_with_chambers_is_listed_whole():
    """A new module of the core must stand in the contract that keeps it from importing chambers."""
    room = ROOT / "src" / "childfirst" / "encounters"
    contract = (ROOT / ".importlinter").read_text().partition("[importlinter:contract:core-below-chambers]")[2]
    listed = set(
        re.findall(r"^    childfirst\.encounters\.(\w+)$", contract.partition("forbidden_modules")[0], re.MULTILINE)
    )
    there = {path.stem for path in room.glob("*.py")} - {"__init__", "commands"}  # commands speak for the whole room
    assert listed == there
