"""The person behind a request."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from childfirst.people.models import Account
from childfirst.shared.errors import Forbidden


def signed_in(request: HttpRequest) -> Account:
    """The account that has signed in. Raises Forbidden for a visitor, whom LoginRequiredMiddleware should have stopped."""
    if not isinstance(request.user, Account):
        raise Forbidden("Sign in first.")
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, even when it is empty, and nothing otherwise."""
    return request.POST if request.method == "POST" else None
