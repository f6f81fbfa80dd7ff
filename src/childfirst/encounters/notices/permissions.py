"""Who may see, write, open, answer and oversee notices. Default deny.

The words of a notice are for two sides alone: the leads of the school that it is for, today, and the officer who recorded the
encounter. Supervisors see which notices wait, administrators which schools have nobody to open one; neither sees a word.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from childfirst.audit.actors import System
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.vocabulary import LIVE, SHOWN_TO_LEADS
from childfirst.encounters.permissions import teams_of
from childfirst.people.models import Account
from childfirst.people.permissions import Forbidden, check_holds, granting, holds
from childfirst.people.vocabulary import Permission
from childfirst.places import queries as places
from childfirst.places.models import School
from childfirst.places.vocabulary import SchoolStatus

NOT_YOURS = (
    "This notice is not for you. Only the school's safeguarding leads and the officer who recorded it can open it."
)


def urns_open_to(user: Any) -> frozenset[int]:
    """Numbers of the schools whose notices a person may open today: those in which they are a lead, and closed ones that became it.

    A closed school counts only when exactly one school of today followed it: where it was divided, nobody knows where the child
    went, and the officer must find out.
    """
    own = frozenset(m.organisation.urn for m in granting(user, Permission.NOTICES_OPEN) if m.organisation.urn)
    if not own:
        return own
    closed = School.objects.filter(status=SchoolStatus.CLOSED, pk__in=Notice.objects.order_by().values("school"))
    inherited = {urn for urn in closed.exclude(pk__in=own).values_list("urn", flat=True) if heir_of(urn) in own}
    return own | inherited


def heir_of(urn: int) -> int | None:
    """The one school of today that a closed school became; None where it is open, has no successor, or several."""
    now = [school.urn for school in places.current_successors(urn)]
    return now[0] if len(now) == 1 and now[0] != urn else None


def for_lead(user: Any) -> QuerySet[Notice]:
    """The notices that stand in a lead's list."""
    return Notice.objects.filter(school__in=urns_open_to(user), state__in=SHOWN_TO_LEADS)


def of_officer(user: Any) -> QuerySet[Notice]:
    """The notices about encounters that a person recorded, as long as they may read their own records."""
    if not granting(user, Permission.ENCOUNTERS_READ_OWN):
        return Notice.objects.none()
    return Notice.objects.filter(officer=user)


def untaken_for(user: Any) -> QuerySet[Notice]:
    """Notices about what a system of the force recorded, which an officer of the team (or of a part of it) can take over."""
    teams = teams_of(user) if isinstance(user, Account) else []
    reach = {pk for team in teams for pk in (team.pk, team.parent_id) if pk}
    return Notice.objects.filter(officer__isnull=True, state__in=LIVE, encounter__team__in=reach)


def visible_to(user: Any) -> QuerySet[Notice]:
    """The notices that a person may open: the one rule for every page that can show a word of one."""
    return for_lead(user) | of_officer(user)


def overseen_by(user: Any) -> QuerySet[Notice]:
    """The notices of a supervisor's teams, for counting and chasing: they cannot be opened."""
    teams = [membership.organisation_id for membership in granting(user, Permission.NOTICES_OVERSEE)]
    return Notice.objects.filter(Q(encounter__team__in=teams) | Q(encounter__team__parent__in=teams))


def is_lead_of(user: Any, notice: Notice) -> bool:
    """Whether the person is, today, a lead of the school that the notice is for."""
    return for_lead(user).filter(pk=notice.pk).exists()


def is_officer_of(user: Any, notice: Notice) -> bool:
    """Whether the person recorded the encounter, and may still read their own records."""
    return of_officer(user).filter(pk=notice.pk).exists()


def check_is_lead(user: Any, notice: Notice) -> None:
    """Raise Forbidden unless the person is a lead of the school that the notice is for."""
    if not is_lead_of(user, notice):
        raise Forbidden(NOT_YOURS)


def check_is_officer(user: Any, notice: Notice) -> None:
    """Raise Forbidden unless the person recorded the encounter."""
    if not is_officer_of(user, notice):
        raise Forbidden("Only the officer who recorded the encounter can do this.")


def check_can_take(user: Any, notice: Notice) -> None:
    """Raise Forbidden unless the person is an officer of the team for which the encounter was recorded."""
    if not untaken_for(user).filter(pk=notice.pk).exists():
        raise Forbidden("Only an officer of the team for which the encounter was recorded can take its notice over.")


def check_can_open_any(user: Any) -> None:
    """Raise Forbidden for who is no school's lead."""
    check_holds(user, Permission.NOTICES_OPEN)


def check_can_send_any(user: Any) -> None:
    """Raise Forbidden for who records no encounters."""
    check_holds(user, Permission.ENCOUNTERS_RECORD)


def check_can_oversee(user: Any) -> None:
    """Raise Forbidden unless the person may see which notices wait."""
    check_holds(user, Permission.NOTICES_OVERSEE)


def can_see_unled(user: Any) -> bool:
    """Whether the person may see which schools have nobody to open a notice."""
    return isinstance(user, Account) and (
        holds(user, Permission.NOTICES_OVERSEE) or holds(user, Permission.PEOPLE_MANAGE)
    )


def check_can_see_unled(user: Any) -> None:
    """Raise Forbidden unless the person may see which schools have nobody to open a notice."""
    if not can_see_unled(user):
        raise Forbidden("Only neighbourhood supervisors and administrators can see which schools have no lead.")


def check_is_system(user: Any) -> None:
    """Raise Forbidden for a person: chasing, erasing by the clock and keys are the platform's own work."""
    if not isinstance(user, System):
        raise Forbidden("Only the platform itself does this.")
