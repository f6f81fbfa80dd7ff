"""The person behind a request."""

from __future__ import annotations

from django.http import HttpRequest

from childfirst.people.models import Account
from childfirst.shared.errors import Forbidden


def signed_in(request: HttpRequest) -> Account:
    """The account that has signed in. Raises Forbidden for a visitor, whom LoginRequiredMiddleware should have stopped."""
    if not isinstance(request.user, Account):
        raise Forbidden("Sign in first.")
    return request.user
