"""Requests for what is held: auditors. Records said to be wrong: supervisors too."""

from __future__ import annotations

from typing import Any

from childfirst.encounters.subject_access.models import AccessRequest
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from tests.encounters.subject_access.making import asked, said_to_be_wrong
from tests.routes import Route

HANDLERS = frozenset({Role.AUDITOR})
DECIDERS = frozenset({Role.AUDITOR, Role.NEIGHBOURHOOD_SUPERVISOR})


def a_request(account: Account | None) -> dict[str, Any]:
    return {"request_id": asked().pk}


def a_wrong_record(account: Account | None) -> dict[str, Any]:
    request = asked(records=1)
    encounter = request_encounter(request)
    return {"request_id": request.pk, "encounter_id": encounter}


def request_encounter(request: AccessRequest) -> str:
    from childfirst.encounters.models import Encounter

    return str(Encounter.objects.filter(child_reference=request.child_reference).values_list("pk", flat=True)[0])


def a_correction(account: Account | None) -> dict[str, Any]:
    return {"correction_id": said_to_be_wrong().pk}


ROUTES = [
    Route("subject_access:index", HANDLERS),
    Route("subject_access:new", HANDLERS),
    Route("subject_access:request", HANDLERS, make=a_request),
    Route("subject_access:document", HANDLERS, make=a_request),
    Route("subject_access:document_json", HANDLERS, make=a_request),
    Route("subject_access:answer", HANDLERS, make=a_request, method="post", expect=302),
    Route("subject_access:refuse", HANDLERS, make=a_request),
    Route("subject_access:ask_correction", HANDLERS, make=a_wrong_record),
    Route("subject_access:corrections", DECIDERS),
    Route("subject_access:correction", DECIDERS, make=a_correction),
]
