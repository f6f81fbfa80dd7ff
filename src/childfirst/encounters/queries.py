"""Reads: encounters for lists and details, schools for the type-ahead, follow-ups, reviews, quality reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from childfirst.audit.actions import note_reading
from childfirst.audit.actors import Actor
from childfirst.design.widgets import Suggestion
from childfirst.encounters import finding, permissions
from childfirst.encounters.models import Correction, Diversion, Encounter, EncounterDraft, ImportReport, ReviewFlag
from childfirst.people.models import Account, Membership, Organisation
from childfirst.people.permissions import granting, holds, roles_with
from childfirst.people.vocabulary import Permission
from childfirst.places import queries as places
from childfirst.places.models import Area, School
from childfirst.places.vocabulary import AreaKind
from childfirst.shared import clock
from childfirst.shared.text import join_and

SUGGESTED = 10
COMPLETED = "The school was not yet known, and has been found out."
"""The reason on the correction that completing a school leaves."""


def read_encounter(*, by: Actor, encounter: Encounter) -> Encounter:
    """The encounter for a detail page. It shows ``special`` fields, so that looking is an event on the trail."""
    permissions.check_can_read(by, encounter)
    note_reading(by=by, name="encounters.encounter.read", subject=encounter.reference)
    return encounter


def draft_of(account: Account) -> EncounterDraft | None:
    """The unfinished record of a person, if there is one."""
    return EncounterDraft.objects.filter(account=account).first()


def follow_ups(user: Any) -> QuerySet[Encounter]:
    """Encounters whose school is not yet known, that the person may see; the longest due first."""
    return permissions.visible_to(user).filter(follow_up_due__isnull=False).order_by("follow_up_due", "id")


def waiting_follow_ups(user: Any) -> int:
    """How many schools the person still has to find, for the home page."""
    return follow_ups(user).count() if permissions.can_record(user) else 0


def open_reviews(user: Any) -> QuerySet[ReviewFlag]:
    """Reviews that nobody has done yet, that the person may see; those due first at the front."""
    rows = permissions.reviews_visible_to(user).filter(reviewed_at__isnull=True)
    return rows.select_related("encounter", "encounter__team").order_by("due_at", "id")


def waiting_reviews(user: Any) -> int:
    """How many reviews the person has to do, for the home page: none who may only look, and none of their own records."""
    if not holds(user, Permission.ENCOUNTERS_READ_TEAM):
        return 0
    return open_reviews(user).exclude(encounter__recorded_by=user).count()


def overdue_reviews() -> QuerySet[ReviewFlag]:
    """Reviews that nobody did in time, of records made for a team; the oldest first. For upkeep, not for a page."""
    open_ones = ReviewFlag.objects.filter(reviewed_at__isnull=True, due_at__lt=clock.now())
    return open_ones.filter(encounter__team__isnull=False).select_related("encounter").order_by("due_at", "id")


def supervisors_of(team: Organisation, *, whole_force: bool = False) -> list[Account]:
    """The supervisors who may review what a team recorded: of the team and its force; or of every team of the force."""
    force = team.parent_id or team.pk
    wanted = Q(organisation=team) | Q(organisation=force)
    if whole_force:
        wanted |= Q(organisation__parent=force)
    held = Membership.objects.filter(
        wanted, role__in=roles_with(Permission.ENCOUNTERS_READ_TEAM), ended_at__isnull=True, account__is_active=True
    )
    return list(Account.objects.filter(pk__in=held.values("account_id")).order_by("pk"))


def history_of(encounter: Encounter) -> QuerySet[Correction]:
    """What the record said before, the latest correction first."""
    rows = Correction.objects.filter(encounter=encounter).select_related("corrected_by", "client")
    return rows.order_by("-version")


def diverted_lately(user: Any, days: int = 28) -> int:
    """How often somebody else dealt with it in the last days, for the teams whose encounters the person supervises."""
    teams = [membership.organisation_id for membership in granting(user, Permission.ENCOUNTERS_READ_TEAM)]
    since = clock.now() - dt.timedelta(days=days)
    return Diversion.objects.filter(Q(team__in=teams) | Q(team__parent__in=teams), created_at__gte=since).count()


def import_reports() -> QuerySet[ImportReport]:
    """Quality reports of imports, the newest first, without their details."""
    return ImportReport.objects.defer("details")


def ward_names(encounters: Iterable[Encounter]) -> dict[str, str]:
    """Code -> name of the wards and boroughs of the encounters."""
    codes = {code for encounter in encounters for code in (encounter.ward, encounter.borough) if code}
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))


def place_name(encounter: Encounter, names: dict[str, str]) -> str:
    """Where it was, in words: ward and borough, or what is known instead."""
    parts = [names.get(code, code) for code in (encounter.ward, encounter.borough) if code]
    if parts:
        return ", ".join(parts)
    return "Not known" if encounter.lon is None else "Outside the areas known here"


def suggest_schools(text: str) -> list[Suggestion]:
    """Schools for what an officer types, each with what tells it from its namesakes: town, phase, what became of it."""
    found = finding.find_schools(text, SUGGESTED + 1)
    return [Suggestion(str(one.urn), one.name, _hint(one)) for one in found]


def _hint(found: places.FoundSchool) -> str:
    place = ", ".join(dict.fromkeys(part for part in (found.town, found.la_name) if part))
    parts = [place, found.phase, f"URN {found.urn}", found.was]
    if found.is_closed:
        parts.append(_closed(found.urn, found.closed_on))
    return " · ".join(part for part in parts if part)


def _closed(urn: int, closed_on: dt.date | None) -> str:
    words = f"closed {closed_on.year}" if closed_on else "closed"
    now = [school.name for school in places.current_successors(urn) if school.urn != urn]
    return f"{words}, now {join_and(now[:3])}" if now else words


def suggested_school(urn: str) -> Suggestion | None:
    """The school of a stored number, as the type-ahead shows it."""
    school = places.school(urn)
    if school is None:
        return None
    place = ", ".join(dict.fromkeys(part for part in (school.town, school.la_name) if part))
    return Suggestion(str(school.urn), school.name, " · ".join(part for part in (place, f"URN {school.urn}") if part))


def school_line(school: School, on: dt.date) -> str:
    """A school as it was on the day of the encounter, with its name of today where that is another."""
    then = places.as_it_was(school, on)
    now = f" (now {school.name})" if then.is_renamed else ""
    return f"{then.name}{now}, URN {school.urn}"


def closed_before(urn: int, on: dt.date) -> str:
    """A sentence when the school had closed before the day, so that no child can have gone there; else empty."""
    school = places.school(urn)
    if school is None or school.closed_on is None or not school.is_closed or school.closed_on >= on:
        return ""
    now = [one.name for one in places.current_successors(urn) if one.urn != urn]
    hint = f", such as {join_and(now[:3], 'or')}" if now else ""
    closed = clock.format_date(school.closed_on)
    return f"{school.name} closed on {closed}, before this encounter. Choose the school that the child goes to{hint}."


def suggest_wards(text: str) -> list[Suggestion]:
    """Wards whose name begins with, or holds, what was typed; with their borough."""
    rows = places.areas(AreaKind.WARD).select_related("parent")
    words = text.split()
    for word in words:
        rows = rows.filter(name__icontains=word)
    found = sorted(rows[:100], key=lambda area: (not area.name.casefold().startswith(text.casefold()), area.name))
    return [_ward(area) for area in found[: SUGGESTED + 1]] if words else []


def suggested_ward(code: str) -> Suggestion | None:
    """The ward of a stored code, as the type-ahead shows it."""
    area = places.area(code)
    return _ward(area) if area is not None and area.kind == AreaKind.WARD else None


def _ward(area: Area) -> Suggestion:
    return Suggestion(area.code, area.name, area.parent.name if area.parent else "")


def borough_of(ward: str) -> str:
    """Code of the borough that a ward is part of; empty where it is not known."""
    area = places.area(ward)
    parent = area.parent if area else None
    return parent.code if parent is not None and parent.kind == AreaKind.BOROUGH else ""


def line_counts(report: ImportReport) -> dict[str, int]:
    """State -> number of lines of a report that did not land."""
    return dict(report.lines.order_by().values_list("state").annotate(n=Count("id")))
