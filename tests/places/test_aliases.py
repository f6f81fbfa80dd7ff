"""Names that people use for a school: they help to find it, and are never what it was called on a day."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.audit.actors import System
from childfirst.places import actions, queries
from childfirst.places.models import School, SchoolName
from childfirst.shared.errors import UserError
from tests.places.makers import make_name, make_school

pytestmark = pytest.mark.django_db
BY = System("test")
DAY = dt.date(2020, 5, 1)


@pytest.fixture
def school() -> School:
    found = make_school(900001, "St Joseph's Catholic Primary School")
    make_name(found, "Harbour Lane School", valid_to=dt.date(2018, 8, 31))
    return found


def test_a_school_is_found_by_what_people_call_it(school: School) -> None:
    assert [one.name for one in queries.search_schools("joes")] == []
    before = queries.school(900001)
    actions.add_alias(by=BY, school=school, alias="  St  Joes ")
    found = queries.search_schools("st joes")
    assert [(one.urn, one.was) for one in found] == [(900001, "also called St Joes")]
    assert queries.alias_table().column("alias").to_pylist() == ["Harbour Lane School", "St Joes"]
    after = queries.school(900001)
    assert before is not None and after is not None and before.revision != after.revision


def test_it_never_was_the_name_of_the_school(school: School) -> None:
    before = queries.school_on(900001, DAY)
    actions.add_alias(by=BY, school=school, alias="St Joes")
    assert queries.school_on(900001, DAY) == before
    assert queries.aliases(900001) == ["St Joes"]


@pytest.mark.parametrize("alias", ["St Joseph's catholic primary school", "harbour lane school", "x", "12 34", ""])
def test_what_is_no_new_name_is_refused(school: School, alias: str) -> None:
    with pytest.raises(UserError):
        actions.add_alias(by=BY, school=school, alias=alias)


def test_a_name_of_the_register_cannot_be_removed(school: School) -> None:
    with pytest.raises(UserError, match="register's"):
        actions.remove_alias(by=BY, row=SchoolName.objects.get(name="Harbour Lane School"))
    row = actions.add_alias(by=BY, school=school, alias="St Joes")
    actions.remove_alias(by=BY, row=row)
    assert queries.search_schools("joes") == []


def test_a_name_that_the_register_comes_to_know_is_the_registers(school: School) -> None:
    actions.add_alias(by=BY, school=school, alias="St Joes")
    register = b"urn,name,open_date,town,postcode\n900001,St Joes,01-09-1999,Brookton,CB9 1AA\n"
    actions.import_schools(by=BY, source=actions.Source.of("register-2026-07.csv", register))
    assert queries.aliases(900001) == []
    assert queries.school(900001).name == "St Joes"  # type: ignore[union-attr]
