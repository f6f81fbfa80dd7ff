"""Incidents in or near school: officers their own, supervisors their teams', auditors all."""

from __future__ import annotations

from typing import Any

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.encounters.crime_records.making import decided, made
from tests.routes import Route

KEEPERS = frozenset({Role.WARD_OFFICER, Role.NEIGHBOURHOOD_SUPERVISOR})
READERS = KEEPERS | {Role.AUDITOR}
OVERSEERS = frozenset({Role.NEIGHBOURHOOD_SUPERVISOR, Role.AUDITOR})
REVIEWERS = frozenset({Role.NEIGHBOURHOOD_SUPERVISOR})


def own_or_not(account: Account | None) -> Account | None:
    return account if account is not None and account.memberships.filter(role__in=KEEPERS).exists() else None


def an_own_record(account: Account | None) -> dict[str, Any]:
    return {"record_id": made(own_or_not(account)).pk}


def a_record(account: Account | None) -> dict[str, Any]:
    return {"record_id": made().pk}


def one_left(account: Account | None) -> dict[str, Any]:
    return {"record_id": decided(own_or_not(account)).pk}


def one_begun(account: Account | None) -> dict[str, Any]:
    return {"record_id": decided(own_or_not(account), serious=True).pk}


ROUTES = [
    Route("crime_records:index", READERS),
    Route("crime_records:new", KEEPERS),
    Route("crime_records:school_suggestions", KEEPERS),
    Route("crime_records:record", READERS, make=an_own_record, label="own"),
    Route("crime_records:record", OVERSEERS, make=a_record, label="of another officer in the team"),
    Route("crime_records:left", KEEPERS, make=one_left),
    Route("crime_records:complete", KEEPERS, make=one_begun),
    Route("crime_records:follow_up", KEEPERS, make=an_own_record),
    Route("crime_records:review", REVIEWERS, make=a_record),
]
