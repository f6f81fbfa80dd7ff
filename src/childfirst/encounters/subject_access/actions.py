"""Writes: record a request, answer or refuse it, ask for a correction, decide on it."""

from __future__ import annotations

import datetime as dt

from childfirst.audit.actions import action, note
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.subject_access import permissions, queries
from childfirst.encounters.subject_access.documents import compile_document
from childfirst.encounters.subject_access.models import AccessRequest, CorrectionRequest
from childfirst.encounters.subject_access.rules import due_on
from childfirst.encounters.subject_access.vocabulary import TRANSITIONS, CorrectionState, State
from childfirst.people.models import Account
from childfirst.places.calendar import bank_holidays
from childfirst.shared import clock
from childfirst.shared.errors import UserError


def _is_free(day: dt.date) -> bool:
    return day.weekday() >= 5 or day in bank_holidays(day.year)


@action("encounters.access_request.record")
def record_request(*, by: Account, force_reference: str, asked_by: str, identity: str, received_on: dt.date) -> AccessRequest:  # fmt: skip
    """Record that somebody asked what is held. The reference becomes a pseudonym here and is not kept.

    Raises Forbidden without the permission, UserError for text that is no reference number, a day in the future, or a request
    about the same young person that is still open.
    """
    permissions.check_can_handle(by)
    child = pseudonym(force_reference)
    if not child:
        raise UserError("Enter the force’s reference for the young person.")
    if received_on > clock.today():
        raise UserError("The request cannot have arrived in the future.")
    if queries.open_requests().filter(child_reference=child).exists():
        raise UserError("A request about this reference is open already.")
    request = AccessRequest.objects.create(
        child_reference=child,
        asked_by=asked_by,
        identity=identity,
        received_on=received_on,
        due_on=due_on(received_on, _is_free),
    )
    note(request.reference, data={"asked_by": asked_by, "identity": identity})
    return request


@action("encounters.access_request.answer")
def answer_request(*, by: Account, request: AccessRequest, digest: str, handed: str) -> AccessRequest:
    """Say that the person was given the document with this digest.

    The records may have changed since it was printed; then the digest differs, and the person must be given the new one.
    Raises Forbidden without the permission, UserError when the digest is not that of the document today or the request is closed.
    """
    permissions.check_can_handle(by)
    request = _locked(request, State.ANSWERED)
    document = compile_document(request.child_reference)
    if digest != document.digest:
        raise UserError(
            "The records have changed since this document was made. Print it again, and give them the new one."
        )
    request.state, request.decided_at, request.decided_by = State.ANSWERED, clock.now(), by
    request.handed, request.records, request.digest, request.refusal = handed, document.records, digest, ""
    request.save()
    note(request.reference, data={"records": document.records, "handed": handed})
    return request


@action("encounters.access_request.refuse")
def refuse_request(*, by: Account, request: AccessRequest, reason: str) -> AccessRequest:
    """Refuse a request with the reason that the person is told. Raises UserError without one, or when the request is closed."""
    permissions.check_can_handle(by)
    request = _locked(request, State.REFUSED)
    if not reason.strip():
        raise UserError("Say why. The person is told this, and that they can complain to the Information Commissioner.")
    request.state, request.decided_at, request.decided_by, request.refusal = State.REFUSED, clock.now(), by, reason.strip()  # fmt: skip
    request.save()
    note(request.reference)
    return request


def _locked(request: AccessRequest, wanted: State) -> AccessRequest:
    request = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if wanted not in TRANSITIONS[State(request.state)]:
        raise UserError("This request has been decided already.")
    return request


@action("encounters.correction_request.record")
def ask_for_correction(
    *, by: Account, request: AccessRequest, encounter: Encounter, statement: str
) -> CorrectionRequest:
    """Pass on that the person says a record is wrong, in their own words; the team's supervisor decides within a month.

    Raises Forbidden without the permission, UserError for a record about somebody else, no words, or an undecided request.
    """
    permissions.check_can_handle(by)
    if encounter.child_reference != request.child_reference:
        raise UserError("This record is not about the young person of the request.")
    if not statement.strip():
        raise UserError("Say what is wrong, in the person’s own words.")
    if CorrectionRequest.objects.filter(encounter=encounter, state=CorrectionState.OPEN).exists():
        raise UserError("A request to correct this record is being decided already.")
    asked = CorrectionRequest.objects.create(
        request=request,
        encounter=encounter,
        statement=statement.strip(),
        due_on=due_on(clock.today(), _is_free),
    )
    note(asked.reference, data={"encounter": str(encounter.reference)})
    note(encounter.reference, data={"correction_asked_for": True})
    return asked


@action("encounters.correction_request.decide")
def decide_correction(*, by: Account, asked: CorrectionRequest, state: str, answer: str) -> CorrectionRequest:
    """Say what was done: the record was corrected, or it stays and the statement stands beside it; with the answer for the person.

    Raises Forbidden for who may not decide, UserError without an answer, when it was decided, or when it says that the record
    was corrected and no correction was made since the person asked.
    """
    permissions.check_can_decide(by, asked)
    asked = CorrectionRequest.objects.select_for_update().select_related("encounter").get(pk=asked.pk)
    if asked.state != CorrectionState.OPEN:
        raise UserError("This has been decided already.")
    if not answer.strip():
        raise UserError("Write the answer for the person.")
    if state == CorrectionState.CORRECTED and not was_corrected(asked):
        raise UserError("The record has not been corrected since the person asked. Correct it first.")
    asked.state, asked.answer, asked.decided_by, asked.decided_at = state, answer.strip(), by, clock.now()
    asked.save()
    note(asked.reference, data={"decision": state})
    note(asked.encounter.reference, data={"correction": state})
    return asked


def was_corrected(asked: CorrectionRequest) -> bool:
    """Whether a correction of the encounter was made after the person asked for one."""
    return bool(asked.encounter.corrections.filter(created_at__gte=asked.created_at).exists())
