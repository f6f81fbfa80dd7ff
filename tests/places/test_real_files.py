"""The real registers and boundaries go in whole."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from childfirst.audit.actors import System
from childfirst.places import actions, queries
from childfirst.places.area_importers import AreaTerms, rows_of
from childfirst.places.boundaries import lookup, read_features
from childfirst.places.models import Area, ImportReport, School, SchoolLink
from childfirst.places.publish import boundaries_document
from childfirst.places.vocabulary import AreaKind

pytestmark = [pytest.mark.django_db(databases=["default", "published"]), pytest.mark.shared]
BY = System("test")


def bring_areas(folder: Path, kind: AreaKind, **columns: object) -> ImportReport:
    source = actions.Source.read(folder / f"london_{kind.value}.gpkg")
    file = read_features(source)
    return actions.import_areas(by=BY, rows=rows_of(file, **columns), terms=AreaTerms(kind, "ONS"), source=source)  # type: ignore[arg-type]


@pytest.fixture
def london(shared_data: Path) -> Path:
    """Boroughs, wards with their boroughs from the lookup, and command units."""
    folder = shared_data / "boundaries"
    report = bring_areas(folder, AreaKind.BOROUGH, code="LAD24CD", name="LAD24NM")
    assert (report.read, report.landed, report.set_aside) == (33, 33, 0)
    parents = lookup(actions.Source.read(folder / "lookup_lsoa21_ward24_lad24_EW.csv"), "WD24CD", "LAD24CD")
    report = bring_areas(folder, AreaKind.WARD, code="WD24CD", name="WD24NM", parents=parents)
    assert (report.read, report.landed, report.set_aside) == (684, 684, 0)
    units = actions.Source.read(folder / "mps_bcu_to_borough_2020.csv")
    terms = AreaTerms(AreaKind.COMMAND_UNIT, "Met")
    report = actions.import_area_unions(by=BY, source=units, terms=terms, member="borough", group="bcu")
    assert (report.landed, report.set_aside) == (12, 0)
    return shared_data


def test_the_areas_of_london(london: Path):
    assert Area.objects.filter(kind="ward", parent__isnull=True).count() == 0
    assert Area.objects.get(code="BCU-CENTRAL-EAST").parts.count() == 2
    wards, boroughs = queries.area_index("ward"), queries.area_index("borough")
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-0.52, 0.34, 20_000), rng.uniform(51.28, 51.70, 20_000)
    ward, borough = wards.locate(lon, lat), boroughs.locate(lon, lat)
    parent = dict(Area.objects.filter(kind="ward").values_list("code", "parent_id"))
    agree = sum(parent.get(w, "") == b for w, b in zip(ward.tolist(), borough.tolist(), strict=True))
    assert agree / len(ward) > 0.97  # the two files are simplified apart, so they differ along the borders
    for kind in (AreaKind.BOROUGH, AreaKind.COMMAND_UNIT, AreaKind.WARD):
        body = json.dumps(boundaries_document(kind).body())
        assert len(body) < (120_000 if kind != AreaKind.WARD else 600_000)


def test_four_registers_and_the_links(london: Path, tmp_path: Path):
    schools = london / "schools"

    def bring(path: Path, **options: object) -> ImportReport:
        return actions.import_schools(by=BY, source=actions.Source.read(path), **options)  # type: ignore[arg-type]

    full = bring(schools / "edubase-2017-07-subset.csv")
    assert (full.read, full.landed, full.set_aside) == (6023, 6022, 1)
    assert full.details["examples"][0]["line"] == 6024
    for name, lines in (
        ("gias-all-2022-10.csv", 8000),
        ("names-over-time.csv", 4000),
    ):  # their beginnings, for time's sake
        rows = (schools / name).read_bytes().splitlines(keepends=True)[: lines + 1]
        (tmp_path / name).write_bytes(b"".join(rows))
        part = bring(tmp_path / name, as_of=dt.date(2022, 10, 1) if "all" in name else dt.date(2025, 6, 30))
        assert (part.read, part.set_aside, part.duplicates) == (lines, 0, 0)
    latest = bring(schools / "gias-open-2025-07.csv", complete=True)
    assert (latest.read, latest.set_aside) == (22_010, 0)
    assert latest.details["absent"] > 1000
    assert bring(schools / "gias-open-2025-07.csv", complete=True).landed == 0
    links = actions.import_school_links(by=BY, source=actions.Source.read(schools / "gias-links-2025-04.csv"))
    assert (links.read, links.landed, links.set_aside, links.encoding) == (33_801, 33_801, 0, "windows-1252")

    # Nothing that the full vintage knew was blanked by the slim ones.
    with (schools / "edubase-2017-07-subset.csv").open(newline="") as file:
        knew = {row["URN"]: row["Phase of education"] for row in csv.DictReader(file)}
    primary = {int(urn) for urn, phase in knew.items() if phase == "Primary"}
    assert School.objects.filter(urn__in=sorted(primary), phase="primary").count() == len(primary)

    # A closed school as it was, and as it is.
    then = queries.school_on(100012, dt.date(2018, 1, 1))
    assert then is not None and (then.name, then.status, then.name_is_certain) == (
        "Carlton Primary School",
        "open",
        True,
    )
    assert [s.name for s in queries.current_successors(100012)] == ["Rhyl Community Primary School"]
    assert School.objects.get(urn=100012).ward.parent.name == "Camden"
    found = queries.search_schools("sir john cass redcoat")[0]
    assert found.name == "Stepney All Saints Church of England Secondary School"
    assert found.was.endswith("until between July 2017 and October 2022")

    # Every chain of links ends, circles included.
    for urn in SchoolLink.objects.order_by("urn").values_list("urn", flat=True).distinct()[:3000:10]:
        queries.succession(urn)
    assert queries.register_table().num_rows == School.objects.count()
    assert queries.alias_table().num_rows > 1000
