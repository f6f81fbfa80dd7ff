"""The database itself keeps the rules: raw SQL cannot skip the school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from childfirst.encounters.models import Encounter
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.encounters.makers import recorded, school

pytestmark = pytest.mark.django_db

AccountFor = Callable[..., Account]


@pytest.fixture
def one(account_for: AccountFor) -> Encounter:
    return recorded(account_for(Role.WARD_OFFICER), age=14)


def update(one: Encounter, **columns: Any) -> None:
    names = ", ".join(f"{name} = %s" for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE encounters_encounter SET {names} WHERE id = %s", [*columns.values(), one.pk])  # noqa: S608


@pytest.mark.parametrize(
    "columns",
    [
        {"school_reason": ""},
        {"school_reason": "forgot"},
        {"school_id": 100001},
        {"school_reason": "source_records_no_school"},
        {"school_reason": "not_yet_known"},
        {"follow_up_due": "2026-03-27"},
        {"source": "archive"},
        {"recorded_by_id": None},
        {"team_id": None},
        {"force": "testshire"},
        {"age": 40},
        {"age_band": "35+"},
        {"age_band": "teens"},
        {"lon": -0.1},
        {"lat": 91.0, "lon": 0.1},
        {"kind": "chat"},
        {"initiator": ""},
        {"gender": "unsure"},
        {"self_defined_ethnicity": "Z9"},
        {"officer_defined_ethnicity": "IC7"},
        {"send": "maybe"},
        {"search_of": "house"},
        {"outcome": ""},
        {"outcome_linked": "true"},
        {"more_than_outer_clothing": "true"},
        {"use_of_force": "true"},
        {"time_precision": "hour"},
        {"month": ""},
        {"source_row_key": ""},
    ],
    ids=str,
)
def test_raw_sql_is_refused(one: Encounter, columns: dict[str, Any]) -> None:
    school()
    with pytest.raises(IntegrityError):
        update(one, **columns)


def test_a_school_in_place_of_the_reason_is_taken(one: Encounter) -> None:
    update(one, school_id=school().urn, school_reason="")
    one.refresh_from_db()
    assert one.school is not None


def test_a_school_that_is_not_in_the_register_is_refused(one: Encounter) -> None:
    def attempt() -> None:
        with transaction.atomic():
            update(one, school_id=999999, school_reason="")
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        attempt()


def test_a_row_key_stands_once_in_its_source(one: Encounter, account_for: AccountFor) -> None:
    other = recorded(account_for(Role.WARD_OFFICER))
    with pytest.raises(IntegrityError):
        update(other, source_row_key=one.source_row_key)


def test_a_row_without_a_school_cannot_be_inserted(one: Encounter) -> None:
    values = Encounter.objects.values().get()
    values |= {"id": "01" + "X" * 24, "source_row_key": "other", "school_reason": "", "school_id": None}
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO encounters_encounter ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
