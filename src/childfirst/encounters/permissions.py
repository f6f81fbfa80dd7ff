"""Who may record, see, complete, review and import encounters. Default deny.

An officer sees what they recorded themselves; a supervisor what their teams recorded; a system what came with its key; an auditor
everything. Rows of an open archive belong to no team and are for auditors and importers (whose reports show no person).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from childfirst.audit.actors import System
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.encounters.vocabulary import IMPORTED
from childfirst.people.api_keys import check_scope
from childfirst.people.models import ApiClient, Membership, Organisation
from childfirst.people.permissions import Forbidden, check_holds, granting, holds
from childfirst.people.vocabulary import ApiScope, Permission

NOT_YOURS = "This encounter was recorded by another team. Only that team, its supervisors and auditors can see it."


def teams_of(user: Any) -> list[Organisation]:
    """The teams for which a person may record, the one they joined first at the front; for a key, its organisation and its parts."""
    if isinstance(user, ApiClient):
        return [user.organisation, *user.organisation.parts.order_by("name")]
    return [membership.organisation for membership in granting(user, Permission.ENCOUNTERS_RECORD)]


def check_can_record(user: Any, team: Organisation | None = None) -> None:
    """Raise Forbidden unless the person, or the system whose key it is, may record encounters (for the team)."""
    if isinstance(user, ApiClient):
        check_scope(user, ApiScope.ENCOUNTERS_CREATE)
        if team is not None and team not in teams_of(user):
            raise Forbidden(f"This key is for {user.organisation} and its teams, and {team} is not one of them.")
        return
    check_holds(user, Permission.ENCOUNTERS_RECORD)
    if team is not None and not isinstance(user, System) and team not in teams_of(user):
        raise Forbidden(f"You can record encounters for your own teams only, and {team} is not one of them.")


def can_record(user: Any) -> bool:
    return holds(user, Permission.ENCOUNTERS_RECORD)


def visible_to(user: Any) -> QuerySet[Encounter]:
    """The encounters that a person may see: the one rule for lists, details, follow-ups and the API."""
    if isinstance(user, System) or granting(user, Permission.ENCOUNTERS_READ_ALL):
        return Encounter.objects.all()
    if isinstance(user, ApiClient):
        return Encounter.objects.filter(client=user)
    wanted = Q(pk__in=[])
    if granting(user, Permission.ENCOUNTERS_READ_OWN):
        wanted |= Q(recorded_by=user)
    if teams := _organisations(granting(user, Permission.ENCOUNTERS_READ_TEAM)):
        wanted |= Q(team__in=teams) | Q(team__parent__in=teams)
        wanted |= Q(pk__in=_escalated_to(user).values("encounter_id"))
    return Encounter.objects.filter(wanted)


def _escalated_to(user: Any) -> QuerySet[ReviewFlag]:
    """Open reviews of other teams of the force that nobody did in time: for as long as they are open."""
    forces = {membership.organisation.parent_id for membership in granting(user, Permission.ENCOUNTERS_READ_TEAM)}
    rows = ReviewFlag.objects.filter(escalated_at__isnull=False, reviewed_at__isnull=True)
    return rows.filter(encounter__team__parent__in=forces - {None})


def _organisations(memberships: list[Membership]) -> list[str]:
    return [membership.organisation_id for membership in memberships]


def can_read(user: Any, encounter: Encounter) -> bool:
    return visible_to(user).filter(pk=encounter.pk).exists()


def check_can_read(user: Any, encounter: Encounter) -> None:
    """Raise Forbidden unless the person may see the encounter."""
    if not can_read(user, encounter):
        raise Forbidden(NOT_YOURS)


def can_list(user: Any) -> bool:
    """Whether the person may see encounters at all. A key that may record or correct may see what it recorded."""
    if isinstance(user, ApiClient):
        return user.has_scope(ApiScope.ENCOUNTERS_CREATE) or user.has_scope(ApiScope.ENCOUNTERS_CORRECT)
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
    if isinstance(user, ApiClient) and not can_list(user):
        check_scope(user, ApiScope.ENCOUNTERS_CREATE)
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


def _is_own_or_supervised(user: Any, encounter: Encounter) -> bool:
    """Whether the person recorded it or supervises its team. To be asked for an overdue review alone is neither."""
    if isinstance(user, System) or encounter.recorded_by_id == user.pk:
        return True
    teams = _organisations(granting(user, Permission.ENCOUNTERS_READ_TEAM))
    return encounter.team is not None and bool({encounter.team_id, encounter.team.parent_id} & set(teams))


def can_correct(user: Any, encounter: Encounter) -> bool:
    """Whether the person may correct it: who recorded it, a supervisor of the team, or the system that recorded it."""
    try:
        check_can_correct(user, encounter)
    except Forbidden:
        return False
    return True


def check_can_correct(user: Any, encounter: Encounter) -> None:
    """Raise Forbidden unless the person may correct the encounter. What was imported is corrected at its source."""
    check_can_read(user, encounter)
    if isinstance(user, ApiClient):
        check_scope(user, ApiScope.ENCOUNTERS_CORRECT)
    else:
        check_holds(user, Permission.ENCOUNTERS_CORRECT)
        if not _is_own_or_supervised(user, encounter):
            raise Forbidden(NOT_YOURS)
    if encounter.source in IMPORTED:
        raise Forbidden("This encounter was imported. It is corrected where it came from, and imported again.")


def reviews_visible_to(user: Any) -> QuerySet[ReviewFlag]:
    """The reviews that a person may see: for supervisors those of their teams, and what was escalated; all for auditors."""
    if isinstance(user, System) or granting(user, Permission.ENCOUNTERS_READ_ALL):
        return ReviewFlag.objects.all()
    teams = _organisations(granting(user, Permission.ENCOUNTERS_READ_TEAM))
    mine = Q(encounter__team__in=teams) | Q(encounter__team__parent__in=teams)
    return ReviewFlag.objects.filter(mine | Q(pk__in=_escalated_to(user).values("pk")))


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
