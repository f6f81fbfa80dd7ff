"""Schools as they were and are, the search, and areas, through the queries that other rooms call."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.places import queries
from childfirst.places.models import Area, School
from childfirst.places.vocabulary import SchoolStatus
from tests.places.makers import SOUTH, WEST, make_area, make_link, make_name, make_school, square

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = dt.date(2020, 5, 1)


def test_a_school_is_found_by_number_written_either_way():
    made = make_school(900001)
    assert queries.school(900001) == made
    assert queries.school(" 900001 ") == made
    for wrong in ("", "90000", "9000011", "abc", -5, "900002", "٩٠٠٠٠١"):
        assert queries.school(wrong) is None


def test_as_it_was_and_as_it_is():
    old = make_school(900001, "Aldersey Academy", status="closed", closed_on=dt.date(2021, 8, 31))
    make_name(old, "Aldersey Boys School", valid_to=dt.date(2019, 8, 31))
    make_school(900002, "Brook Academy")
    make_link(900001, 900002, happened_on=dt.date(2021, 9, 1))

    then = queries.school_on(900001, dt.date(2018, 3, 1))
    assert then is not None
    assert (then.name, then.name_is_certain, then.status, then.name_now) == (
        "Aldersey Boys School", True, SchoolStatus.OPEN, "Aldersey Academy",
    )  # fmt: skip
    assert queries.school_on("900001", dt.date(2021, 9, 1)).status is SchoolStatus.CLOSED
    assert [s.urn for s in queries.current_successors(900001)] == [900002]
    assert [s.urn for s in queries.current_successors(900002)] == [900002]
    assert queries.school_on(900009, DAY) is None


def test_succession_through_chains_mergers_splits_and_circles():
    for urn in (900001, 900002, 900003, 900004, 900007, 900008):
        make_school(urn, f"School {urn}", status="closed")
    make_school(900005, "Zeal School")
    make_school(900006, "Ash School")
    make_link(900001, 900003)
    make_link(900003, 900002, kind="predecessor")  # the merger told from the other side
    make_link(900003, 900004)
    make_link(900004, 900005, manner="split")
    make_link(900004, 900006, manner="split")
    make_link(900005, 900004, kind="predecessor", manner="split")
    make_link(900007, 900008)
    make_link(900008, 900007)
    assert [s.name for s in queries.current_successors(900001)] == ["Ash School", "Zeal School"]
    assert [s.name for s in queries.current_successors(900002)] == ["Ash School", "Zeal School"]
    assert queries.current_successors(900007) == []
    found = queries.succession(900001)
    assert [(step.urn, step.to) for step in found.steps] == [
        (900001, 900003), (900003, 900004), (900004, 900005), (900004, 900006),
    ]  # fmt: skip
    assert found.steps[2].manner == "split"


def test_a_merger_leads_from_the_closed_school_to_the_open_one_only():
    make_school(900001, "Hill Infants", status="closed")
    make_school(900002, "Hill Primary")
    make_link(900001, 900002, kind="merger")
    make_link(900002, 900001, kind="merger")
    assert [s.urn for s in queries.current_successors(900001)] == [900002]
    assert [s.urn for s in queries.current_successors(900002)] == [900002]


def test_a_successor_that_the_table_lacks_is_said_to_be_unlisted():
    make_school(900001, status="closed")
    make_link(900001, 900099)
    assert queries.succession(900001).unlisted == (900099,)
    assert queries.succession(999999).unlisted == (999999,)


@pytest.fixture
def register(db: None) -> None:
    make_school(900001, "Saint Aldate's Church of England Primary School", town="Brookton", postcode="CB9 1AA")
    closed = make_school(
        900002,
        "Aldate High School",
        town="Brookton",
        postcode="CB9 2BB",
        status="closed",
        closed_on=dt.date(2019, 8, 31),
    )
    make_name(closed, "Fenside Comprehensive", valid_to=dt.date(2009, 8, 31))
    make_school(900003, "Aldate Sixth Form College", town="Fenham", postcode="CB10 3CC", la_name="Fenshire")
    make_school(910004, "Müller-Straße Montessori", town="Fenham")


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("typed", "urns"),
    [
        ("st aldates", [900001]),
        ("saint aldate's cofe", [900001]),
        ("primary aldates", [900001]),
        ("Aldate", [900003, 900001, 900002]),
        ("fenside comp", [900002]),
        ("aldat brookton", [900001, 900002]),
        ("ahs", [900002]),
        ("CB9", [900001, 900002]),
        ("cb91aa", [900001]),
        ("cb10 3", [900003]),
        ("900003", [900003]),
        ("9100", [910004]),
        ("muller strasse", [910004]),
        ("MÜLLER-STRAßE", [910004]),
        ("muller", [910004]),
        ("montesori", [910004]),
        ("colege fenham", [900003]),
        ("fenshire", [900003]),
        ("zzz", []),
        ("'", []),
        ("", []),
        ("a" * 500, []),
    ],
)
def test_search_forgives(typed: str, urns: list[int]):
    assert [hit.urn for hit in queries.search_schools(typed)] == urns


@pytest.mark.usefixtures("register")
def test_a_find_says_what_tells_it_apart():
    found = queries.search_schools("fenside")[0]
    assert found.was == "was Fenside Comprehensive until 31 August 2009"
    assert found.is_closed
    assert found.hint == (
        "Brookton CB9 2BB · URN 900002 · closed 31 August 2019 · was Fenside Comprehensive until 31 August 2009"
    )
    assert queries.suggested_school("900001").value == "900001"
    assert queries.suggested_school("x") is None
    assert queries.search_schools("aldate", limit=1)[0].urn == 900003


def test_the_search_sees_a_change_at_once():
    made = make_school(900001, "Aldersey School")
    assert queries.search_schools("aldersey")
    made.name = "Brook School"
    made.save(update_fields={"name"})
    assert not queries.search_schools("aldersey")
    assert queries.search_schools("brook")
    School.objects.all().delete()
    assert not queries.search_schools("brook")


def test_nearer_schools_first_when_asked():
    for number, row in ((900001, 9), (900002, 1)):
        make_school(number, "Hill School", easting=WEST, northing=SOUTH + row * 1000)
    at = School.objects.get(urn=900002)
    assert [s.urn for s in queries.search_schools("hill")] == [900001, 900002]
    assert [s.urn for s in queries.search_schools("hill", near=(at.lon, at.lat))] == [900002, 900001]


def test_the_index_of_areas_is_rebuilt_when_areas_change():
    make_area("E05000001", square(0, 0))
    at = make_school(easting=WEST + 1500, northing=SOUTH + 500)
    assert queries.area_index("ward").locate(at.lon, at.lat).tolist() == [""]
    other = make_area("E05000002", square(1, 0))
    assert queries.area_index("ward").locate(at.lon, at.lat).tolist() == ["E05000002"]
    assert queries.area_index("ward") is queries.area_index("ward")
    other.valid_to = dt.date(2022, 5, 4)
    other.save()
    assert queries.area_index("ward").locate(at.lon, at.lat).tolist() == [""]
    assert queries.area_index("ward", on=dt.date(2022, 5, 4)).locate(at.lon, at.lat).tolist() == ["E05000002"]
    assert queries.area_index("borough").locate(at.lon, at.lat).tolist() == [""]
    Area.objects.all().delete()
    assert len(queries.area_index("ward")) == 0
