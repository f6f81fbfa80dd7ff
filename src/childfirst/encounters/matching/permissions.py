"""Who may import records of earlier systems, decide cases, and see how good the data are. Default deny."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from childfirst.audit.actors import System
from childfirst.encounters.models import Encounter
from childfirst.people.api_keys import check_scope
from childfirst.people.models import Account, ApiClient
from childfirst.people.permissions import Forbidden, check_holds, granting, holds
from childfirst.people.vocabulary import ApiScope, Permission


def can_review(user: Any) -> bool:
    return holds(user, Permission.MATCHING_REVIEW)


def check_can_review(user: Any) -> None:
    """Raise Forbidden unless the person may read what was written about schools, and decide what it means."""
    check_holds(user, Permission.MATCHING_REVIEW)


def check_can_ask(user: Any) -> None:
    """Raise Forbidden unless the key has the scope for it, or the person records encounters or reviews matches."""
    if isinstance(user, ApiClient):
        check_scope(user, ApiScope.MATCHER_ASK)
    elif not holds(user, Permission.ENCOUNTERS_RECORD):
        check_can_review(user)


def check_can_import(user: Any) -> None:
    """Raise Forbidden unless the person may import encounters."""
    check_holds(user, Permission.ENCOUNTERS_IMPORT)


def check_can_decide(user: Any, *, proposed_by: str) -> None:
    """Raise Forbidden unless the person is a second one: who proposed a name cannot agree to it."""
    check_can_review(user)
    if isinstance(user, Account) and user.pk == proposed_by:
        raise Forbidden("You proposed this name yourself. Another reviewer must agree to it.")


def can_see_quality(user: Any) -> bool:
    return holds(user, Permission.MATCHING_REVIEW) or holds(user, Permission.ENCOUNTERS_READ_TEAM)


def check_can_see_quality(user: Any) -> None:
    """Raise Forbidden unless the person is an analyst, or supervises teams that record."""
    if not can_see_quality(user):
        raise Forbidden(
            "You cannot see how good the data about schools are. Only analysts and neighbourhood supervisors can do this."
        )


def counted_for(user: Any) -> QuerySet[Encounter]:
    """The encounters that a person may see counted: all for analysts, those of their teams for supervisors."""
    if isinstance(user, System) or holds(user, Permission.MATCHING_REVIEW):
        return Encounter.objects.all()
    teams = [membership.organisation_id for membership in granting(user, Permission.ENCOUNTERS_READ_TEAM)]
    return Encounter.objects.filter(Q(team__in=teams) | Q(team__parent__in=teams))
