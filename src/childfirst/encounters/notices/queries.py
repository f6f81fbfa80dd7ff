"""Reads: the words of a notice for its two sides, who is to be told, school days, and the lists of every role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from childfirst.audit.actions import note_reading
from childfirst.encounters.models import Encounter
from childfirst.encounters.notices import permissions, rules, sealing
from childfirst.encounters.notices.models import Mailing, Notice, NoticeContent, NoticeMessage
from childfirst.encounters.notices.vocabulary import KEPT, SHOWN_TO_LEADS, WITH_SCHOOL, Part, State
from childfirst.people.models import Account, Membership, Organisation
from childfirst.people.permissions import Forbidden, roles_with
from childfirst.people.vocabulary import OrganisationKind, Permission
from childfirst.places import queries as places
from childfirst.places.models import School
from childfirst.shared import clock

STUCK_AFTER = 3
"""Failed attempts after which a supervisor sees that an e-mail does not arrive."""


# Who is told.


def leads_of(school: School) -> list[Account]:
    """Who can open a notice to a school today, the longest-serving first; for a closed school also the leads of its one heir."""
    urns = [school.urn]
    if school.is_closed and (heir := permissions.heir_of(school.urn)) is not None:
        urns.append(heir)
    held = Membership.objects.filter(
        role__in=roles_with(Permission.NOTICES_OPEN),
        ended_at__isnull=True,
        account__is_active=True,
        organisation__urn__in=urns,
    )
    found = [m.account for m in held.select_related("account").order_by("created_at", "id")]
    return list(dict.fromkeys(found))


def supervisors_of(team: Organisation | None) -> list[Account]:
    """Who oversees the notices of a team: its own supervisors and those of what it is a part of."""
    if team is None:
        return []
    held = Membership.objects.filter(
        role__in=roles_with(Permission.NOTICES_OVERSEE),
        ended_at__isnull=True,
        account__is_active=True,
        organisation__in=[pk for pk in (team.pk, team.parent_id) if pk],
    )
    return list(dict.fromkeys(m.account for m in held.select_related("account").order_by("created_at", "id")))


def writers_of(notice: Notice) -> list[Account]:
    """Who is told what the school asks or does: the officer; while there is none, or when they have left, the team's supervisors."""
    officer = notice.officer
    if officer is not None and permissions.is_officer_of(officer, notice):
        return [officer]
    return supervisors_of(notice.encounter.team)


def readers_of(notice: Notice) -> list[Account]:
    """The leads who have opened a notice and are leads of the school today."""
    confirmed = set(notice.confirmations.values_list("account", flat=True))
    return [account for account in leads_of(notice.school) if account.pk in confirmed]


class SchoolDays:
    """Whether a school works on a day, by the term dates of its authority; each day is looked up once.

    Where the term dates do not tell, Monday to Friday count, but for bank holidays: a notice must not wait because a calendar is
    missing.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, dt.date], bool] = {}

    def of(self, school: School) -> rules.WorksOn:
        """The days of one school."""

        def works(day: dt.date) -> bool:
            key = (school.la_code, day)
            if key not in self._known:
                self._known[key] = places.is_school_day(day, school.la_code) is not False
            return self._known[key]

        return works


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a notice would be read soon: what an officer is told before they send it, and at once after."""

    has_lead: bool
    closed: bool
    works_again: dt.date | None
    erased_before: bool

    @property
    def is_certain(self) -> bool:
        """Whether somebody can open it today."""
        return self.has_lead and not self.closed


def reach(school: School, now: dt.datetime, erased_on: dt.date | None = None) -> Reach:
    """How soon the school can read a notice that is sent now."""
    works, today = SchoolDays().of(school), clock.local(now).date()
    again = rules.next_school_day(today, works)
    end = erased_on or clock.local(now + KEPT).date()
    return Reach(bool(leads_of(school)), not works(today), again, again is None or again > end)


# The words.


def words_of(notice: Notice) -> rules.Told | None:
    """What the officer wrote, decrypted; None where nothing was written or it is erased. Raises KeyTrouble."""
    content = NoticeContent.objects.filter(notice=notice).first()
    if content is None:
        return None
    content.notice = notice
    return rules.Told.from_json(sealing.unseal(content.sealed, bound_to=content.binding))


def has_words(notice: Notice) -> bool:
    """Whether the officer has written anything that is not erased."""
    return NoticeContent.objects.filter(notice=notice).exists()


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of the thread, readable."""

    part: Part
    author: str
    at: dt.datetime
    words: str


def thread_of(notice: Notice) -> list[Said]:
    """Questions, answers and closing words, decrypted, the oldest first. Raises KeyTrouble."""
    found = []
    for message in NoticeMessage.objects.filter(notice=notice).select_related("author"):
        message.notice = notice
        opened = sealing.unseal(message.sealed, bound_to=message.binding)
        found.append(Said(Part(message.part), message.author.name, message.created_at, str(opened["words"])))
    return found


@dataclass(frozen=True, slots=True)
class Read:
    """A notice as one of its two sides reads it."""

    notice: Notice
    told: rules.Told | None
    thread: list[Said]


def read_as_lead(*, by: Account, notice: Notice) -> Read:
    """What a lead sees: never a draft. Every call is an event. Raises Forbidden before the lead has confirmed what it is for."""
    permissions.check_is_lead(by, notice)
    if notice.is_with_school and not has_confirmed(by, notice):
        raise Forbidden("Confirm first what the notice is for.")
    told = words_of(notice) if notice.is_with_school and notice.written_at else None
    thread = thread_of(notice) if notice.is_with_school else []
    _note(by, notice, "lead", told, thread)
    return Read(notice, told, thread)


def read_as_officer(*, by: Account, notice: Notice) -> Read:
    """What the officer sees: their own words, also a draft, and the thread. Every call is an event."""
    permissions.check_is_officer(by, notice)
    told, thread = words_of(notice), thread_of(notice)
    _note(by, notice, "officer", told, thread)
    return Read(notice, told, thread)


def _note(by: Account, notice: Notice, side: str, told: rules.Told | None, thread: list[Said]) -> None:
    data = {"side": side, "words": told is not None, "thread": len(thread)}
    note_reading(by=by, name="encounters.notice.read", subject=notice.reference, data=data)


def has_confirmed(account: Account, notice: Notice) -> bool:
    """Whether this lead has confirmed what this notice is for."""
    return notice.confirmations.filter(account=account).exists()


# Lists.


def _with_encounter(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related("encounter", "school")


def waiting_for_lead(user: Any) -> QuerySet[Notice]:
    """What nobody of the school has opened, the longest waiting first."""
    return _with_encounter(permissions.for_lead(user).filter(state=State.WAITING)).order_by("sent_at", "id")


def opened_for_lead(user: Any) -> QuerySet[Notice]:
    """What was opened and not acknowledged, the oldest first."""
    return _with_encounter(permissions.for_lead(user).filter(state=State.OPENED)).order_by("sent_at", "id")


def closed_for_lead(user: Any) -> QuerySet[Notice]:
    """What is done, the newest first: only date and kind are left."""
    states = [state for state in SHOWN_TO_LEADS if state not in WITH_SCHOOL]
    return _with_encounter(permissions.for_lead(user).filter(state__in=states)).order_by(F("closed_at").desc(), "-id")


def lead_has_waiting(user: Any) -> int:
    """How many notices a lead has to open or acknowledge, for the home page."""
    return permissions.for_lead(user).filter(state__in=WITH_SCHOOL).count()


def sent_by(user: Any) -> QuerySet[Notice]:
    """An officer's notices, the newest first."""
    return _with_encounter(permissions.of_officer(user)).order_by("-created_at", "-id")


def needs_officer(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those among an officer's notices that wait for the officer: for words, for the right school, for an answer."""
    thread = NoticeMessage.objects.filter(notice=OuterRef("pk")).order_by("-created_at", "-id")
    asked = Q(state__in=WITH_SCHOOL, last_said=Part.QUESTION)
    found = rows.annotate(last_said=Subquery(thread.values("part")[:1]))
    return found.filter(Q(state__in=(State.TO_WRITE, State.RETURNED)) | asked)


def untaken(user: Any) -> QuerySet[Notice]:
    """What a system of the force recorded and nobody has taken over, the oldest first."""
    return _with_encounter(permissions.untaken_for(user)).order_by("created_at", "id")


def officer_has_waiting(user: Any) -> int:
    """How many notices wait for the officer, for the home page."""
    return needs_officer(permissions.of_officer(user)).count() + permissions.untaken_for(user).count()


@dataclass(frozen=True, slots=True)
class Oversight:
    """What a supervisor sees: numbers, and which notices wait. No name, no word, no school beside a child."""

    counts: dict[State, int]
    waiting: list[Notice]
    held_back: list[Notice]
    stuck_mail: int
    opened_in_time: int
    opened_or_late: int


def oversight(user: Any) -> Oversight:
    """The notices of a supervisor's teams in the last year."""
    rows = permissions.overseen_by(user).filter(created_at__gt=clock.now() - dt.timedelta(days=366))
    counts = {State(row["state"]): row["n"] for row in rows.order_by().values("state").annotate(n=Count("id"))}
    late = Q(escalation__gt=0)
    return Oversight(
        counts={state: counts.get(state, 0) for state in State},
        waiting=list(
            rows.filter(state__in=(State.TO_WRITE, State.WAITING))
            .select_related("encounter")
            .order_by("-escalation", F("sent_at").asc(nulls_last=True), "created_at")[:100]
        ),
        held_back=list(rows.filter(state=State.WITHHELD).select_related("encounter").order_by("-closed_at")[:50]),
        stuck_mail=Mailing.objects.filter(notice__in=rows, sent_at__isnull=True, attempts__gte=STUCK_AFTER).count(),
        opened_in_time=rows.filter(~late, opened_at__isnull=False).count(),
        opened_or_late=rows.filter(late | Q(opened_at__isnull=False)).count(),
    )


def overseer_has_waiting(user: Any) -> int:
    """How many notices were escalated and are still not opened, for a supervisor's home page."""
    return permissions.overseen_by(user).filter(state=State.WAITING, escalation__gt=0).count()


@dataclass(frozen=True, slots=True)
class Unled:
    """A school for which notices wait that nobody can open. ``organisation`` is its own here, ``namesake`` one that lacks the number."""

    school: School
    notices: int
    since: dt.datetime
    organisation: Organisation | None
    namesake: Organisation | None


def unled_schools(user: Any) -> list[Unled]:
    """Schools with waiting notices and no lead: those of a supervisor's teams; for an administrator all of them."""
    permissions.check_can_see_unled(user)
    everything = user.may(Permission.PEOPLE_MANAGE)
    rows = Notice.objects.all() if everything else permissions.overseen_by(user)
    return _unled(rows.filter(state=State.WAITING))


def _unled(rows: QuerySet[Notice]) -> list[Unled]:
    by_school: dict[int, list[dt.datetime]] = {}
    for urn, sent_at in rows.order_by("sent_at").values_list("school_id", "sent_at"):
        if sent_at is not None:
            by_school.setdefault(urn, []).append(sent_at)
    known = {o.urn: o for o in Organisation.objects.filter(urn__in=by_school)}
    numberless = Organisation.objects.filter(kind=OrganisationKind.SCHOOL, urn__isnull=True)
    by_name = {o.name.casefold(): o for o in numberless}
    found = [
        Unled(school, len(by_school[urn]), by_school[urn][0], known.get(urn), by_name.get(school.name.casefold()))
        for urn, school in places.schools(by_school).items()
        if not leads_of(school)
    ]
    return sorted(found, key=lambda one: one.since)


def unled_waiting(user: Any) -> int:
    """How many schools have nobody to open a notice, for the home page."""
    return len(unled_schools(user)) if permissions.can_see_unled(user) else 0


def notice_of(encounter: Encounter) -> Notice | None:
    """The notice about an encounter to the school that it names now; None where there is none."""
    if encounter.school_id is None:
        return None
    rows = Notice.objects.filter(encounter=encounter, school=encounter.school_id).exclude(state=State.WITHDRAWN)
    return rows.select_related("encounter", "school").order_by("-created_at").first()
