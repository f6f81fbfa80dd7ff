"""Requests, and records about invented young people."""

from __future__ import annotations

from typing import Any

from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.subject_access import actions
from childfirst.encounters.subject_access.models import AccessRequest, CorrectionRequest
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from tests.conftest import make_account
from tests.encounters.makers import recorded

REFERENCE = "24/CR/001234"


def about(reference: str = REFERENCE, officer: Account | None = None, **told: Any) -> Encounter:
    """An encounter about the young person behind a reference."""
    return recorded(officer or make_account(Role.WARD_OFFICER), child_reference=pseudonym(reference), **told)


def asked(reference: str = REFERENCE, records: int = 0, by: Account | None = None) -> AccessRequest:
    """A request that arrived today, with so many records about the young person."""
    for _ in range(records):
        about(reference)
    return actions.record_request(
        by=by or make_account(Role.AUDITOR),
        force_reference=reference,
        asked_by="parent",
        identity="in_person",
        received_on=clock.today(),
    )


def said_to_be_wrong(by: Account | None = None) -> CorrectionRequest:
    """A record that the young person says is wrong, undecided."""
    auditor = by or make_account(Role.AUDITOR)
    encounter = about()
    request = asked(by=auditor)
    return actions.ask_for_correction(by=auditor, request=request, encounter=encounter, statement="I was not searched.")
