"""The trail: auditors alone."""

from __future__ import annotations

from typing import Any

from childfirst.audit.actions import witness
from childfirst.audit.actors import System
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.routes import Route

AUDITORS = frozenset({Role.AUDITOR})


def an_event(account: Account | None) -> dict[str, Any]:
    subject = account.reference if account else "people.account:none"
    return {"number": witness(by=System("a test"), name="people.account.sign_in", subject=subject).number}


ROUTES = [Route("audit:events", AUDITORS), Route("audit:event", AUDITORS, make=an_event)]
