"""The person behind a request."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, QueryDict

from childfirst.people.models import Account
from childfirst.people.single_sign_on import proved_second_factor
from childfirst.shared.errors import Forbidden


def signed_in(request: HttpRequest) -> Account:
    """The account that has signed in. Raises Forbidden for a visitor, whom LoginRequiredMiddleware should have stopped."""
    if not isinstance(request.user, Account):
        raise Forbidden("Sign in first.")
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, even when it is empty, and nothing otherwise."""
    return request.POST if request.method == "POST" else None


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this very session, here or at a provider whose word we trust.

    Stricter than that the person has one: a session that began with the password alone, before they set it up, does not pass.
    """
    if not isinstance(request.user, Account):
        return False
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records) or proved_second_factor(request)
