"""Measures before disclosure control: analysts alone."""

from __future__ import annotations

from typing import Any

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.release import making
from tests.routes import Route

ANALYSTS = frozenset({Role.ANALYST})


def with_facts(account: Account | None) -> dict[str, Any]:
    making.write_facts()
    return {"measure": "school-recorded"}


ROUTES = [
    Route("measures:index", ANALYSTS),
    Route("measures:measure", ANALYSTS, make=with_facts),
    Route("measures:csv", ANALYSTS, make=with_facts),
]
