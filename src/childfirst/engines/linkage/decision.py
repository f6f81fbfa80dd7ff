"""The decision about each mention of a batch and the one plain sentence that gives its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import forms, tables, text
from childfirst.engines.linkage.asked import Asked
from childfirst.engines.linkage.evidence import Evidence
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.reading import Reading
from childfirst.engines.linkage.terms import CANDIDATE_TERMS

ACCEPT, REVIEW, NONE = "accept", "review", "none"
CLOSE_SECOND = 0.02
NONE_MAY_BE = 0.1
_INITIALS, _SAME, _BOROUGH = (
    list(CANDIDATE_TERMS).index(key) for key in ("initials", "same_words", "borough_of_record")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate as the reason needs it: row of the register, form, probability, distance (NaN where not known)."""

    school: int
    form: int
    probability: float
    km: float
    by_initials: bool
    same_words: bool
    in_borough: bool


@dataclass(frozen=True)
class Decided:
    """Decisions and reasons, mention by mention, and the candidates of the evidence in order of probability."""

    decisions: list[str]
    reasons: list[str]
    order: tables.Integers


def decide(
    asked: Asked,
    evidence: Evidence,
    chance: tables.Floats,
    p_none: tables.Floats,
    thresholds: tuple[float, float],
    index: Index,
) -> Decided:
    """Decide each mention of a batch.

    ``accept`` at or above the link's threshold, where no other answer is as likely; ``none`` at or above none's threshold
    or where nothing was proposed; else ``review``. Three mentions always go to a person: one that names a school and says in
    the same words that there is none ("does not attend Highgate School"), one that fits a school but names a place outside
    England ("Lycee in Lyon"), and one in a script that cannot be read.
    """
    accept_at, none_at = thresholds
    count = np.diff(evidence.bounds)
    mention = np.repeat(np.arange(len(asked)), count)
    order = np.lexsort((evidence.school, -chance, mention))
    best, second = (_standings(evidence, chance, order, evidence.bounds[:-1] + k, count > k) for k in (0, 1))
    decisions: list[str] = []
    reasons: list[str] = []
    for reading, first, next_one, none in zip(asked.readings, best, second, p_none.tolist(), strict=True):
        denied = first is not None and _denied(reading, first, index)
        decided = _decision(reading, first, next_one, none, denied, accept_at, none_at)
        decisions.append(decided)
        reasons.append(_reason(decided, first, next_one, none, reading, denied, index))
    return Decided(decisions, reasons, order)


def _standings(
    evidence: Evidence,
    chance: tables.Floats,
    order: tables.Integers,
    places: tables.Integers,
    there: npt.NDArray[np.bool_],
) -> list[Standing | None]:
    """The candidates at places of the order, None where there is none."""
    if not len(order):
        return [None] * len(places)
    rows = order[np.where(there, places, 0)]
    columns = zip(
        evidence.school[rows].tolist(),
        evidence.form[rows].tolist(),
        chance[rows].tolist(),
        evidence.km[rows].tolist(),
        (evidence.terms[_INITIALS, rows] > 0).tolist(),
        (evidence.terms[_SAME, rows] > 0).tolist(),
        (evidence.terms[_BOROUGH, rows] > 0).tolist(),
        strict=True,
    )
    return [Standing(*values) if some else None for values, some in zip(columns, there.tolist(), strict=True)]


def _denied(reading: Reading, best: Standing, index: Index) -> bool:
    """Whether the text says that there is no school, or a place outside England, in words that are not the school's own."""
    if not reading.says_none and not reading.outside:
        return False
    own = {index.words.words[w] for w in index.form_words[best.form].tolist() if w >= 0}
    return not {*text.tokens(reading.none_words), *reading.outside} <= own


def _decision(
    reading: Reading,
    best: Standing | None,
    second: Standing | None,
    p_none: float,
    denied: bool,
    accept_at: float,
    none_at: float,
) -> str:
    if best is None:
        return REVIEW if reading.unreadable else NONE
    likeliest = best.probability > p_none and (second is None or best.probability > second.probability)
    if likeliest and best.probability >= accept_at:
        return REVIEW if denied else ACCEPT
    if p_none >= none_at and p_none > best.probability:
        return NONE
    return REVIEW


def _reason(
    decision: str,
    best: Standing | None,
    second: Standing | None,
    p_none: float,
    reading: Reading,
    denied: bool,
    index: Index,
) -> str:
    if reading.unreadable:
        return "The words are in a script that cannot be matched to the register."
    if decision == NONE or best is None:
        return _why_none(best, reading, index)
    if decision == ACCEPT:
        return _why_accept(best, second, index)
    if denied and not reading.says_none:
        return (
            f"The words fit {named(best.school, index)}, {percent(best.probability)}, but also name a place outside "
            f"England: {', '.join(reading.outside)}."
        )
    if denied:
        return (
            f"The words fit {named(best.school, index)}, {percent(best.probability)}, but also say that there is "
            f"no school: \u201c{reading.none_words}\u201d."
        )
    return _why_review(best, second, p_none, index)


def named(school: int, index: Index) -> str:
    """A school as a person tells it from its namesakes: name and local authority."""
    name, borough = index.schools.name[school], index.schools.borough[school]
    return f"{name} ({borough})" if borough else name


def percent(chance: float) -> str:
    """A probability in words that never round to certainty: ``61 %``, ``under 1 %``, ``over 99 %``."""
    if chance < 0.01:
        return "under 1 %"
    if chance > 0.99:
        return "over 99 %"
    return f"{chance * 100:.0f} %"


def _why_none(best: Standing | None, reading: Reading, index: Index) -> str:
    if reading.says_none:
        return f"The words say that no school is named: \u201c{reading.none_words}\u201d."
    if not reading.tokens:
        return "There are no words that could name a school."
    if best is None:
        return "No school in the register has a name like these words."
    if reading.outside:
        return f"The words name a place outside England: {', '.join(reading.outside)}."
    return f"No school fits the words well enough; the nearest is {named(best.school, index)}, {percent(best.probability)}."


def _why_accept(best: Standing, second: Standing | None, index: Index) -> str:
    school = named(best.school, index)
    if best.by_initials:
        says = f"The initials are those of {school}"
    elif index.form_kind[best.form] == forms.FORMER:
        says = f"The words fit \u201c{index.form_written[best.form]}\u201d, a former name of {school}"
    elif best.same_words:
        says = f"The words are the name of {school}"
    else:
        says = f"The words fit {school}"
    place = ""
    if best.km == best.km:
        place = f", {best.km:.1f} km from the place of record"
    if best.in_borough:
        place = f"{place} and in the borough of record" if place else ", in the borough of record"
    if second is None or second.probability < CLOSE_SECOND:
        return f"{says}{place}; no other school comes near."
    return f"{says}{place}; the next, {named(second.school, index)}, has {percent(second.probability)}."


def _why_review(best: Standing, second: Standing | None, p_none: float, index: Index) -> str:
    first = f"{named(best.school, index)}, {percent(best.probability)}"
    if second is not None and second.probability >= max(p_none, CLOSE_SECOND):
        return f"More than one school fits: {first}; {named(second.school, index)}, {percent(second.probability)}."
    if p_none >= NONE_MAY_BE:
        return f"The best fit is {first}, but it may be that none of the register is meant, {percent(p_none)}."
    return f"The best fit is {first}, which is not sure enough to accept."
