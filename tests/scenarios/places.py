"""A way to run each action of places to its end."""

from __future__ import annotations

import datetime as dt

from childfirst.audit.actors import System
from childfirst.places import actions
from childfirst.places.models import SchoolName, TermDates
from childfirst.places.vocabulary import AreaKind, DayKind
from tests.places.makers import make_area, make_school, square

BY = System("test")
REGISTER = b"urn,name,open_date,town,postcode\n900001,Aldersey Brook School,01-09-1999,Brookton,CB9 1AA\n"
LINKS = b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n900001,900002,Brook Academy,Successor,31-08-2021\n"
TERMS = b"la_code,kind,name,starts_on,ends_on\n999,term,Autumn term,2025-09-02,2025-12-18\n"
UNITS = b"borough,unit\nNorthside,Fen\nSouthside,Fen\n"


def import_schools() -> None:
    source = actions.Source.of("register-2025-07.csv", REGISTER)
    actions.import_schools(by=BY, source=source)


def import_school_links() -> None:
    actions.import_school_links(by=BY, source=actions.Source.of("links.csv", LINKS))


def import_areas() -> None:
    rows = [actions.AreaRow(1, "E05000001", "Northside", square(0, 0))]
    terms = actions.AreaTerms(AreaKind.WARD, "test")
    actions.import_areas(by=BY, rows=rows, terms=terms, source=actions.Source.of("wards.geojson", b"{}"))


def import_area_unions() -> None:
    make_area("E09000001", square(0, 0), kind="borough", name="Northside")
    make_area("E09000002", square(1, 0), kind="borough", name="Southside")
    terms = actions.AreaTerms(AreaKind.COMMAND_UNIT, "test")
    source = actions.Source.of("units.csv", UNITS)
    actions.import_area_unions(by=BY, source=source, terms=terms, member="borough", group="unit")


def import_term_dates() -> None:
    actions.import_term_dates(by=BY, source=actions.Source.of("terms.csv", TERMS))


def save_term_dates() -> TermDates:
    return actions.save_term_dates(
        by=BY,
        la_code="999",
        kind=DayKind.TERM,
        name="Autumn",
        starts_on=dt.date(2025, 9, 2),
        ends_on=dt.date(2025, 12, 18),
    )


def remove_term_dates() -> None:
    row = TermDates.objects.create(
        la_code="999", kind="term", name="Autumn", starts_on=dt.date(2025, 9, 2), ends_on=dt.date(2025, 12, 18)
    )
    actions.remove_term_dates(by=BY, row=row)


def publish_boundaries() -> None:
    make_area("E09000001", square(0, 0), kind="borough", name="Northside")
    actions.publish_boundaries(by=BY, kind=AreaKind.BOROUGH)


def add_alias() -> SchoolName:
    return actions.add_alias(by=BY, school=make_school(900001, "Aldersey Brook School"), alias="Brookies")


def remove_alias() -> None:
    actions.remove_alias(by=BY, row=add_alias())


SCENARIOS = {
    "places.alias.add": add_alias,
    "places.alias.remove": remove_alias,
    "places.school.import": import_schools,
    "places.school_link.import": import_school_links,
    "places.area.import": import_areas,
    "places.area.unite": import_area_unions,
    "places.term_dates.import": import_term_dates,
    "places.term_dates.save": save_term_dates,
    "places.term_dates.remove": remove_term_dates,
    "places.boundaries.publish": publish_boundaries,
}
