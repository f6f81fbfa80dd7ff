"""The commands: tables that a person can read, exit codes, no traceback for the user's mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from childfirst.cli import main
from childfirst.encounters.models import Encounter
from tests.encounters import makers
from tests.encounters.makers import archive, row, rows, text_of

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_import_and_facts(tmp_path: Path, settings: Any) -> None:
    settings.FACTS_DIR = tmp_path / "facts"
    path = archive(
        tmp_path, [*rows(12, age_range=""), row(), row(), row(Gender="[Fluid]"), row(Legislation="Moon Act")]
    )
    result = run("import", "encounters", path)
    assert result.exit_code == 0, result.output
    for words in (
        "Rows read",
        "16",
        "Landed",
        "14",
        "Exact duplicates",
        "Set aside",
        "[Fluid]",
        "86%",
        "Moon Act",
        "childfirst facts",
    ):
        assert words in result.output, words
    assert Encounter.objects.count() == 14
    again = run("import", "encounters", path, "--strict")
    assert again.exit_code == 1
    assert "14" in again.output
    built = run("facts")
    assert built.exit_code == 0
    assert "Facts of 14 encounters in 1 month: 1 written" in built.output
    assert "0 written, 1 as they were" in run("facts", "--all").output


def test_mistakes_are_one_sentence_and_exit_with_2(tmp_path: Path) -> None:
    for arguments, sentence in (
        ((tmp_path / "none.zip",), "There is no file"),
        ((archive(tmp_path, "", "empty.zip"),), "is empty"),
        ((archive(tmp_path, rows(1)), "--force", "atlantis"), "no file of the force"),
    ):
        result = run("import", "encounters", *arguments)
        assert result.exit_code == 2
        assert sentence in result.output
        assert "Traceback" not in result.output
    assert not Encounter.objects.exists()


def test_many_reasons_are_summed_up(tmp_path: Path) -> None:
    listed = [{**one, "Gender": f"word {i}"} for i, one in enumerate(rows(30))]
    june = "2018-06/2018-06-testshire-stop-and-search.csv"
    files = {makers.NAME: text_of(listed), june: text_of([row(Date="2018-06-02T10:00:00+00:00")])}
    result = run("import", "encounters", archive(tmp_path, files))
    assert "and 20 more; by reason" in result.output
    assert "30  This word is not known for gender." in result.output
    assert "May 2018 to June 2018" in result.output


def test_areas_that_come_after_the_archive(tmp_path: Path, settings: Any) -> None:
    settings.FACTS_DIR = tmp_path / "facts"
    result = run("import", "encounters", archive(tmp_path, [*rows(3), row(Latitude="", Longitude="")]))
    assert "no areas are here yet" in result.output
    run("facts")
    makers.areas()
    located = run("facts", "--locate")
    assert "3 encounters in another ward or borough" in located.output
    assert "1 written" in located.output
    assert sorted(Encounter.objects.values_list("ward", flat=True)) == ["", "W1", "W1", "W1"]
    assert "0 encounters in another" in run("facts", "--locate").output
