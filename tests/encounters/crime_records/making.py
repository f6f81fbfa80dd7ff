"""Invented incidents in and near school."""

from __future__ import annotations

import datetime as dt
from typing import Any

from childfirst.encounters.crime_records import actions
from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.rules import Answers
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.places.models import School
from childfirst.shared import clock
from tests.conftest import make_account
from tests.encounters import makers
from tests.encounters.makers import team_of

LEFT = {"where": "premises", "in_hours": True, "serious": False, "victim_asks": False, "head_asks": False}


def the_school() -> School:
    """Rowan Academy, made once."""
    return School.objects.filter(urn=100001).first() or makers.school()


def incident(**changes: Any) -> actions.Incident:
    """An incident that the protocol leaves to the school, but for what is changed (``serious=True``, ``matter="drugs"``)."""
    values = {
        "school": the_school().urn,
        "happened_on": clock.today() - dt.timedelta(days=3),
        "told_by": "school",
        "matter": "assault",
        **{key: value for key, value in changes.items() if key not in LEFT},
    }
    answers = Answers(**{key: changes.get(key, value) for key, value in LEFT.items()})
    return actions.Incident(**values, answers=answers)


def details(**changes: Any) -> actions.Details:
    """A boy of 10 to 17, outcome not decided."""
    values = {
        "age_band": "10-17", "gender": "male", "self_defined_ethnicity": "NS", "officer_defined_ethnicity": "NR",
        "send": "not_recorded", "outcome": "pending", "outcome_on": None, "child_reference": "", **changes,
    }  # fmt: skip
    return actions.Details(**values)


def decided(by: Account | None = None, **changes: Any) -> CrimeRecord:
    """An incident to which the protocol was put."""
    by = by or make_account(Role.WARD_OFFICER)
    return actions.decide(by=by, team=team_of(by), incident=incident(**changes))


def made(by: Account | None = None, told: actions.Details | None = None, **changes: Any) -> CrimeRecord:
    """A crime record of a serious incident."""
    by = by or make_account(Role.WARD_OFFICER)
    record = decided(by, serious=True, **changes)
    return actions.complete(by=by, record=record, details=told or details())
