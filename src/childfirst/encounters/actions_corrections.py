"""The one way to change a record: what it said before, who changed it, when and why stay beside it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from childfirst.audit.actions import action, note
from childfirst.encounters import consequences, permissions, queries, rules
from childfirst.encounters.actions_recording import Recorder, Refused, columns_of, placed, register_faults
from childfirst.encounters.actions_reviews import ask_for_reviews
from childfirst.encounters.alternatives import CAN_BE_CALLED
from childfirst.encounters.models import Correction, Encounter
from childfirst.encounters.vocabulary import AgeBand, Kind, SchoolReason
from childfirst.people.models import Account, ApiClient
from childfirst.shared import clock
from childfirst.shared.errors import UserError

LONGEST_REASON = 1000
PLACE = ("lon", "lat", "ward", "borough")
SEARCH = ("search_of", "legislation", "object_of_search")
ON_REGISTER = {"school", "school_reason", "ward", "lon", "lat", "occurred_at"}
"""Fields for which the registers are asked again: a school that has closed since does not keep other fields from being corrected."""


class Overtaken(UserError):
    """Somebody else has changed the record in between: ``since`` are their corrections, ``version`` is the number now."""

    def __init__(self, since: list[Correction], version: int) -> None:
        super().__init__(
            "Somebody else has changed this record since you opened it. Look at what they changed, then decide."
        )
        self.since, self.version = since, version


@action("encounters.encounter.correct")
def correct_encounter(
    *, by: Recorder, encounter: Encounter, changes: Mapping[str, Any], reason: str, version: int
) -> Encounter:
    """Change fields of a record and keep what they were.

    ``changes`` holds fields of ``rules.Particulars`` with their new values; ``version`` is the record's number when the person
    looked at it. What follows from a field follows again: ward and borough, age band, month, the day for finding the school,
    reviews (which a correction can add and never takes away).

    Raises Overtaken when the record has another number by now; Refused for values that make no record; UserError without a
    reason or without a difference; Forbidden for who may not.
    """
    permissions.check_can_correct(by, encounter)
    encounter = Encounter.objects.select_for_update(of=("self",)).select_related("team").get(pk=encounter.pk)
    if encounter.version != version:
        since = list(queries.history_of(encounter).filter(version__gt=version))
        raise Overtaken(since, encounter.version)
    reason = reason.strip()
    if not reason:
        raise UserError("Say why the record is corrected.")
    if len(reason) > LONGEST_REASON:
        raise UserError(f"The reason can have {LONGEST_REASON:,} letters at most.")
    before, now = particulars_of(encounter), clock.now()
    after = _with_consequences(before, changes)
    _check(before, after, now, encounter.created_at)
    new = columns_of(_placed_again(before, after))
    old = {name: getattr(encounter, name) for name in new}
    different = {name: [_plain(old[name]), _plain(new[name])] for name in new if old[name] != new[name]}
    if not different:
        raise UserError("Nothing is different from what the record says already.")
    for name, value in new.items():
        setattr(encounter, name, value)
    _follow(encounter, different, now)
    encounter.version += 1
    encounter.changed_at = now
    encounter.save()
    Correction.objects.create(
        encounter=encounter,
        version=encounter.version,
        changes=different,
        reason=reason,
        corrected_by=by if isinstance(by, Account) else None,
        client=by if isinstance(by, ApiClient) else None,
    )
    asked = ask_for_reviews(encounter)
    note(encounter.reference, data={"fields": sorted(different), "version": encounter.version, "reviews": len(asked)})
    consequences.follow("corrected", by=by, encounter=encounter)
    return encounter


def particulars_of(encounter: Encounter) -> rules.Particulars:
    """What a record tells, as it was told."""
    names = [field.name for field in dataclasses.fields(rules.Particulars) if field.name != "school"]
    return rules.Particulars(school=encounter.school_id, **{name: getattr(encounter, name) for name in names})


def _with_consequences(before: rules.Particulars, changes: Mapping[str, Any]) -> rules.Particulars:
    """The particulars with the changes, and without what the changes leave hanging."""
    wanted = dict(changes)
    if "school" in wanted or "school_reason" in wanted:
        wanted = {"school": None, "school_reason": "", **wanted}
    if "age" in wanted or "age_band" in wanted:
        wanted = {"age": None, "age_band": str(AgeBand.NOT_RECORDED), **wanted}
    if any(name in wanted for name in PLACE):
        wanted = {"lon": None, "lat": None, "ward": "", "borough": "", **wanted}
    if wanted.get("kind", before.kind) != Kind.STOP_AND_SEARCH and before.kind == Kind.STOP_AND_SEARCH:
        wanted = {**dict.fromkeys(SEARCH, ""), "outcome_linked": "not_recorded", **wanted}
    if "alternative" in wanted and wanted["alternative"] not in CAN_BE_CALLED:
        wanted = {"police_reason": "", **wanted}
    return dataclasses.replace(before, **wanted)


def _check(before: rules.Particulars, after: rules.Particulars, now: dt.datetime, recorded_at: dt.datetime) -> None:
    """Raise Refused for what this correction makes wrong. What was wrong before, and is not touched, may stay as it is."""
    known = set(rules.faults(before, now=now, recorded_at=recorded_at))
    touched = {name for name in field_names(before) if getattr(before, name) != getattr(after, name)}
    found = [
        fault
        for fault in rules.faults(after, now=now, recorded_at=recorded_at)
        if fault not in known or fault.field in touched
    ]
    if touched & ON_REGISTER:
        found += register_faults(after)
    if found:
        raise Refused(found)


def field_names(told: rules.Particulars) -> list[str]:
    """The names of the fields of particulars."""
    return [field.name for field in dataclasses.fields(told)]


def _placed_again(before: rules.Particulars, after: rules.Particulars) -> rules.Particulars:
    """Ward, borough and band anew where what they follow from has changed; else as they were, also if areas have changed since."""
    found = placed(after)
    if all(getattr(before, name) == getattr(after, name) for name in ("lon", "lat", "ward")):
        return dataclasses.replace(found, ward=before.ward, borough=before.borough)
    return found


def _follow(encounter: Encounter, different: Mapping[str, Any], now: dt.datetime) -> None:
    encounter.month = clock.month_key(encounter.occurred_at)
    if "school_id" in different or "school_reason" in different:
        waits = encounter.school_reason == SchoolReason.NOT_YET_KNOWN
        was_waiting = encounter.follow_up_due is not None
        encounter.follow_up_due = (encounter.follow_up_due or rules.due_after(clock.today())) if waits else None
        if was_waiting and not waits:
            encounter.school_resolved_at = now
        elif waits:
            encounter.school_resolved_at = None


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
