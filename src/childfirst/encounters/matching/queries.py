"""Reads: the queue, a case with its options and reasons, decisions, imports, and answers for who asks the matcher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from childfirst.audit.actions import note_reading
from childfirst.audit.actors import Actor
from childfirst.encounters.matching import rules, store
from childfirst.encounters.matching.matching import outcome_of
from childfirst.encounters.matching.models import AliasProposal, Case, Decision, ImportRun, Mention, ModelVersion
from childfirst.encounters.matching.vocabulary import OPTION_COVERAGE, PRECISION, ModelState, ProposalState, Verdict
from childfirst.encounters.queries import closed_before
from childfirst.engines import linkage
from childfirst.engines.linkage.matching import match_register
from childfirst.people.models import Account
from childfirst.places import queries as places
from childfirst.places.models import School, SchoolName
from childfirst.places.vocabulary import NameKind
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

EARTH_KM = 6371.0


def open_cases() -> QuerySet[Case]:
    """What waits for a person, the most telling first, the same words together."""
    return Case.objects.filter(verdict=Verdict.REVIEW, decision__isnull=True)


def next_case(account: Account, *, like: Case | None = None) -> Case | None:
    """The case to take next: the person's own claim, then one with the same words as ``like``, then by value.

    Cases that another reviewer has are left out; those that the person put off come last, the longest ago first.
    """
    now = clock.now()
    free = open_cases().filter(Q(claimed_by=None) | Q(claimed_by=account) | Q(claimed_until__lte=now))
    not_put_off = free.exclude(skips__account=account)
    mine = not_put_off.filter(claimed_by=account, claimed_until__gt=now).first()
    if mine is not None:
        return mine
    if like is not None and (same := not_put_off.filter(words_key=like.words_key).order_by("-value", "id").first()):
        return same
    return not_put_off.first() or free.filter(skips__account=account).order_by("skips__id").first()


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits: cases, the records behind them, how many of these other reviewers have, and what is decided."""

    cases: int
    records: int
    taken: int
    decided_today: int


def queue(account: Account) -> Queue:
    """The state of the queue for a person."""
    sums = open_cases().aggregate(cases=Count("id"), records=Coalesce(Sum("records"), 0))
    taken = open_cases().exclude(claimed_by=None).exclude(claimed_by=account).filter(claimed_until__gt=clock.now())
    today = clock.start_of_day(clock.today())
    mine = Decision.objects.filter(by=account, created_at__gte=today, undone_at__isnull=True)
    return Queue(sums["cases"], sums["records"], taken.count(), mine.aggregate(n=Coalesce(Sum("records"), 0))["n"])


def waiting_cases(account: Any) -> int:
    """How many cases wait, for the home page."""
    return open_cases().count()


def last_decision(account: Account) -> Decision | None:
    """What the person decided last and has not undone."""
    return Decision.objects.filter(by=account, undone_at__isnull=True).select_related("school").first()


def same_words(case: Case) -> tuple[int, int]:
    """Other open cases with the same words and borough, and their records."""
    others = open_cases().filter(words_key=case.words_key, borough__iexact=case.borough).exclude(pk=case.pk)
    found = others.aggregate(cases=Count("id"), records=Coalesce(Sum("records"), 0))
    return found["cases"], found["records"]


@dataclass(frozen=True, slots=True)
class Option:
    """A school that a reviewer may choose, with what tells it from its namesakes. ``number`` is its key."""

    number: int
    urn: int
    name: str
    hint: str
    percent: str
    closed: str


def options(mention: Mention) -> list[Option]:
    """The fewest schools that hold the true one with 97 %, as the register has them today, best first."""
    listed = rules.options([(str(urn), float(p)) for urn, p in mention.candidates], mention.p_none, OPTION_COVERAGE)
    schools = places.schools(urn for urn, _ in listed)
    former: dict[int, list[str]] = {}
    for urn, name, kind in SchoolName.objects.filter(school_id__in=schools).values_list("school_id", "name", "kind"):
        if name != schools[urn].name:
            former.setdefault(urn, []).append(f"called {name}" if kind == NameKind.ALIAS else f"formerly {name}")
    found: list[Option] = []
    for number, chance in listed:
        school = schools.get(int(number))
        if school is not None:
            hint = _hint(school, mention, former.get(school.urn, []))
            closed = closed_before(school.urn, mention.month_on)
            found.append(Option(len(found) + 1, school.urn, school.name, hint, linkage.percent(chance), closed))
    return found


def _hint(school: School, mention: Mention, names: list[str]) -> str:
    place = ", ".join(dict.fromkeys(part for part in (school.street, school.town, school.la_name) if part))
    ages = (
        f"ages {school.lowest_age} to {school.highest_age}"
        if school.lowest_age is not None and school.highest_age
        else ""
    )
    km = distance(school, mention)
    parts = [
        place,
        school.get_phase_display() if school.phase else "",
        ages,
        f"{km:.1f} km from the place of record" if km is not None else "",
        join_and(sorted(names)[:3]),
        f"closed {clock.format_date(school.closed_on)}" if school.is_closed and school.closed_on else "",
        f"URN {school.urn}",
    ]
    return " · ".join(part for part in parts if part)


def distance(school: School, mention: Mention) -> float | None:
    """Kilometres from the place of record to the school; None where either is not known."""
    if school.lat is None or school.lon is None or mention.lat is None or mention.lon is None:
        return None
    a, b, c, d = np.radians([school.lat, school.lon, mention.lat, mention.lon])
    half = np.sin((a - c) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((b - d) / 2) ** 2
    return float(2 * EARTH_KM * np.arcsin(np.sqrt(half)))


def explanation(mention: Mention, urn: int | None = None) -> linkage.Explanation | None:
    """Why the matcher thinks as it does about its best school, or about ``urn``; None where it cannot say."""
    try:
        matcher = store.matcher()
        row = {
            "mention": mention.words, "record_borough": mention.borough, "lat": mention.lat, "lon": mention.lon,
            "age": mention.age, "date": mention.month_on,
        }  # fmt: skip
        return linkage.explain(row, matcher.register, urn, precision=PRECISION, model=matcher.model)
    except UserError:
        return None


def read_case(*, by: Actor, case: Case) -> Mention | None:
    """The mention that stands for most records of a case. It shows what was written, so that looking is an event."""
    note_reading(by=by, name="encounters.case.read", subject=case.reference)
    return case.mentions.order_by("-records", "id").first()


def cases(kind: str, words: str = "") -> QuerySet[Case]:
    """Cases for a list: ``open``, ``decided``, ``accept`` (by the matcher) or ``none``; those whose words hold a text."""
    found = Case.objects.select_related("school", "decision__school")
    found = {
        "decided": found.filter(decision__isnull=False).order_by("-decision__id", "-records"),
        "accept": found.filter(verdict=Verdict.ACCEPT, decision__isnull=True).order_by("-records", "id"),
        "none": found.filter(verdict=Verdict.NONE, decision__isnull=True).order_by("-records", "id"),
    }.get(kind, found.filter(verdict=Verdict.REVIEW, decision__isnull=True))
    return found.filter(words__icontains=words) if words else found


def decisions() -> QuerySet[Decision]:
    """What people decided, the newest first."""
    return Decision.objects.select_related("school", "by", "undone_by")


def state_of(case: Case) -> str:
    """What the records of a case say of their school, in words."""
    found = outcome_of(case)
    if found.school is not None:
        school = case.decision.school if case.decision and case.decision.school else case.school
        return school.name if school else ""
    return "Names no school" if found.reason.endswith("no_school") else "Waits for a person"


def runs() -> QuerySet[ImportRun]:
    """Imports of earlier records, the newest first, without their details."""
    return ImportRun.objects.defer("details", "mapping")


def proposals() -> tuple[QuerySet[AliasProposal], QuerySet[AliasProposal]]:
    """Names that wait for a second person, and those decided."""
    found = AliasProposal.objects.select_related("school", "proposed_by", "decided_by")
    return found.filter(state=ProposalState.PROPOSED).order_by("id"), found.exclude(state=ProposalState.PROPOSED)


def waiting_proposals(account: Account) -> int:
    """How many names wait for this person as the second one."""
    return proposals()[0].exclude(proposed_by=account).count()


def versions() -> QuerySet[ModelVersion]:
    """Retrained matchers, the newest first."""
    return ModelVersion.objects.all()


def offered_versions() -> QuerySet[ModelVersion]:
    """Retrained matchers that wait for an analyst."""
    return ModelVersion.objects.filter(state=ModelState.OFFERED)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the matcher: what was written, and what is known around it."""

    text: str
    record_borough: str = ""
    lat: float | None = None
    lon: float | None = None
    age: int | None = None
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What the matcher says: ``decision`` is ``accept``, ``review`` or ``none`` at precision .99."""

    decision: str
    urn: int | None
    probability: float
    p_none: float
    candidates: tuple[tuple[int, str, float], ...]
    reason: str
    fingerprint: str


MOST_ANSWERED = 10


def find_schools(text: str, limit: int) -> list[int]:
    """URNs of schools that what is being typed may become, best first, for search boxes; none while the index is not ready."""
    matcher = store.kept_matcher()
    return [int(found.urn) for found in matcher.register.suggest(text, limit)] if matcher is not None else []


def candidates(asked: Sequence[Asked]) -> list[Answered]:
    """Ask the matcher; nothing is kept. Who may ask is for the caller to check. Raises UserError while there are no schools."""
    if not asked:
        return []
    matcher = store.matcher()
    rows = [
        {
            "id": str(number), "mention": one.text, "record_borough": one.record_borough, "lat": one.lat, "lon": one.lon,
            "age": one.age, "date": one.date,
        }
        for number, one in enumerate(asked)
    ]  # fmt: skip
    found = match_register(rows, matcher.register, precision=PRECISION, model=matcher.model)
    return [
        Answered(
            match.decision,
            int(match.urn) if match.urn else None,
            match.probability,
            match.p_none,
            tuple((int(c.urn), c.name, c.probability) for c in match.candidates[:MOST_ANSWERED]),
            match.reason,
            matcher.fingerprint,
        )
        for match in found
    ]
