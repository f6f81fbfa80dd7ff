"""Writes about drafts. A draft is the officer's own notebook: the trail has its beginning and its end, not each page of it.

What an officer writes down and changes before they say "this is the record" is nobody's act yet (ADR 7). Beginning it,
throwing it away and making a record of it are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from childfirst.audit.actions import action, note
from childfirst.encounters import permissions, rules
from childfirst.encounters.actions_recording import record_encounter
from childfirst.encounters.alternatives import CAN_BE_CALLED
from childfirst.encounters.models import Diversion, Encounter, EncounterDraft
from childfirst.encounters.vocabulary import Source
from childfirst.people.models import Account, Organisation
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference


def save_draft(*, by: Account, answers: dict[str, Any]) -> EncounterDraft:
    """Keep the answers to a step of the record form in the person's draft, which is begun when there is none."""
    permissions.check_can_record(by)
    with transaction.atomic():
        draft = EncounterDraft.objects.select_for_update().filter(account=by).first()
        if draft is None:
            return _begin_draft(by=by, answers=answers)
        draft.answers, draft.changed_at = {**draft.answers, **answers}, clock.now()
        draft.save(update_fields=["answers", "changed_at"])
        return draft


@action("encounters.draft.begin")
def _begin_draft(*, by: Account, answers: dict[str, Any]) -> EncounterDraft:
    """Begin a draft with its first answers. Two windows of one person share one draft: the answers of both are kept."""
    draft, made = EncounterDraft.objects.get_or_create(account=by, defaults={"answers": answers})
    if not made:
        draft.answers, draft.changed_at = {**draft.answers, **answers}, clock.now()
        draft.save(update_fields=["answers", "changed_at"])
    note(draft.reference)
    return draft


@action("encounters.draft.discard")
def discard_draft(*, by: Account) -> None:
    """Erase the person's draft, if there is one."""
    permissions.check_can_record(by)
    draft = EncounterDraft.objects.filter(account=by).first()
    note(draft.reference if draft else Reference("encounters.encounterdraft", "none"))
    if draft is not None:
        draft.delete()


@action("encounters.diversion.note")
def note_diversion(*, by: Account, alternative: str) -> Diversion:
    """Note that somebody else dealt with it, and erase the draft: there is no encounter to record.

    What stays is who dealt with it, for which team, on which day. Raises UserError for nobody who can be called.
    """
    permissions.check_can_record(by)
    if alternative not in CAN_BE_CALLED:
        raise UserError("Say who is dealing with it.")
    diversion = Diversion.objects.create(alternative=alternative, team=permissions.teams_of(by)[0])
    EncounterDraft.objects.filter(account=by).delete()
    note(diversion.reference, data={"alternative": alternative})
    return diversion


def record_draft(*, by: Account, draft_id: str, told: Callable[[EncounterDraft], tuple[rules.Particulars, Organisation]]) -> Encounter:  # fmt: skip
    """Make the record of a draft and erase the draft, together. The second press of the button finds the first one's record.

    ``told`` reads the particulars and the team from the draft once it is locked. Raises UserError when there is neither draft
    nor record.
    """
    with transaction.atomic():
        draft = EncounterDraft.objects.select_for_update().filter(pk=draft_id, account=by).first()
        if draft is None:
            made = Encounter.objects.filter(
                source=Source.FORM, force="", source_row_key=draft_id, recorded_by=by
            ).first()
            if made is None:
                raise UserError("This draft is no longer there. Start a new record.")
            return made
        particulars, team = told(draft)
        encounter = record_encounter(by=by, told=particulars, team=team, key=draft.pk)
        draft.delete()
        return encounter
