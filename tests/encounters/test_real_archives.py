"""The real archives go in whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from childfirst.audit.actors import System
from childfirst.encounters import actions, facts
from childfirst.encounters.models import ArchiveLine, Encounter

pytestmark = pytest.mark.django_db

BY = System("tests")


def test_the_eleven_months_of_the_met(shared_data: Path, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.FACTS_DIR = tmp_path
    path = shared_data / "police" / "police-uk-stop-and-search-2017-12-to-2018-10.zip"
    report = actions.import_archive(by=BY, path=path)
    assert (report.read, report.landed, report.duplicates, report.set_aside) == (127_920, 123_896, 4_024, 0)
    assert ArchiveLine.objects.filter(report=report, state="duplicate").count() == 4_024
    details = report.details
    rows, missing = details["rows_by_month"], details["missing"]
    for month in ("2018-02", "2018-03"):
        assert missing[month]["Age range"] == rows[month]
        assert missing[month]["Latitude"] > 0.9 * rows[month]
    assert missing["2018-05"]["Age range"] < 0.1 * rows["2018-05"]
    ends = {word["word"] for word in details["changed_words"] if word["last"] == "2017-12"}
    begins = {word["word"] for word in details["changed_words"] if word["first"] == "2018-01"}
    assert "Suspect arrested" in ends
    assert "Arrest" in begins
    # By London's clock every row is in the month of its file, though in UTC some begin the evening before.
    assert not any("neighbouring month" in note for note in details["notes"])
    assert not Encounter.objects.filter(time_precision="day").exists()
    again = actions.import_archive(by=BY, path=path)
    assert (again.landed, again.known, again.duplicates) == (0, 123_896, 4_024)
    built = facts.build()
    assert (built.rows, len(built.written)) == (123_896, 11)
    may = pq.read_table(tmp_path / "encounters" / "2018-05.parquet")
    assert set(may["school_field"].to_pylist()) == {"source_records_no_school"}
    assert may["school_urn"].null_count == may.num_rows


def test_the_city_of_london(shared_data: Path) -> None:
    path = shared_data / "police" / "police-uk-city-of-london-2017-12-to-2020-11.zip"
    report = actions.import_archive(by=BY, path=path)
    assert (report.read, report.landed, report.duplicates, report.set_aside) == (6_855, 6_584, 271, 0)
    assert report.forces == ["city-of-london"]
    # Every row of July 2020 stands twice in the publisher's file.
    assert report.details["rows_by_month"]["2020-07"] == 259
    assert Encounter.objects.filter(more_than_outer_clothing="yes").count() > 200
