"""The role matrix: every address of the workspace with the roles that may open it.

Each room keeps ``tests/routes/ROOM.py`` with a list ``ROUTES``; ``tests/people/test_matrix.py`` visits every address with every
role and fails for an address that no list names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role

EVERYONE = "everyone"  # signed in or not
SIGNED_IN = "signed in"  # any role
VISITORS = "visitors"  # only who has not signed in


@dataclass(frozen=True)
class Route:
    """One address: its URL name, who may open it, and how its record is made.

    ``make(account)`` runs inside a test database for the visiting account and returns the URL's keyword arguments;
    make it create the record whose owner decides (``label`` says which case this row is: own, other team's ...).
    Whoever is not in ``allowed`` must get 403 or 404, and a visitor who is not signed in the sign-in page (401 from the API).
    Rows of the same name, method, ``make`` and data divide the people by what they are answered: a person is refused only when
    none of them opens the address to them.
    """

    name: str
    allowed: frozenset[Role] | str
    make: Callable[[Account | None], dict[str, Any]] = field(default=lambda account: {})
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    expect: int = 200
