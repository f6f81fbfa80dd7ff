"""An invented young person who asks what is held about them: one request waits, one was answered, and one record is said to be wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt

from childfirst.audit import retention
from childfirst.encounters import actions as encounters
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.rules import Particulars
from childfirst.encounters.subject_access import actions, queries
from childfirst.encounters.subject_access.models import AccessRequest
from childfirst.encounters.subject_access.vocabulary import AskedBy, Handed, IdentityCheck
from childfirst.encounters.vocabulary import Kind, Outcome, SchoolReason, SearchOf
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.synthetic.people import Cast

REFERENCE = "26/SM/004711"
"""The force's reference of an invented young person: enter it in the demo to see a whole document."""

OTHER = "26/SM/003120"

SEARCH = Particulars(
    occurred_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    kind=Kind.STOP_AND_SEARCH,
    school_reason=SchoolReason.HOME_EDUCATED,
    search_of=SearchOf.PERSON,
    legislation="Misuse of Drugs Act 1971 (section 23)",
    object_of_search="Controlled drugs",
    outcome=Outcome.NO_FURTHER_ACTION,
    age=14,
)


def make_requests(cast: Cast, as_of: dt.date) -> None:
    """Three encounters with one young person and one with another; their requests, and a record that is said to be wrong."""
    officer, auditor = cast.first(Role.WARD_OFFICER), cast.first(Role.AUDITOR)
    for days in (210, 95, 12):
        _searched(officer, REFERENCE, as_of - dt.timedelta(days=days))
    disputed = _searched(officer, OTHER, as_of - dt.timedelta(days=40))
    _asked(auditor, REFERENCE, AskedBy.PARENT, as_of - dt.timedelta(days=6))
    answered = _asked(auditor, OTHER, AskedBy.CHILD, as_of - dt.timedelta(days=20))
    document = queries.read_document(by=auditor, request=answered)
    actions.answer_request(by=auditor, request=answered, digest=document.digest, handed=str(Handed.IN_PERSON))
    actions.ask_for_correction(
        by=auditor,
        request=answered,
        encounter=disputed,
        statement="It says that I was searched for drugs. The officer told me it was for a knife, and found nothing.",
    )
    retention.place_hold(
        by=auditor,
        subject=str(answered.child),
        reason="The family has made a complaint, which the complaints body looks into.",
        review_on=clock.today() + dt.timedelta(days=90),
    )


def _searched(officer: Account, reference: str, day: dt.date) -> Encounter:
    moment = dt.datetime.combine(day, dt.time(15, 40), tzinfo=clock.LONDON)
    told = dataclasses.replace(SEARCH, occurred_at=moment, child_reference=pseudonym(reference))
    team = officer.current_memberships()[0].organisation
    return encounters.record_encounter(by=officer, told=told, team=team)


def _asked(auditor: Account, reference: str, asked_by: AskedBy, day: dt.date) -> AccessRequest:
    return actions.record_request(
        by=auditor,
        force_reference=reference,
        asked_by=str(asked_by),
        identity=str(IdentityCheck.IN_PERSON),
        received_on=day,
    )
