"""Who may record, see, complete, review and import encounters. Default deny.

An officer sees what they recorded themselves; a supervisor what their teams recorded; an auditor everything. Rows of an open
archive belong to no team and are for auditors and importers (whose reports show no person).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from childfirst.audit.actors import System
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.people.models import Membership, Organisation
from childfirst.people.permissions import Forbidden, check_holds, granting, holds
from childfirst.people.vocabulary import Permission

NOT_YOURS = "This encounter was recorded by another team. Only that team, its supervisors and auditors can see it."


def teams_of(user: Any) -> list[Organisation]:
    """The teams for which a person may record, the one they joined first at the front."""
    return [membership.organisation for membership in granting(user, Permission.ENCOUNTERS_RECORD)]


def check_can_record(user: Any, team: Organisation | None = None) -> None:
    """Raise Forbidden unless the person may record encounters (for the team)."""
    check_holds(user, Permission.ENCOUNTERS_RECORD)
    if team is not None and not isinstance(user, System) and team not in teams_of(user):
        raise Forbidden(f"You can record encounters for your own teams only, and {team} is not one of them.")


def can_record(user: Any) -> bool:
    return holds(user, Permission.ENCOUNTERS_RECORD)


def visible_to(user: Any) -> QuerySet[Encounter]:
    """The encounters that a person may see: the one rule for lists, details, follow-ups and the API."""
    if isinstance(user, System) or granting(user, Permission.ENCOUNTERS_READ_ALL):
        return Encounter.objects.all()
    wanted = Q(pk__in=[])
    if granting(user, Permission.ENCOUNTERS_READ_OWN):
        wanted |= Q(recorded_by=user)
    if teams := _organisations(granting(user, Permission.ENCOUNTERS_READ_TEAM)):
        wanted |= Q(team__in=teams) | Q(team__parent__in=teams)
    return Encounter.objects.filter(wanted)


def _organisations(memberships: list[Membership]) -> list[str]:
    return [membership.organisation_id for membership in memberships]


def can_read(user: Any, encounter: Encounter) -> bool:
    return visible_to(user).filter(pk=encounter.pk).exists()


def check_can_read(user: Any, encounter: Encounter) -> None:
    """Raise Forbidden unless the person may see the encounter."""
    if not can_read(user, encounter):
        raise Forbidden(NOT_YOURS)


def can_list(user: Any) -> bool:
    """Whether the person may see encounters at all."""
    return any(
        holds(user, permission)
        for permission in (
            Permission.ENCOUNTERS_READ_OWN,
            Permission.ENCOUNTERS_READ_TEAM,
            Permission.ENCOUNTERS_READ_ALL,
        )
    )


def check_can_list(user: Any) -> None:
    """Raise Forbidden for a person who may see no encounter at all."""
    if not can_list(user):
        raise Forbidden(
            "You cannot read encounters. Only ward officers, neighbourhood supervisors and auditors can do this."
        )


def can_resolve(user: Any, encounter: Encounter) -> bool:
    """Whether the person may complete the school: who recorded it, or a supervisor of the team."""
    return can_record(user) and can_read(user, encounter)


def check_can_resolve(user: Any, encounter: Encounter) -> None:
    """Raise Forbidden unless the person may complete the school of the encounter."""
    check_can_read(user, encounter)
    check_holds(user, Permission.ENCOUNTERS_RECORD)


def reviews_visible_to(user: Any) -> QuerySet[ReviewFlag]:
    """The reviews that a person may see: those of their teams for supervisors, all for auditors."""
    if isinstance(user, System) or granting(user, Permission.ENCOUNTERS_READ_ALL):
        return ReviewFlag.objects.all()
    teams = _organisations(granting(user, Permission.ENCOUNTERS_READ_TEAM))
    return ReviewFlag.objects.filter(Q(encounter__team__in=teams) | Q(encounter__team__parent__in=teams))


def can_list_reviews(user: Any) -> bool:
    return holds(user, Permission.ENCOUNTERS_READ_TEAM) or holds(user, Permission.ENCOUNTERS_READ_ALL)


def check_can_list_reviews(user: Any) -> None:
    """Raise Forbidden for a person who is neither supervisor nor auditor."""
    if not can_list_reviews(user):
        check_holds(user, Permission.ENCOUNTERS_READ_TEAM)


def can_review(user: Any, flag: ReviewFlag) -> bool:
    """Whether the person may review: a supervisor of the team, and never of an encounter that they recorded themselves."""
    if flag.encounter.recorded_by_id == getattr(user, "pk", None):
        return False
    return holds(user, Permission.ENCOUNTERS_READ_TEAM) and reviews_visible_to(user).filter(pk=flag.pk).exists()


def check_can_review(user: Any, flag: ReviewFlag) -> None:
    """Raise Forbidden unless the person may review the encounter."""
    if flag.encounter.recorded_by_id == getattr(user, "pk", None):
        raise Forbidden("You recorded this encounter yourself. Another supervisor must review it.")
    check_holds(user, Permission.ENCOUNTERS_READ_TEAM)
    if not can_review(user, flag):
        raise Forbidden(NOT_YOURS)


def can_import(user: Any) -> bool:
    return holds(user, Permission.ENCOUNTERS_IMPORT)


def check_can_import(user: Any) -> None:
    """Raise Forbidden unless the person may import encounters and read the quality reports."""
    check_holds(user, Permission.ENCOUNTERS_IMPORT)
