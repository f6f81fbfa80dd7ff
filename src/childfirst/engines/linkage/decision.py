"""The decision about a mention and the one plain sentence that gives its reason."""

from __future__ import annotations

from dataclasses import dataclass

from childfirst.engines.linkage import forms
from childfirst.engines.linkage.reading import Reading
from childfirst.engines.linkage.register import Register

ACCEPT, REVIEW, NONE = "accept", "review", "none"
CLOSE_SECOND = 0.02
NONE_MAY_BE = 0.1


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate as the reason needs it: row of the register, form, probability, distance (NaN where not known).

    `explains_none`: words that would say that there is no school are the school's own (``Ealing Alternative Provision``).
    """

    school: int
    form: int
    probability: float
    km: float
    by_initials: bool
    same_words: bool
    in_borough: bool
    explains_none: bool


def decide(best: Standing | None, p_none: float, reading: Reading, accept_at: float, none_at: float) -> str:
    """``accept`` at or above the link's threshold, ``none`` at or above none's or where nothing was proposed, else ``review``.

    Two mentions always go to a person: one that names a school and says in the same words that there is none ("does not
    attend Highgate School"), and one in a script that cannot be read.
    """
    if best is None:
        return REVIEW if reading.unreadable else NONE
    if best.probability >= accept_at and best.probability > p_none:
        return REVIEW if reading.says_none and not best.explains_none else ACCEPT
    if p_none >= none_at and p_none > best.probability:
        return NONE
    return REVIEW


def reason(
    decision: str, best: Standing | None, second: Standing | None, p_none: float, reading: Reading, register: Register
) -> str:
    """Why, in one sentence."""
    if reading.unreadable:
        return "The words are in a script that cannot be matched to the register."
    if decision == NONE or best is None:
        return _why_none(best, reading, register)
    if decision == ACCEPT:
        return _why_accept(best, second, register)
    if reading.says_none and not best.explains_none:
        return (
            f"The words fit {named(best.school, register)}, {percent(best.probability)}, but also say that there is "
            f"no school: \u201c{reading.none_words}\u201d."
        )
    return _why_review(best, second, p_none, register)


def named(school: int, register: Register) -> str:
    """A school as a person tells it from its namesakes: name and local authority."""
    name, borough = register.schools.name[school], register.schools.borough[school]
    return f"{name} ({borough})" if borough else name


def percent(chance: float) -> str:
    """A probability in words that never round to certainty: ``61 %``, ``under 1 %``, ``over 99 %``."""
    if chance < 0.01:
        return "under 1 %"
    if chance > 0.99:
        return "over 99 %"
    return f"{chance * 100:.0f} %"


def _why_none(best: Standing | None, reading: Reading, register: Register) -> str:
    if reading.says_none:
        return f"The words say that no school is named: \u201c{reading.none_words}\u201d."
    if not reading.tokens:
        return "There are no words that could name a school."
    if best is None:
        return "No school in the register has a name like these words."
    if reading.outside:
        return f"The words name a place outside England: {', '.join(reading.outside)}."
    return f"No school fits the words well enough; the nearest is {named(best.school, register)}, {percent(best.probability)}."


def _why_accept(best: Standing, second: Standing | None, register: Register) -> str:
    school = named(best.school, register)
    form = register.forms[best.form]
    if best.by_initials:
        says = f"The initials are those of {school}"
    elif form.kind == forms.FORMER:
        says = f"The words fit \u201c{form.written}\u201d, a former name of {school}"
    elif best.same_words:
        says = f"The words are the name of {school}"
    else:
        says = f"The words fit {school}"
    where = [f"{best.km:.1f} km from the place of record"] if best.km == best.km else []
    if best.in_borough:
        where.append("in the borough of record")
    place = f", {' and '.join(where)}" if where else ""
    if second is None or second.probability < CLOSE_SECOND:
        return f"{says}{place}; no other school comes near."
    return f"{says}{place}; the next, {named(second.school, register)}, has {percent(second.probability)}."


def _why_review(best: Standing, second: Standing | None, p_none: float, register: Register) -> str:
    first = f"{named(best.school, register)}, {percent(best.probability)}"
    if second is not None and second.probability >= max(p_none, CLOSE_SECOND):
        return f"More than one school fits: {first}; {named(second.school, register)}, {percent(second.probability)}."
    if p_none >= NONE_MAY_BE:
        return f"The best fit is {first}, but it may be that none of the register is meant, {percent(p_none)}."
    return f"The best fit is {first}, which is not sure enough to accept."
