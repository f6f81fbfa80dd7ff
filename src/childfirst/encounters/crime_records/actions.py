"""Writes: answer the protocol, make the record, add what came of it, review it, bring the facts up to date."""

from __future__ import annotations

import dataclasses
import datetime as dt

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters.crime_records import facts, permissions, rules
from childfirst.encounters.crime_records.models import CrimeRecord
from childfirst.encounters.crime_records.vocabulary import Finding, Instead, Outcome, Sanction, State, Why
from childfirst.encounters.models import Encounter
from childfirst.encounters.permissions import check_can_import, check_can_read
from childfirst.encounters.queries import closed_before
from childfirst.people.models import Account, Organisation
from childfirst.places import queries as places
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference


@dataclasses.dataclass(frozen=True, slots=True)
class Incident:
    """What is asked before anything is recorded; nothing in it is about a person."""

    school: int
    happened_on: dt.date
    told_by: str
    matter: str
    answers: rules.Answers


@dataclasses.dataclass(frozen=True, slots=True)
class Details:
    """What a crime record holds about the young person, and its outcome. Codes of ``encounters.vocabulary``."""

    age_band: str
    gender: str
    self_defined_ethnicity: str
    officer_defined_ethnicity: str
    send: str
    outcome: str
    outcome_on: dt.date | None = None
    child_reference: str = ""


@action("encounters.crime_record.decide")
def decide(*, by: Account, team: Organisation, incident: Incident, encounter: Encounter | None = None) -> CrimeRecord:
    """Put the Schools Protocol's questions before a crime record is made, and keep the decision.

    When the protocol leaves the incident to the school, it is kept as such, without anything about a person.

    Raises Forbidden for a team that is not the person's own, UserError for a day in the future or a school that is not in the
    register or had closed.
    """
    permissions.check_can_keep(by, team)
    if encounter is not None:
        check_can_read(by, encounter)
    if incident.happened_on > clock.today():
        raise UserError("The incident cannot have happened in the future.")
    _check_school(incident.school, incident.happened_on)
    why = rules.reason_to_record(incident.answers)
    record = CrimeRecord.objects.create(
        school_id=incident.school,
        happened_on=incident.happened_on,
        month=f"{incident.happened_on:%Y-%m}",
        told_by=incident.told_by,
        matter=incident.matter,
        **dataclasses.asdict(incident.answers),
        state=State.TO_COMPLETE if why else State.LEFT_TO_SCHOOL,
        why=why or "",
        recorded_by=by,
        team=team,
        encounter=encounter if why else None,
    )
    note(record.reference, data={"state": record.state, "why": record.why})
    return record


def _check_school(urn: int, on: dt.date) -> None:
    if places.school(urn) is None:
        raise UserError(f"There is no school with the number {urn}.")
    if sentence := closed_before(urn, on):
        raise UserError(sentence)


@action("encounters.crime_record.go_beyond")
def go_beyond(*, by: Account, record: CrimeRecord, reason: str) -> CrimeRecord:
    """Make a crime record although the protocol leaves the incident to the school, with the officer's reason.

    Raises UserError without a reason, or for an incident that was not left to the school.
    """
    permissions.check_can_change(by, record)
    record = CrimeRecord.objects.select_for_update().get(pk=record.pk)
    if record.state != State.LEFT_TO_SCHOOL:
        raise UserError("This incident was not left to the school.")
    if not reason.strip():
        raise UserError("Say why a crime record is needed.")
    record.state, record.why, record.why_beyond = State.TO_COMPLETE, Why.OFFICER, reason.strip()
    _save(record)
    note(record.reference, data={"why": record.why})
    return record


@action("encounters.crime_record.complete")
def complete(*, by: Account, record: CrimeRecord, details: Details) -> CrimeRecord:
    """Make the crime record: who the young person was in the words of the standard, and where it stands.

    A supervisor must say within four weeks whether it was in the public interest. Raises UserError when it was left to the
    school, or is there already.
    """
    permissions.check_can_change(by, record)
    record = CrimeRecord.objects.select_for_update().get(pk=record.pk)
    if record.state != State.TO_COMPLETE:
        raise UserError("This record is complete, or was left to the school.")
    for name, value in dataclasses.asdict(details).items():
        setattr(record, name, value)
    _check_outcome(record)
    record.state = State.RECORDED
    record.review_due = clock.today() + dt.timedelta(days=rules.REVIEW_DAYS)
    _save(record)
    note(record.reference, data={"outcome": record.outcome})
    return record


@action("encounters.crime_record.follow_up")
def follow_up(*, by: Account, record: CrimeRecord, outcome: str, outcome_on: dt.date | None, sanction: str) -> CrimeRecord:  # fmt: skip
    """Say what came of it: the outcome, and what the school did afterwards. Raises UserError for what was never recorded."""
    permissions.check_can_change(by, record)
    record = CrimeRecord.objects.select_for_update().get(pk=record.pk)
    if record.state != State.RECORDED:
        raise UserError("Only a crime record has an outcome.")
    before = {"outcome": record.outcome, "sanction": record.sanction}
    record.outcome, record.outcome_on, record.sanction = outcome, outcome_on, Sanction(sanction)
    _check_outcome(record)
    _save(record)
    note(record.reference, data={"before": before, "outcome": record.outcome, "sanction": str(record.sanction)})
    return record


def _check_outcome(record: CrimeRecord) -> None:
    decided = record.outcome != Outcome.PENDING
    if decided and record.outcome_on is None:
        raise UserError("Enter the day of the outcome.")
    if not decided:
        record.outcome_on = None
    elif record.outcome_on is not None and not record.happened_on <= record.outcome_on <= clock.today():
        raise UserError("The day of the outcome must be after the incident and not in the future.")


@action("encounters.crime_record.review")
def review(*, by: Account, record: CrimeRecord, finding: str, instead: str, words: str) -> CrimeRecord:
    """Say whether the crime record was in the public interest, and what would have been right instead.

    Raises Forbidden for who recorded it, UserError when it was reviewed, without words, or for an answer that contradicts itself.
    """
    permissions.check_can_review(by, record)
    record = CrimeRecord.objects.select_for_update().get(pk=record.pk)
    if record.finding:
        raise UserError("This incident has been reviewed already.")
    if not words.strip():
        raise UserError("Say in a sentence why.")
    if finding == Finding.NO and not instead:
        raise UserError("Say what would have been right instead.")
    if finding == Finding.YES and instead:
        raise UserError("If the record was right, nothing else was right instead.")
    record.finding, record.instead, record.review = Finding(finding), Instead(instead), words.strip()
    record.reviewed_by, record.reviewed_at, record.review_due = by, clock.now(), None
    _save(record)
    note(record.reference, data={"finding": finding})
    return record


def _save(record: CrimeRecord) -> None:
    record.changed_at = clock.now()
    record.save()


@action("encounters.crime_record.facts")
def build_facts(*, by: Actor) -> list[str]:
    """Bring the facts about incidents up to date; gives the months whose file was written or removed."""
    check_can_import(by)
    changed = facts.build()
    note(Reference("encounters.facts", "crime-records"), data={"changed": len(changed)})
    return changed
