"""The room's API: record, correct and read encounters, under the same rules as the pages.

A system of the force comes with a key and sees what it recorded itself; a person's session works as well. Whoever is wrong gets
a problem (RFC 9457) with one fault for each field. The school may not be left out. With an ``Idempotency-Key`` the same call may
be sent twice and is done once.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Header, Query, Router

from childfirst.encounters import actions, idempotency, permissions, queries, rules
from childfirst.encounters.api_schemas import (
    EMPTY,
    NAMES,
    ChangesIn,
    CorrectionIn,
    CorrectionOut,
    EncounterIn,
    EncounterOut,
    EncountersOut,
    HistoryOut,
)
from childfirst.encounters.models import Encounter
from childfirst.encounters.pseudonyms import pseudonym
from childfirst.encounters.vocabulary import Kind, SchoolReason, Source
from childfirst.people.api import PROBLEMS, ProblemOut
from childfirst.people.api_keys import actor_of
from childfirst.people.models import Organisation
from childfirst.people.problems import ProblemFault, problem
from childfirst.shared.errors import Forbidden, UserError

router = Router(tags=["encounters"])

KEY_HEADER = Header(
    "",
    alias=idempotency.HEADER,
    description="8 to 60 letters, numbers, hyphens and underscores, new for each record: makes the call safe to repeat.",
)


def _refused(*faults: rules.Fault, root: str = "") -> HttpResponse:
    listed = [ProblemFault(f"{root}/{NAMES.get(fault.field, fault.field)}", fault.sentence) for fault in faults]
    return problem(422, " ".join(fault.sentence for fault in faults), kind="refused", faults=listed)


def _out(encounter: Encounter) -> dict[str, Any]:
    return EncounterOut.from_orm(encounter).model_dump(mode="json")


@router.post(
    "",
    response={201: EncounterOut, 200: EncounterOut, 409: ProblemOut, **PROBLEMS},
    summary="Record an encounter",
    url_name="encounters",
)
def record(request: HttpRequest, told: EncounterIn, idempotency_key: str = KEY_HEADER) -> Any:
    """Record one encounter. 201 when it was made; 200 when the key names a record that was made more than a day ago."""
    actor = actor_of(request)
    permissions.check_can_record(actor)
    if told.occurred_at.tzinfo is None:
        return _refused(rules.Fault("occurred_at", "Give the offset of the time, such as +00:00."))
    try:
        team = _team(actor, told.team)
    except UserError as error:
        return _refused(rules.Fault("team", error.sentence))
    try:
        reference = pseudonym(told.child_reference)
    except UserError as error:
        return _refused(rules.Fault("child_reference", error.sentence))
    values = {name: EMPTY[name] if value is None else value for name, value in _particulars(told).items()}
    particulars = rules.Particulars(**{**values, "child_reference": reference})
    key = idempotency.row_key(request, idempotency_key)

    def make() -> idempotency.Answer:
        before = bool(key) and Encounter.objects.filter(source=Source.API, force="", source_row_key=key).exists()
        made = actions.record_encounter(by=actor, told=particulars, team=team, source=Source.API, key=key)
        return (200 if before else 201), _out(made)

    try:
        return idempotency.once(request, idempotency_key, make)
    except actions.Refused as refused:
        return _refused(*refused.faults)


def _particulars(told: EncounterIn | ChangesIn, *, only_given: bool = False) -> dict[str, Any]:
    """The fields of Particulars as they were sent, under their own names; without team and reference."""
    values = told.model_dump(exclude={"team", "child_reference"}, exclude_unset=only_given)
    ours = {theirs: name for name, theirs in NAMES.items() if name != "place"}
    return {ours.get(name, name): str(value) if isinstance(value, str) else value for name, value in values.items()}


def _team(actor: Any, wanted: str | None) -> Organisation:
    teams = permissions.teams_of(actor)
    if wanted is None and len(teams) == 1:
        return teams[0]
    found = next((team for team in teams if team.pk == wanted), None)
    if found is None:
        raise UserError("Name one of your own teams." if wanted else "You have several teams: name one of them.")
    return found


@router.get("", response={200: EncountersOut, **PROBLEMS}, summary="List encounters", url_name="encounters")
def listed(
    request: HttpRequest,
    kind: Kind | None = None,
    school_reason: SchoolReason | None = None,
    limit: int = Query(100, ge=1, le=500, description="How many to give at most."),
    offset: int = Query(0, ge=0, le=10_000_000, description="How many to leave out at the beginning."),
) -> Any:
    """The encounters that you may see, newest first, without anything about the person."""
    actor = actor_of(request)
    permissions.check_can_list(actor)
    wanted = {"kind": kind, "school_reason": school_reason}
    rows = permissions.visible_to(actor).filter(**{name: str(v) for name, v in wanted.items() if v is not None})
    return {"items": list(rows[offset : offset + limit]), "count": rows.count()}


def _visible(request: HttpRequest, encounter_id: str) -> Encounter:
    actor = actor_of(request)
    permissions.check_can_list(actor)
    return get_object_or_404(permissions.visible_to(actor).select_related("team"), pk=encounter_id)


@router.get(
    "/{encounter_id}",
    response={200: EncounterOut, 404: ProblemOut, **PROBLEMS},
    summary="Read an encounter",
    url_name="encounter",
)
def read(request: HttpRequest, encounter_id: str) -> Any:
    """One encounter in full. Reading it is an event on the audit trail."""
    return queries.read_encounter(by=actor_of(request), encounter=_visible(request, encounter_id))


@router.get(
    "/{encounter_id}/corrections",
    response={200: HistoryOut, 404: ProblemOut, **PROBLEMS},
    summary="Read what an encounter said before",
    url_name="corrections",
)
def history(request: HttpRequest, encounter_id: str) -> Any:
    """Every correction of an encounter, the latest first. Reading it is an event on the audit trail."""
    encounter = queries.read_encounter(by=actor_of(request), encounter=_visible(request, encounter_id))
    return {"version": encounter.version, "corrections": list(queries.history_of(encounter))}


@router.post(
    "/{encounter_id}/corrections",
    response={200: EncounterOut, 404: ProblemOut, 409: ProblemOut, **PROBLEMS},
    summary="Correct an encounter",
    url_name="corrections",
)
def correct(request: HttpRequest, encounter_id: str, told: CorrectionIn, idempotency_key: str = KEY_HEADER) -> Any:
    """Correct fields of an encounter; what it said before stays. 409 when its version is another by now, with what changed."""
    actor, encounter = actor_of(request), _visible(request, encounter_id)
    permissions.check_can_correct(actor, encounter)
    given = _particulars(told.changes, only_given=True)
    moment = told.changes.occurred_at
    faults = [
        rules.Fault(name, "This cannot be emptied.")
        for name, value in given.items()
        if value is None and name not in EMPTY
    ]
    if moment is not None and moment.tzinfo is None:
        faults.append(rules.Fault("occurred_at", "Give the offset of the time, such as +00:00."))
    changes = {name: EMPTY.get(name) if value is None else value for name, value in given.items()}
    if "child_reference" in told.changes.model_fields_set:
        try:
            changes["child_reference"] = pseudonym(told.changes.child_reference or "")
        except UserError as error:
            faults.append(rules.Fault("child_reference", error.sentence))
    if faults:
        return _refused(*faults, root="/changes")

    def make() -> idempotency.Answer:
        done = actions.correct_encounter(
            by=actor, encounter=encounter, changes=changes, reason=told.reason, version=told.version
        )
        return 200, _out(done)

    try:
        return idempotency.once(request, idempotency_key, make)
    except actions.Overtaken as overtaken:
        queries.read_encounter(by=actor, encounter=encounter)
        since = [CorrectionOut.from_orm(one).model_dump(mode="json") for one in overtaken.since]
        return problem(409, overtaken.sentence, kind="overtaken", version=overtaken.version, corrections=since)
    except actions.Refused as refused:
        return _refused(*refused.faults, root="/changes")
    except Forbidden:
        raise
    except UserError as error:
        return problem(422, error.sentence, kind="refused")
