"""Pure functions of matching: what is the same question, how much an answer tells, what a person is offered."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from childfirst.encounters.matching.vocabulary import OPTION_COVERAGE, Verdict

MOST_OPTIONS = 5
"""As many schools as number keys are used for."""

IN_QUESTION = 0.1
"""A school with less probability than this does not make a case another case."""

UNREAD_BITS = 0.5
"""What an answer tells about words that the matcher cannot read: set by judgement, below a doubt between two schools."""

CLAIM = dt.timedelta(minutes=10)
"""So long a case is one reviewer's, counted from when they opened it."""

DECIMALS_OF_PLACE = 3
"""A place is kept to about a hundred metres: distances to schools are counted in kilometres."""

_WORD = re.compile(r"\w+")

Candidates = Sequence[tuple[str, float]]
"""URN and probability, best first."""


def words_key(words: str) -> str:
    """What words that differ in case, accents and punctuation alone have in common, in whatever script they are."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("'", "").replace("’", "")
    return fingerprint(" ".join(_WORD.findall(plain)) or words)


def mention_key(words: str, borough: str, lat: float | None, lon: float | None, age: int | None, month: dt.date) -> str:
    """The key of words with their context: the matcher is asked once for each."""
    return fingerprint("\x1f".join((words, borough.casefold(), f"{lat}", f"{lon}", f"{age}", month.isoformat())))


def case_key(words: str, borough: str, verdict: str, candidates: Candidates) -> str:
    """The key of a question: the same words, in the same borough, with the same schools in question."""
    schools = in_question(verdict, candidates)
    return fingerprint("\x1f".join((words_key(words), borough.casefold(), verdict, *sorted(schools))))


def in_question(verdict: str, candidates: Candidates) -> list[str]:
    """The URNs between which a person would decide: the accepted one, or those that are likely at all."""
    if verdict == Verdict.ACCEPT:
        return [candidates[0][0]]
    if verdict == Verdict.NONE:
        return []
    return [urn for urn, chance in candidates[:MOST_OPTIONS] if chance >= IN_QUESTION]


def bits(candidates: Candidates, p_none: float) -> float:
    """Shannon entropy of what may be meant, in bits: what a person's answer about one record is expected to tell."""
    chances = [p_none, *(chance for _, chance in candidates)]
    rest = max(0.0, 1.0 - math.fsum(chances))
    return max(0.0, -math.fsum(p * math.log2(p) for p in (*chances, rest) if p > 0))


def options(candidates: Candidates, p_none: float, coverage: float = OPTION_COVERAGE) -> list[tuple[str, float]]:
    """The fewest schools that, with none of these, hold the wished probability; never more than ``MOST_OPTIONS``."""
    shown: list[tuple[str, float]] = []
    held = p_none
    for urn, chance in candidates[:MOST_OPTIONS]:
        if held >= coverage and shown:
            break
        shown.append((urn, chance))
        held += chance
    return shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a record says of its school: a URN, or the reason why there is none."""

    school: int | None
    reason: str


def weights(candidates: Iterable[tuple[str, float]], boroughs: dict[str, str]) -> dict[str, float]:
    """Borough of school -> expected share of a record, of the candidates whose borough is known."""
    found: dict[str, float] = {}
    for urn, chance in candidates:
        if borough := boroughs.get(urn, ""):
            found[borough] = found.get(borough, 0.0) + chance
    return found


def fingerprint(value: str) -> str:
    """A short fingerprint of a text."""
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
