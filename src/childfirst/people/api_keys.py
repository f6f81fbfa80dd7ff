"""Who a program is that comes with a key (``Authorization: Bearer cfk_...``), and how often it may come.

A key is looked up by its hash; what does not begin like a key is not looked up at all. The limit is kept in the client's own row
by one conditional UPDATE, so that it holds for all server processes together without a lock of ours.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest

from childfirst.people.models import Account, ApiClient
from childfirst.people.rules import KEY_PREFIX, hash_token
from childfirst.people.vocabulary import ApiScope
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden

SCHEME = "Bearer "


def presented_key(request: HttpRequest) -> str | None:
    """The key that the request carries; None where it carries none, so that a session decides."""
    header = request.headers.get("Authorization", "")
    return header[len(SCHEME) :].strip() if header[: len(SCHEME)].lower() == SCHEME.lower() else None


def client_with(key: str) -> ApiClient | None:
    """The client whose live key this is: not revoked, not expired, or rotated so lately that the old one still works."""
    if not key.startswith(KEY_PREFIX):
        return None
    digest, now = hash_token(key), clock.now()
    return (
        ApiClient.objects.select_related("organisation")
        .filter(Q(key_hash=digest) | Q(previous_hash=digest, previous_until__gt=now))
        .filter(revoked_at=None, expires_at__gt=now)
        .first()
    )


def seconds_to_wait(client: ApiClient) -> int:
    """Count one call of the client: 0 where it may go on, else the seconds after which it may try again."""
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    mine = ApiClient.objects.filter(pk=client.pk)
    this_minute = mine.filter(last_used_at=minute)
    for _ in range(2):  # another process may begin the minute between the two statements
        if this_minute.filter(used_in_minute__lt=settings.API_CALLS_A_MINUTE).update(
            used_in_minute=F("used_in_minute") + 1
        ):
            return 0
        is_new = Q(last_used_at=None) | ~Q(last_used_at=minute)
        if mine.filter(is_new).update(last_used_at=minute, used_in_minute=1):
            return 0
    return max(1, 60 - (now - minute) // dt.timedelta(seconds=1))


def actor_of(request: HttpRequest) -> Account | ApiClient:
    """Who acts in a call of the API: the client whose key came with it, or the person who has signed in.

    Raises Forbidden for nobody, whom the middleware should have stopped.
    """
    client = getattr(request, "api_client", None)
    if isinstance(client, ApiClient):
        return client
    if isinstance(request.user, Account):
        return request.user
    raise Forbidden("Sign in, or send a key.")


def check_scope(actor: Any, scope: ApiScope) -> None:
    """Raise Forbidden unless the actor is an API client whose key has the scope."""
    if not isinstance(actor, ApiClient) or not actor.has_scope(scope):
        raise Forbidden(f"This key does not have the scope “{scope.value}”. An administrator can make one that has.")
