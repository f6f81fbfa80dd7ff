"""The room's API: record an encounter and read those that one may see, under the same rules as the pages.

Whoever is wrong gets 422 with one entry for each fault, in the form that the API uses for its own checks. The school may not be
left out. With an ``Idempotency-Key`` the same call may be sent twice and makes one record.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Header, Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict

from childfirst.encounters import actions, permissions, queries, rules
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.vocabulary import (
    AgeBand,
    Answer,
    Gender,
    Initiator,
    Kind,
    OfficerDefinedEthnicity,
    Outcome,
    SchoolReason,
    SearchOf,
    SelfDefinedEthnicity,
    Source,
    TimePrecision,
)
from childfirst.people.models import Organisation
from childfirst.shared.errors import Forbidden, UserError

router = Router(tags=["encounters"])

_KEY = re.compile(r"[A-Za-z0-9_\-]{8,60}")


class EncounterIn(Schema):
    """What is told of one encounter. Exactly one of ``school_urn`` and ``school_reason`` is given."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    occurred_at: dt.datetime = Field(description="With its offset, such as 2026-03-27T16:05:00+00:00.")
    time_precision: TimePrecision = TimePrecision.MINUTE
    school_urn: int | None = Field(None, ge=100000, le=999999)
    school_reason: SchoolReason | None = None
    initiator: Initiator = Initiator.UNKNOWN
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)
    age: int | None = Field(None, ge=0, le=120)
    age_band: AgeBand = AgeBand.NOT_RECORDED
    gender: Gender = Gender.NOT_RECORDED
    self_defined_ethnicity: SelfDefinedEthnicity = SelfDefinedEthnicity.NR
    officer_defined_ethnicity: OfficerDefinedEthnicity = OfficerDefinedEthnicity.NOT_RECORDED
    special_educational_needs: Answer = Answer.NOT_RECORDED
    search_of: SearchOf | None = None
    legislation: str = Field("", max_length=120, pattern=r"^[^\x00]*$")
    object_of_search: str = Field("", max_length=120, pattern=r"^[^\x00]*$")
    outcome: Outcome = Outcome.NOT_RECORDED
    outcome_linked: Answer = Answer.NOT_RECORDED
    more_than_outer_clothing: Answer = Answer.NOT_RECORDED
    use_of_force: Answer = Answer.NOT_RECORDED
    child_reference: str = Field("", max_length=60, description="The force's own reference; kept as a pseudonym alone.")
    team: str | None = Field(None, max_length=26, description="Identifier of the team; may be left out by who has one.")


class EncounterListed(Schema):
    """An encounter in a list: nothing about the person."""

    id: str
    occurred_at: dt.datetime
    time_precision: TimePrecision
    kind: Kind
    ward: str
    borough: str
    source: Source
    school_recorded: bool
    school_reason: str
    follow_up_due: dt.date | None

    @staticmethod
    def resolve_school_recorded(obj: Encounter) -> bool:
        return obj.school_id is not None


class EncounterOut(EncounterListed):
    """An encounter in full."""

    school_urn: int | None
    initiator: Initiator
    longitude: float | None
    latitude: float | None
    age: int | None
    age_band: AgeBand
    gender: Gender
    self_defined_ethnicity: SelfDefinedEthnicity
    officer_defined_ethnicity: OfficerDefinedEthnicity
    special_educational_needs: Answer
    search_of: str
    legislation: str
    object_of_search: str
    outcome: Outcome
    outcome_linked: Answer
    more_than_outer_clothing: Answer
    use_of_force: Answer

    @staticmethod
    def resolve_school_urn(obj: Encounter) -> int | None:
        return obj.school_id

    @staticmethod
    def resolve_longitude(obj: Encounter) -> float | None:
        return obj.lon

    @staticmethod
    def resolve_latitude(obj: Encounter) -> float | None:
        return obj.lat

    @staticmethod
    def resolve_special_educational_needs(obj: Encounter) -> str:
        return str(obj.send)


class FaultOut(Schema):
    """One thing that is wrong."""

    type: str
    loc: list[str | int]
    msg: str


class FaultsOut(Schema):
    detail: list[FaultOut]


class MessageOut(Schema):
    detail: str


def _faults(*faults: rules.Fault) -> Status[dict[str, Any]]:
    names = {"school": "school_urn", "place": "longitude", "send": "special_educational_needs"}
    listed = [
        {"type": "refused", "loc": ["body", names.get(fault.field, fault.field)], "msg": fault.sentence}
        for fault in faults
    ]
    return Status(422, {"detail": listed})


@router.post(
    "",
    response={201: EncounterOut, 200: EncounterOut, 403: MessageOut, 422: FaultsOut},
    summary="Record an encounter",
    url_name="encounters",
)
def record(request: HttpRequest, told: EncounterIn, idempotency_key: str = Header("", alias="Idempotency-Key")) -> Any:
    """Record one encounter. 201 when it was made, 200 when the key names a record that was made before."""
    _check(lambda: permissions.check_can_record(request.user))
    if idempotency_key and not _KEY.fullmatch(idempotency_key):
        return _faults(rules.Fault("idempotency_key", "The key has 8 to 60 letters, numbers, hyphens and underscores."))
    if told.occurred_at.tzinfo is None:
        return _faults(rules.Fault("occurred_at", "Give the offset of the time, such as +00:00."))
    try:
        team = _team(request, told.team)
    except UserError as error:
        return _faults(rules.Fault("team", error.sentence))
    try:
        reference = pseudonym(told.child_reference)
    except UserError as error:
        return _faults(rules.Fault("child_reference", error.sentence))
    values = {**_particulars(told), "child_reference": reference}
    earlier = _made_before(idempotency_key)
    try:
        made = actions.record_encounter(
            by=request.user,  # type: ignore[arg-type]
            told=rules.Particulars(**values),
            team=team,
            source=Source.API,
            key=idempotency_key,
        )
    except actions.Refused as refused:
        return _faults(*refused.faults)
    except Forbidden as forbidden:
        raise HttpError(403, forbidden.sentence) from forbidden
    except UserError as error:
        return _faults(rules.Fault("idempotency_key", error.sentence))
    except IntegrityError:
        # Another request with the same key came in between: its record is the answer.
        made = get_object_or_404(
            permissions.visible_to(request.user), source=Source.API, source_row_key=idempotency_key
        )
        return Status(200, made)
    return Status(200 if earlier else 201, made)


def _made_before(key: str) -> bool:
    return bool(key) and Encounter.objects.filter(source=Source.API, force="", source_row_key=key).exists()


def _particulars(told: EncounterIn) -> dict[str, Any]:
    values = told.model_dump(exclude={"team", "child_reference"})
    values["school"], values["lon"], values["lat"] = (values.pop(n) for n in ("school_urn", "longitude", "latitude"))
    values["send"] = values.pop("special_educational_needs")
    values["school_reason"] = values["school_reason"] or ""
    values["search_of"] = values["search_of"] or ""
    return {name: str(value) if isinstance(value, str) else value for name, value in values.items()}


def _team(request: HttpRequest, wanted: str | None) -> Organisation:
    teams = permissions.teams_of(request.user)
    if wanted is None and len(teams) == 1:
        return teams[0]
    found = next((team for team in teams if team.pk == wanted), None)
    if found is None:
        raise UserError("Name one of your own teams." if wanted else "You have several teams: name one of them.")
    return found


def _check(check: Any) -> None:
    try:
        check()
    except Forbidden as forbidden:
        raise HttpError(403, forbidden.sentence) from forbidden


class EncountersOut(Schema):
    """A part of a list: ``count`` is how many there are in all."""

    items: list[EncounterListed]
    count: int


@router.get("", response={200: EncountersOut, 403: MessageOut}, summary="List encounters", url_name="encounters")
def listed(
    request: HttpRequest,
    kind: Kind | None = None,
    school_reason: SchoolReason | None = None,
    limit: int = Query(100, ge=1, le=500, description="How many to give at most."),
    offset: int = Query(0, ge=0, le=10_000_000, description="How many to leave out at the beginning."),
) -> Any:
    """The encounters that you may see, newest first, without anything about the person."""
    _check(lambda: permissions.check_can_list(request.user))
    wanted = {"kind": kind, "school_reason": school_reason}
    rows = permissions.visible_to(request.user).filter(**{name: str(v) for name, v in wanted.items() if v is not None})
    return {"items": list(rows[offset : offset + limit]), "count": rows.count()}


@router.get(
    "/{encounter_id}",
    response={200: EncounterOut, 403: MessageOut, 404: MessageOut},
    summary="Read an encounter",
    url_name="encounter",
)
def read(request: HttpRequest, encounter_id: str) -> Any:
    """One encounter in full. Reading it is an event on the audit trail."""
    _check(lambda: permissions.check_can_list(request.user))
    found = get_object_or_404(permissions.visible_to(request.user), pk=encounter_id)
    return queries.read_encounter(by=request.user, encounter=found)  # type: ignore[arg-type]
