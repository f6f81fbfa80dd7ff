"""The trail: auditors alone. What is kept and erased: administrators too."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from childfirst.audit.actions import witness
from childfirst.audit.actors import System
from childfirst.audit.models import DisposalCertificate, LegalHold
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.routes import Route

AUDITORS = frozenset({Role.AUDITOR})
READERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def an_event(account: Account | None) -> dict[str, Any]:
    subject = account.reference if account else "people.account:none"
    return {"number": witness(by=System("a test"), name="people.account.sign_in", subject=subject).number}


def a_certificate(account: Account | None) -> dict[str, Any]:
    made = DisposalCertificate.objects.create(
        kind="encounters.Encounter", field_class="special", rule="3 years", rows=3, held_back=1, digest="0" * 64
    )
    return {"certificate_id": made.pk}


def a_hold(account: Account | None) -> dict[str, Any]:
    hold = LegalHold.objects.create(
        subject="encounters.encounter:01", reason="An inquest", review_on=timezone.now().date(), placed_by="a:test"
    )
    return {"hold_id": hold.pk}


ROUTES = [
    Route("audit:events", AUDITORS),
    Route("audit:event", AUDITORS, make=an_event),
    Route("audit:disposals", READERS),
    Route("audit:disposal", READERS, make=a_certificate),
    Route("audit:holds", READERS),
    Route("audit:place_hold", AUDITORS),
    Route("audit:lift_hold", AUDITORS, make=a_hold),
    Route("audit:upkeep", READERS),
]
