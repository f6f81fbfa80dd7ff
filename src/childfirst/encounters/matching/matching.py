"""From words with their context to mentions and cases: the matcher is asked once for what was never asked before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from childfirst.encounters.matching import rules, store
from childfirst.encounters.matching.models import Case, Mention
from childfirst.encounters.matching.rules import Outcome
from childfirst.encounters.matching.vocabulary import PRECISION, Answer, Verdict
from childfirst.encounters.vocabulary import SchoolReason
from childfirst.engines.linkage.matching import match_register
from childfirst.shared.ids import new_ulid

CHUNK = 900
"""So many keys are asked for at once: SQLite takes 999 values in a statement."""

WORDS_SHOWN = 200
MOST_CANDIDATES = 25


@dataclass(frozen=True)
class Context:
    """Words with what the record says around them."""

    words: str
    borough: str
    lat: float | None
    lon: float | None
    age: int | None
    month_on: dt.date

    @cached_property
    def key(self) -> str:
        """The key of the mention."""
        return rules.mention_key(self.words, self.borough, self.lat, self.lon, self.age, self.month_on)

    def as_row(self) -> dict[str, Any]:
        """A row of a mentions table of the engine."""
        return {
            "id": self.key,
            "mention": self.words,
            "record_borough": self.borough,
            "lat": self.lat,
            "lon": self.lon,
            "age": self.age,
            "date": self.month_on,
        }


_SCHEMA = {
    "id": pl.String,
    "mention": pl.String,
    "record_borough": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "age": pl.Float64,
    "date": pl.Date,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the matcher makes of one context."""

    context: Context
    verdict: str
    probability: float
    p_none: float
    candidates: list[tuple[str, float]]
    bits: float
    fingerprint: str

    @property
    def school(self) -> int | None:
        """The accepted school."""
        return int(self.candidates[0][0]) if self.verdict == Verdict.ACCEPT else None

    @property
    def case_key(self) -> str:
        """The key of the case that it belongs to."""
        return rules.case_key(self.context.words, self.context.borough, self.verdict, self.candidates)


def judge(contexts: Sequence[Context]) -> list[Judged]:
    """Ask the matcher; it reads the register and writes nothing."""
    if not contexts:
        return []
    matcher = store.matcher()
    table = pl.DataFrame([context.as_row() for context in contexts], schema=_SCHEMA)
    found = match_register(table, matcher.register, precision=PRECISION, model=matcher.model)
    judged = []
    for context, match in zip(contexts, found, strict=True):
        listed = [(one.urn, round(one.probability, 6)) for one in match.candidates if one.probability >= 0.0005]
        verdict = match.decision if match.decision != Verdict.ACCEPT or listed else Verdict.REVIEW
        judged.append(
            Judged(
                context,
                str(verdict),
                match.probability,
                match.p_none,
                listed[:MOST_CANDIDATES],
                # Words that the matcher cannot read at all: nothing is known, so that a person's answer tells something.
                rules.bits(listed, match.p_none) if listed or verdict != Verdict.REVIEW else rules.UNREAD_BITS,
                matcher.fingerprint,
            )
        )
    return judged


def known(keys: Iterable[str]) -> set[str]:
    """Those of the keys for which there is a mention."""
    return set(_in_chunks(Mention.objects.values_list("key", flat=True), sorted(set(keys))))


@dataclass(slots=True)
class Kept:
    """Mentions of a batch: key -> (mention, case, what its records say of their school)."""

    mentions: dict[str, tuple[str, str]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def keep(contexts: Sequence[Context], judged: Sequence[Judged]) -> Kept:
    """Make mentions and cases of what was judged, where there are none, and look up those of all contexts.

    Call it inside the transaction that lands the records.
    """
    wanted_keys = {one.key for one in contexts}
    judged = [one for one in judged if one.context.key in wanted_keys]
    make_cases(judged)
    cases = dict(_in_chunks(Case.objects.values_list("key", "id"), sorted({one.case_key for one in judged})))
    rows = [
        Mention(
            key=one.context.key,
            case_id=cases[one.case_key],
            words=one.context.words,
            borough=one.context.borough,
            lat=one.context.lat,
            lon=one.context.lon,
            age=one.context.age,
            month_on=one.context.month_on,
            verdict=one.verdict,
            probability=one.probability,
            p_none=one.p_none,
            candidates=one.candidates,
            bits=one.bits,
            fingerprint=one.fingerprint,
            latest_on=one.context.month_on,
        )
        for one in judged
    ]
    Mention.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    kept = Kept()
    wanted = Mention.objects.values_list(
        "key",
        "id",
        "case_id",
        "case__verdict",
        "case__school_id",
        "case__decision__answer",
        "case__decision__school_id",
    )
    for key, mention, case, verdict, school, answer, decided in _in_chunks(wanted, sorted({c.key for c in contexts})):
        kept.mentions[key] = (mention, case)
        kept.outcomes[key] = outcome(verdict, school, answer, decided)
    return kept


def outcome(verdict: str, school: int | None, answer: str | None, decided: int | None) -> Outcome:
    """What records of a case say of their school: what a person decided, else what the matcher did."""
    if answer == Answer.SCHOOL:
        return Outcome(decided, "")
    if answer == Answer.NONE or (answer is None and verdict == Verdict.NONE):
        return Outcome(None, SchoolReason.NAMES_NONE)
    if verdict == Verdict.ACCEPT:
        return Outcome(school, "")
    return Outcome(None, SchoolReason.NOT_MATCHED)


def outcome_of(case: Case) -> Outcome:
    """What the records of a case say of their school now."""
    decision = case.decision
    return outcome(
        case.verdict, case.school_id, decision.answer if decision else None, decision.school_id if decision else None
    )


def make_cases(judged: Sequence[Judged]) -> None:
    """Make the cases that are not there yet."""
    first: dict[str, Judged] = {}
    for one in judged:
        first.setdefault(one.case_key, one)
    rows = [
        Case(
            id=new_ulid(),
            key=key,
            words_key=rules.words_key(one.context.words),
            words=one.context.words[:WORDS_SHOWN],
            borough=one.context.borough,
            verdict=one.verdict,
            school_id=one.school,
            latest_on=one.context.month_on,
        )
        for key, one in first.items()
    ]
    Case.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _in_chunks(found: Any, keys: Sequence[str]) -> list[Any]:
    rows: list[Any] = []
    for start in range(0, len(keys), CHUNK):
        rows += found.filter(key__in=keys[start : start + CHUNK]).order_by()
    return rows


def by_case(kept: Kept) -> dict[str, list[str]]:
    """Case -> keys of its mentions in the batch."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, (_, case) in kept.mentions.items():
        found[case].append(key)
    return found
