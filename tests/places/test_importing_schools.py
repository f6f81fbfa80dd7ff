"""The register of schools comes in: each layout, each mistake, again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.people.vocabulary import Role
from childfirst.places import actions, queries
from childfirst.places.importers import as_of_from
from childfirst.places.layouts import SCHOOL_LAYOUTS, school_layout
from childfirst.places.models import ImportReport, School, SchoolLink, SchoolName
from childfirst.places.vocabulary import Phase, SchoolStatus
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from tests.places.makers import SOUTH, WEST, make_area, make_school, square

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BY = System("test")

FULL = (
    "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),"
    "StatutoryLowAge,StatutoryHighAge,Gender (name),ReligiousCharacter (name),TypeOfEstablishment (name),Street,Locality,"
    "Town,County (name),Postcode,PreviousName,HeadLastName,Easting,Northing"
)


def full_row(urn: int = 900001, **values: str) -> str:
    row = {
        "URN": str(urn), "LA (code)": "873", "LA (name)": "Fenshire", "EstablishmentName": "Aldersey Brook School",
        "EstablishmentStatus (name)": "Open", "OpenDate": "01-09-1999", "PhaseOfEducation (name)": "Primary",
        "StatutoryLowAge": "4", "StatutoryHighAge": "11", "Gender (name)": "Mixed", "Town": "Brookton",
        "Postcode": "CB9 1AA", "HeadLastName": "Nobody", "Easting": str(int(WEST) + 500), "Northing": str(int(SOUTH) + 500),
    }  # fmt: skip
    row.update(values)
    return ",".join(row.get(name, "") for name in FULL.split(","))


def bring(rows: list[str], header: str = FULL, name: str = "register-2025-07.csv", **options: object) -> ImportReport:
    source = actions.Source.of(name, "\n".join([header, *rows, ""]).encode())
    return actions.import_schools(by=BY, source=source, **options)  # type: ignore[arg-type]


def slim(name: str, rows: list[str], **options: object) -> ImportReport:
    header = "urn,name,open_date,close_date,town,postcode" if "all" in name else "urn,name,open_date,town,postcode"
    return bring(rows, header, name, **options)


def test_the_full_layout_lands_with_place_and_names_and_without_the_head():
    make_area("E05000001", square(0, 0), name="Brook ward")
    make_area("E09000001", square(0, 0, 5000), kind="borough", name="Fenborough")
    report = bring([full_row(PreviousName="Old School (until 31-08-2019)|Elder School|ALDERSEY BROOK SCHOOL")])
    assert (report.read, report.landed, report.layout, report.as_of) == (1, 1, "register", dt.date(2025, 7, 1))
    made = School.objects.get(urn=900001)
    assert (made.phase, made.lowest_age, made.highest_age, made.postcode) == (Phase.PRIMARY, 4, 11, "CB9 1AA")
    assert (made.ward_id, made.borough_id) == ("E05000001", "E09000001")
    assert made.lon == pytest.approx(0.0, abs=0.5) and made.easting == WEST + 500
    assert list(SchoolName.objects.order_by("name").values_list("name", "valid_to", "last_seen")) == [
        ("Aldersey Brook School", None, dt.date(2025, 7, 1)),
        ("Elder School", None, None),
        ("Old School", dt.date(2019, 8, 31), None),
    ]
    assert not any("Nobody" in str(value) for value in School.objects.values().first().values())


def test_the_same_file_again_changes_nothing():
    rows = [full_row(), full_row(900002, EstablishmentName="Fen School")]
    bring(rows)
    before = list(School.objects.order_by("urn").values())
    again = bring(rows)
    assert (again.read, again.landed, again.known) == (2, 0, 2)
    assert list(School.objects.order_by("urn").values()) == before


def test_a_later_slim_vintage_blanks_nothing_and_keeps_the_old_name():
    bring([full_row()], name="register-2017-07.csv")
    slim("gias-open-2025-07.csv", ["900001,Aldersey Academy,,Brookton,"])
    made = School.objects.get(urn=900001)
    assert (made.name, made.phase, made.la_name, made.postcode) == (
        "Aldersey Academy",
        "primary",
        "Fenshire",
        "CB9 1AA",
    )
    then = queries.school_on(900001, dt.date(2017, 7, 1))
    assert then is not None and then.name == "Aldersey Brook School" and then.name_is_certain
    found = queries.search_schools("aldersey brook")[0]
    assert found.was == "was Aldersey Brook School until between July 2017 and July 2025"


def test_an_older_vintage_brought_in_later_takes_nothing_back():
    slim("gias-open-2025-07.csv", ["900001,Aldersey Academy,,Brookton,CB9 9ZZ"])
    bring([full_row()], name="register-2017-07.csv")
    made = School.objects.get(urn=900001)
    assert (made.name, made.postcode, made.phase) == ("Aldersey Academy", "CB9 9ZZ", "primary")
    assert made.names.count() == 2


def test_closing_dates_tell_the_status():
    slim(
        "gias-all-2022-10.csv",
        ["900001,Gone,,31-08-2019,Fen,", "900002,Going,,31-08-2030,Fen,", "900003,Here,01-01-1900,,Fen,"],
    )
    states = dict(School.objects.values_list("urn", "status"))
    assert states == {900001: "closed", 900002: "closing", 900003: "open"}
    assert School.objects.get(urn=900003).opened_on is None


def test_a_school_that_reopened_and_one_that_closed():
    slim("gias-all-2022-10.csv", ["900001,Back,,31-08-2019,,", "900002,Here,,,,"])
    slim("gias-open-2025-07.csv", ["900001,Back,,,"])
    bring([full_row(900002, **{"EstablishmentStatus (name)": "Closed"})], name="register-2026-01.csv")
    back, here = School.objects.get(urn=900001), School.objects.get(urn=900002)
    assert (back.status, back.closed_on) == ("open", None)
    assert here.status == SchoolStatus.CLOSED
    assert slim("gias-all-2022-10.csv", ["900001,Back,,31-08-2019,,", "900002,Here,,,,"]).landed == 0


def test_absence_from_a_complete_vintage_is_flagged_whatever_the_order():
    older = ["900001,Here,,,,", "900002,Missing,,,,", "900003,Closed,,31-08-2019,,"]
    newer = ["900001,Here,,,", "900004,New,,,", "900005,Newer,,,"]
    for first, second in ((older, newer), (newer, older)):
        School.objects.all().delete()
        ImportReport.objects.all().delete()
        for rows in (first, second):
            if rows is older:
                slim("gias-all-2022-10.csv", rows)
            else:
                slim("gias-open-2025-07.csv", rows, complete=True)
        flagged = dict(School.objects.values_list("urn", "absent_on"))
        assert flagged == {900001: None, 900002: dt.date(2025, 7, 1), 900003: None, 900004: None, 900005: None}
    slim("gias-open-2026-01.csv", ["900002,Missing,,,"])
    assert School.objects.get(urn=900002).absent_on is None


def test_a_part_that_calls_itself_complete_is_refused_and_nothing_lands():
    slim("gias-all-2022-10.csv", [f"90000{n},School {n},,,," for n in range(1, 8)])
    with pytest.raises(UserError, match="this file is a part"):
        slim("gias-open-2025-07.csv", ["900009,Only,,,"], complete=True)
    assert not School.objects.filter(urn=900009).exists()
    assert ImportReport.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"URN": ""}, "URN", "The URN is missing."),
        ({"URN": "90001"}, "URN", "six digits"),
        ({"EstablishmentName": "NA"}, "EstablishmentName", "The name is missing."),
        ({"EstablishmentName": "x" * 201}, "EstablishmentName", "longer than 200"),
        ({"EstablishmentStatus (name)": "Opened maybe"}, "EstablishmentStatus (name)", "The status is none of"),
        ({"OpenDate": "31-02-2019"}, "OpenDate", "not one that exists"),
        ({"OpenDate": "01-09-2099"}, "OpenDate", "ten years ahead"),
        ({"CloseDate": "01-09-1998"}, "CloseDate", "closed before it opened"),
        ({"StatutoryHighAge": "three"}, "StatutoryHighAge", "whole number"),
        ({"StatutoryHighAge": "3"}, "StatutoryHighAge", "below the lowest"),
        ({"Easting": "east"}, "Easting", "not a number"),
    ],
)
def test_a_row_that_cannot_land_is_set_aside_with_its_reason(values: dict[str, str], column: str, reason: str):
    report = bring([full_row(900002), full_row(900001, **values)])
    assert (report.read, report.landed, report.set_aside) == (2, 1, 1)
    aside = report.details["examples"][0]
    assert (aside["line"], aside["column"]) == (3, column) and reason in aside["reason"]


@pytest.mark.parametrize(
    ("values", "field", "left", "word"),
    [
        ({"PhaseOfEducation (name)": "Tertiary"}, "phase", "", "Tertiary"),
        ({"Gender (name)": "Everyone"}, "gender", "", "Everyone"),
        ({"Postcode": "CB9"}, "postcode", "", "CB9"),
        ({"LA (code)": "87"}, "la_code", "", "87"),
    ],
)
def test_a_word_that_is_new_is_counted_and_the_row_lands(values: dict[str, str], field: str, left: str, word: str):
    report = bring([full_row(**values)])
    assert getattr(School.objects.get(urn=900001), field) == left
    assert word in next(iter(report.details["new_words"].values()))


def test_positions_that_are_none():
    rows = [
        full_row(900001, Easting="0", Northing="0"),
        full_row(900002, Easting="", Northing="300000"),
        full_row(900003, Easting="5000000", Northing="300000"),
    ]
    report = bring(rows)
    assert School.objects.filter(easting__isnull=True).count() == 3
    assert any("outside Great Britain" in line for line in report.details["notes"])


def test_duplicates_and_second_tellings_of_one_urn():
    report = bring([full_row(), full_row(), full_row(EstablishmentName="Other")])
    assert (report.landed, report.duplicates, report.set_aside) == (1, 1, 1)
    assert "line 2 already" in report.details["examples"][0]["reason"]


def test_missing_values_are_counted_by_month_and_column():
    report = bring([full_row(), full_row(900002, Town="")])
    assert report.details["rows_by_month"] == {"2025-07": 2}
    assert report.details["missing"]["2025-07"]["Town"] == 1


def test_an_authority_known_by_its_code_gets_its_name():
    bring([full_row()])
    bring(["900007,Fen School,,CB9 1AB,873,,,"], "urn,name,previous_names,postcode,la,la_source,lat,lon")
    assert School.objects.get(urn=900007).la_name == "Fenshire"
    assert queries.authorities() == {"873": "Fenshire"}


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("urn,name,town", "looks like the slim register of .* but has no columns? .*postcode"),
        ("URN,EstablishmentName,LA (code)", "the register's full columns but has no columns"),
        ("a,b,c", "is not a register of schools"),
    ],
)
def test_a_file_without_a_column_says_which(header: str, sentence: str):
    with pytest.raises(UserError, match=sentence):
        bring(["1,2,3"], header)
    assert not ImportReport.objects.exists()


def test_columns_in_another_order_are_no_matter_but_swapped_content_is_seen():
    bring(["CB9 1AA,Brookton,01-09-1999,Fen School,900001"], "postcode,town,open_date,name,urn")
    assert School.objects.get(urn=900001).postcode == "CB9 1AA"
    report = bring(["Fen School,900002,01-09-1999,Brookton,CB9 1AA"], "urn,name,open_date,town,postcode")
    assert report.set_aside == 1 and report.landed == 0


def test_the_day_of_a_vintage():
    assert as_of_from("gias-open-2025-07.csv") == dt.date(2025, 7, 1)
    assert as_of_from("edubasealldata20250715.csv") == dt.date(2025, 7, 15)
    assert as_of_from("names-over-time.csv") is None
    assert as_of_from("schools-1234567.csv") is None
    with pytest.raises(UserError, match="--as-of"):
        bring([full_row()], name="register.csv")
    with pytest.raises(UserError, match="still to come"):
        bring([full_row()], as_of=clock.today() + dt.timedelta(days=1))


def test_every_layout_is_recognised_by_its_own_columns():
    for layout in SCHOOL_LAYOUTS:
        header = [column.header for column in layout.columns.values()]
        assert school_layout(header, "x.csv") is layout


def test_each_import_is_one_event_and_only_importers_may(account_for: Callable[..., object]):
    bring([full_row()])
    event = Event.objects.get(name="places.school.import")
    assert event.subject.startswith("places.importreport:") and event.data["landed"] == 1
    source = actions.Source.of("register-2025-07.csv", FULL.encode())
    with pytest.raises(Forbidden):
        actions.import_schools(by=account_for(Role.WARD_OFFICER), source=source)  # type: ignore[arg-type]


LINKS = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"


def test_links_land_once_and_wrong_ones_are_set_aside():
    make_school(900001)
    rows = [
        LINKS,
        "900001,900002,Pêche Academy,Successor - merged,31-08-2021",
        "900002,900001,Aldersey Brook School,Predecessor - merged,31-08-2021",
        "900001,900002,Pêche Academy,Successor - merged,31-08-2021",
        "900001,900002,Pêche Academy,Successor - merged,01-09-2021",
        "900003,900003,Self,Successor,",
        "900003,900004,Odd,Married,",
        "900003,90000,Short,Successor,",
        "900003,900004,Late,Successor,32-01-2020",
        "900003,900004,Undated,Successor,",
    ]
    source = actions.Source.of("links-2025-04.csv", "\n".join(rows).encode("cp1252"))
    report = actions.import_school_links(by=BY, source=source)
    assert (report.read, report.landed, report.duplicates, report.set_aside) == (9, 3, 1, 5)
    assert report.encoding == "windows-1252"
    assert SchoolLink.objects.get(urn=900001).linked_name == "Pêche Academy"
    again = actions.import_school_links(by=BY, source=source)
    assert (again.landed, again.known) == (0, 3)
    with pytest.raises(UserError, match="no columns LinkURN"):
        actions.import_school_links(by=BY, source=actions.Source.of("x.csv", b"URN,LinkName\n1,2\n"))
