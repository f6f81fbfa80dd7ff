"""The same call twice: one deed, one answer (draft-ietf-httpapi-idempotency-key-header).

A call with an ``Idempotency-Key`` is done once for its caller. The same call again gets the stored answer, with the header
``Idempotent-Replayed: true``. The same key with another method, address or body is refused with 409: the caller contradicts itself.
(The draft recommends 422 there; that code is kept for bodies that cannot be taken, and ``type`` tells the two apart.) Where two are
sent at once, the second waits for the first. Only what was done is stored: a refused call may be sent again with the same key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from childfirst.encounters.models import StoredAnswer
from childfirst.people.api_keys import actor_of
from childfirst.people.problems import ProblemFault, problem

HEADER = "Idempotency-Key"
KEY = re.compile(r"[A-Za-z0-9_\-]{8,60}")

Answer = tuple[int, dict[str, Any]]


def row_key(request: HttpRequest, key: str) -> str:
    """The key under which a record is known again for good: of this caller alone. Empty for no key."""
    return hashlib.sha256(f"{actor_of(request).reference}\n{key}".encode()).hexdigest() if key else ""


def fingerprint(request: HttpRequest) -> str:
    """What makes it the same call: method, address with its query, and body. White space and order in JSON do not count."""
    body: bytes | str = request.body
    try:
        body = json.dumps(json.loads(request.body), sort_keys=True)
    except (ValueError, RecursionError):
        body = request.body.hex()
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{body}".encode()).hexdigest()


def once(request: HttpRequest, key: str, do: Callable[[], Answer]) -> HttpResponse:
    """Do it, or give the answer that it was given before.

    ``do`` gives the status and the body, whose ``id`` is the encounter's, and raises where it is refused.
    """
    if not key:
        return _response(*do())
    if not KEY.fullmatch(key):
        fault = ProblemFault(f"header/{HEADER}", "The key has 8 to 60 letters, numbers, hyphens and underscores.")
        return problem(422, fault.detail, kind="invalid", faults=[fault])
    actor, mark = str(actor_of(request).reference), fingerprint(request)
    if (known := StoredAnswer.objects.filter(actor=actor, key=key).first()) is not None:
        return _again(known, mark)
    try:
        with transaction.atomic():
            stored = StoredAnswer.objects.create(actor=actor, key=key, fingerprint=mark)
            stored.status, stored.body = do()
            stored.encounter_id = stored.body.get("id")
            stored.save(update_fields=["encounter", "status", "body"])
    except IntegrityError:
        known = StoredAnswer.objects.filter(actor=actor, key=key).first()
        if known is None:
            raise
        return _again(known, mark)
    return _response(stored.status, stored.body)


def _again(known: StoredAnswer, mark: str) -> HttpResponse:
    if known.fingerprint != mark:
        sentence = "This key was used for another call. Use a new key for each record or correction."
        return problem(409, sentence, kind="key-used-for-another-call")
    response = _response(known.status, known.body)
    response["Idempotent-Replayed"] = "true"
    return response


def _response(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(body), content_type="application/json", status=status)
