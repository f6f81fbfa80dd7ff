"""Invented incidents in and near school, decided, recorded, followed up and reviewed through the room's actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from childfirst.encounters.crime_records import actions
from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.rules import Answers
from childfirst.encounters.crime_records.vocabulary import (
    Finding,
    Instead,
    Matter,
    Outcome,
    Sanction,
    State,
    ToldBy,
    Where,
)
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.synthetic.people import Cast
from childfirst.synthetic.schools import SchoolPlan

NUMBER = 48
WAITING = 5
"""The latest records wait for their review."""

NOT_NEEDED = 1 / 3
"""The share that the Met's own analysis found (response of March 2026)."""

WORDS = {
    Finding.NO: "A quarrel in the corridor. The school had dealt with it before we came.",
    Finding.YES: "Somebody was hurt, and the family asked for it.",
    Finding.UNCLEAR: "The record does not say what the young person who was hurt wanted.",
}
GROUPS = ("W1", "W1", "B1", "B2", "A1", "M1", "NS")


def make_incidents(rng: np.random.Generator, cast: Cast, schools: Sequence[SchoolPlan], as_of: dt.date) -> None:
    """About a year and a half of incidents: most told by schools, a third of the records found not to be needed."""
    open_schools = [school for school in schools if school.closed is None and school.phase == "Secondary"]
    days = np.sort(rng.integers(1, 540, NUMBER))[::-1]
    for number, back in enumerate(days):
        officer = cast.accounts[Role.WARD_OFFICER][int(rng.integers(len(cast.accounts[Role.WARD_OFFICER])))]
        record = _decided(rng, officer, open_schools, as_of - dt.timedelta(days=int(back)))
        if record.state != State.TO_COMPLETE:
            continue
        record = _completed(rng, officer, record, as_of)
        if number < NUMBER - WAITING:
            _reviewed(rng, cast, record)


def _decided(rng: np.random.Generator, officer: Account, schools: Sequence[SchoolPlan], day: dt.date) -> CrimeRecord:
    team = officer.current_memberships()[0].organisation
    premises = rng.random() < 0.7
    answers = Answers(
        where=str(Where.PREMISES if premises else rng.choice([Where.JOURNEY, Where.NEAR, Where.ONLINE])),
        in_hours=bool(premises or rng.random() < 0.3),
        serious=bool(rng.random() < 0.2),
        victim_asks=bool(rng.random() < 0.3),
        head_asks=bool(rng.random() < 0.25),
    )
    incident = actions.Incident(
        school=schools[int(rng.integers(len(schools)))].urn,
        happened_on=day,
        told_by=str(rng.choice([ToldBy.SCHOOL, ToldBy.SCHOOL, ToldBy.PARENT, ToldBy.OFFICER])),
        matter=str(rng.choice([Matter.ASSAULT, Matter.ASSAULT, Matter.HARASSMENT, Matter.DRUGS, Matter.IMAGES, Matter.DAMAGE])),
        answers=answers,
    )  # fmt: skip
    return actions.decide(by=officer, team=team, incident=incident)


def _completed(rng: np.random.Generator, officer: Account, record: CrimeRecord, as_of: dt.date) -> CrimeRecord:
    record = actions.complete(
        by=officer,
        record=record,
        details=actions.Details(
            age_band="10-17",
            gender=str(rng.choice(["male", "male", "female"])),
            self_defined_ethnicity=str(rng.choice(GROUPS)),
            officer_defined_ethnicity="NR",
            send=str(rng.choice(["yes", "no", "not_recorded"])),
            outcome=str(Outcome.PENDING),
        ),
    )
    decided_on = record.happened_on + dt.timedelta(days=int(rng.integers(20, 60)))
    if decided_on > as_of:
        return record
    outcome = rng.choice([Outcome.EVIDENCE, Outcome.VICTIM_WITHDREW, Outcome.FURTHER_NOT_IN_INTEREST, Outcome.COMMUNITY_RESOLUTION, Outcome.DIVERSION])  # fmt: skip
    sanction = rng.choice([Sanction.NONE, Sanction.INTERNAL, Sanction.SUSPENDED, Sanction.EXCLUDED], p=[0.3, 0.3, 0.35, 0.05])  # fmt: skip
    return actions.follow_up(
        by=officer, record=record, outcome=str(outcome), outcome_on=decided_on, sanction=str(sanction)
    )


def _reviewed(rng: np.random.Generator, cast: Cast, record: CrimeRecord) -> None:
    drawn = rng.random()
    finding = Finding.NO if drawn < NOT_NEEDED else Finding.UNCLEAR if drawn < NOT_NEEDED + 0.1 else Finding.YES
    supervisor = next(
        account
        for account in cast.accounts[Role.NEIGHBOURHOOD_SUPERVISOR]
        if account.current_memberships()[0].organisation_id == record.team_id
    )
    actions.review(
        by=supervisor,
        record=record,
        finding=str(finding),
        instead=str(Instead.SCHOOL) if finding == Finding.NO else "",
        words=WORDS[finding],
    )
