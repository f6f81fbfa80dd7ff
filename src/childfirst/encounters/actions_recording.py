"""Writes about one record: make it, and complete its school."""

from __future__ import annotations

import dataclasses
from typing import Any

from childfirst.audit.actions import action, note
from childfirst.encounters import consequences, permissions, queries, rules
from childfirst.encounters.actions_reviews import ask_for_reviews
from childfirst.encounters.models import Correction, Encounter
from childfirst.encounters.vocabulary import IMPORTED, SchoolReason, Source
from childfirst.people.models import Account, ApiClient, Organisation
from childfirst.places import queries as places
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid

Recorder = Account | ApiClient
"""Who may make a record: a person, or a system of the force with a key of its own."""


class Refused(UserError):
    """The particulars do not make a record: ``faults`` says which fields are wrong and why."""

    def __init__(self, faults: list[rules.Fault]) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults


@action("encounters.encounter.record")
def record_encounter(
    *, by: Recorder, told: rules.Particulars, team: Organisation, source: str = Source.FORM, key: str = ""
) -> Encounter:
    """Record one encounter for a team, with the reviews that it calls for.

    ``key`` makes the call safe to repeat: with the key of a record that is already there, that record is given back and
    nothing is added. The ward and borough are looked up from the place; the age band from the age.

    Raises Refused with every fault of the particulars, Forbidden for a team that is not the person's own.
    """
    permissions.check_can_record(by, team)
    found = Encounter.objects.filter(source=source, force="", source_row_key=key).first() if key else None
    if found is not None:
        _check_is_repetition(found, by)
        note(found.reference, data={"repeated": True})
        return found
    now = clock.now()
    faults = [*rules.faults(told, now=now), *register_faults(told)]
    if source in IMPORTED:
        faults.append(rules.Fault("source", "An archive is imported, not recorded."))
    if faults:
        raise Refused(faults)
    encounter = Encounter.objects.create(
        **columns_of(placed(told)),
        follow_up_due=rules.due_after(clock.today()) if told.school_reason == SchoolReason.NOT_YET_KNOWN else None,
        month=clock.month_key(told.occurred_at),
        recorded_by=by if isinstance(by, Account) else None,
        client=by if isinstance(by, ApiClient) else None,
        team=team,
        source=source,
        source_row_key=key or new_ulid(),
        changed_at=now,
    )
    asked = ask_for_reviews(encounter)
    note(encounter.reference, data={"kind": encounter.kind, "source": source, "reviews": len(asked)})
    consequences.follow("recorded", by=by, encounter=encounter)
    return encounter


def _check_is_repetition(found: Encounter, by: Recorder) -> None:
    if found.recorded_by_id != (by.pk if isinstance(by, Account) else None) or (
        found.client_id != (by.pk if isinstance(by, ApiClient) else None)
    ):
        raise UserError("Another person has used this key for a record. Use a new key.")


def register_faults(told: rules.Particulars) -> list[rules.Fault]:
    """What the registers of schools and areas say against the particulars, as they stand now: a draft may be older than they."""
    found = []
    if told.school is not None:
        if places.school(told.school) is None:
            found.append(rules.Fault("school", f"There is no school with the number {told.school}."))
        elif sentence := queries.closed_before(told.school, clock.local(told.occurred_at).date()):
            found.append(rules.Fault("school", sentence))
    if told.ward and told.lon is None and queries.suggested_ward(told.ward) is None:
        found.append(rules.Fault("place", f"There is no ward with the code {told.ward}."))
    return found


def placed(told: rules.Particulars) -> rules.Particulars:
    """The particulars with what follows from them: ward and borough of the place, age band of the age."""
    band = rules.band_of(told.age) if told.age is not None else told.age_band
    if told.lon is None or told.lat is None:
        borough = queries.borough_of(told.ward) if told.ward else ""
        return dataclasses.replace(told, age_band=str(band), borough=borough)
    ward, borough = (str(places.area_index(kind).locate([told.lon], [told.lat])[0]) for kind in ("ward", "borough"))
    return dataclasses.replace(told, age_band=str(band), ward=ward, borough=borough)


def columns_of(told: rules.Particulars) -> dict[str, Any]:
    """The particulars as columns of the table."""
    values = {field.name: getattr(told, field.name) for field in dataclasses.fields(told)}
    values["school_id"] = values.pop("school")
    return values


@action("encounters.school.resolve")
def resolve_school(*, by: Account, encounter: Encounter, school: int | None = None, reason: str = "") -> Encounter:
    """Complete the school of an encounter that waits for it: with a school, or with a reason that is final.

    That it was not known before stays on the record as its first state. Raises Forbidden for an encounter of another team,
    UserError when it does not wait for a school or the answer is none.
    """
    permissions.check_can_resolve(by, encounter)
    encounter = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if encounter.school_reason != SchoolReason.NOT_YET_KNOWN:
        raise UserError("The school of this encounter has already been completed.")
    if reason == SchoolReason.NOT_YET_KNOWN:
        raise UserError("Enter the school, or another reason why there is none.")
    if sentence := rules.school_fault(school, reason, age=encounter.age):
        raise UserError(sentence)
    if school is not None:
        if places.school(school) is None:
            raise UserError(f"There is no school with the number {school}.")
        if sentence := queries.closed_before(school, clock.local(encounter.occurred_at).date()):
            raise UserError(sentence)
    changes = {"school_id": [None, school], "school_reason": [encounter.school_reason, reason]}
    encounter.school_id, encounter.school_reason, encounter.follow_up_due = school, reason, None
    encounter.school_resolved_at = encounter.changed_at = clock.now()
    encounter.version += 1
    encounter.save(
        update_fields=["school", "school_reason", "follow_up_due", "school_resolved_at", "version", "changed_at"]
    )
    Correction.objects.create(
        encounter=encounter, version=encounter.version, changes=changes, reason=queries.COMPLETED, corrected_by=by
    )
    note(encounter.reference, data={"school": "recorded" if school else reason, "version": encounter.version})
    consequences.follow("corrected", by=by, encounter=encounter)
    return encounter
