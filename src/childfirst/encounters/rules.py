"""What makes an encounter whole and plausible: pure functions, no database.

The database keeps the hard half of these rules as constraints; here are the sentences that people read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices

from childfirst.encounters.vocabulary import (
    AGE_LIMITS,
    FOLLOW_UP_DAYS,
    GROUP_OF_ETHNICITY,
    TEXT_REASONS,
    AgeBand,
    Answer,
    EthnicGroup,
    Gender,
    Initiator,
    Kind,
    OfficerDefinedEthnicity,
    Outcome,
    ReviewReason,
    SchoolReason,
    SearchOf,
    SelfDefinedEthnicity,
    TimePrecision,
)
from childfirst.shared import clock

OLDEST_DAYS = 366
"""An encounter can be recorded by hand for a year after it; later its details are no longer anybody's memory."""

SCHOOL_AGES = range(5, 16)
"""Ages at which a child in England is surely of compulsory school age (Education Act 1996, section 8)."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is told of one encounter, before it is a record. ``occurred_at`` is aware; ``school`` is a URN."""

    kind: str
    occurred_at: dt.datetime
    school: int | None = None
    school_reason: str = ""
    initiator: str = Initiator.UNKNOWN
    time_precision: str = TimePrecision.MINUTE
    lon: float | None = None
    lat: float | None = None
    ward: str = ""
    borough: str = ""
    age: int | None = None
    age_band: str = AgeBand.NOT_RECORDED
    gender: str = Gender.NOT_RECORDED
    self_defined_ethnicity: str = SelfDefinedEthnicity.NR
    officer_defined_ethnicity: str = OfficerDefinedEthnicity.NOT_RECORDED
    send: str = Answer.NOT_RECORDED
    search_of: str = ""
    legislation: str = ""
    object_of_search: str = ""
    outcome: str = Outcome.NOT_RECORDED
    outcome_linked: str = Answer.NOT_RECORDED
    more_than_outer_clothing: str = Answer.NOT_RECORDED
    use_of_force: str = Answer.NOT_RECORDED
    child_reference: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the field it is about, and the sentence."""

    field: str
    sentence: str


def band_of(age: int | None) -> AgeBand:
    """The age band of an age in years; "not recorded" for no age. Raises ValueError for an age no person has."""
    if age is None:
        return AgeBand.NOT_RECORDED
    for band, (first, last) in AGE_LIMITS.items():
        if first <= age <= last:
            return band
    raise ValueError(f"{age} is not an age.")


def group_of(code: str) -> EthnicGroup | None:
    """The 5+1 group of a self-defined code; None where nothing was recorded."""
    return GROUP_OF_ETHNICITY.get(SelfDefinedEthnicity(code))


def due_after(day: dt.date) -> dt.date:
    """The day by which a school that is not yet known must be found: five days after the record is made."""
    return day + dt.timedelta(days=FOLLOW_UP_DAYS)


def is_overdue(due: dt.date | None, today: dt.date) -> bool:
    """Whether the day for finding the school has passed."""
    return due is not None and due < today


def review_reasons(*, age_band: str, more_than_outer_clothing: str, use_of_force: str) -> tuple[ReviewReason, ...]:
    """Why a supervisor must look at the encounter; empty when nothing calls for it."""
    found = (
        (age_band == AgeBand.UNDER_10, ReviewReason.UNDER_10),
        (more_than_outer_clothing == Answer.YES, ReviewReason.STRIP_SEARCH),
        (use_of_force == Answer.YES, ReviewReason.USE_OF_FORCE),
    )
    return tuple(reason for is_so, reason in found if is_so)


def moment_fault(occurred_at: dt.datetime, now: dt.datetime) -> str:
    """Why the moment cannot be that of a record made by hand now; empty when it can."""
    if occurred_at > now:
        return f"The encounter cannot be in the future. It is now {clock.format_moment(now)}."
    if occurred_at < now - dt.timedelta(days=OLDEST_DAYS):
        first = clock.format_date(now - dt.timedelta(days=OLDEST_DAYS))
        return f"The encounter cannot be more than a year ago. The oldest date that you can enter is {first}."
    return ""


def school_fault(school: int | None, reason: str, *, age: int | None) -> str:
    """What is wrong with the answer to the question of the school; empty when it is whole and honest."""
    if school is None and not reason:
        return "Say which school the child goes to, or why there is none."
    if school is not None and reason:
        return "Give a school or a reason why there is none, not both."
    if reason == SchoolReason.SOURCE_HAS_NONE:
        return "Only an imported archive may say that its source records no school."
    if reason in TEXT_REASONS:
        return "Only a record of an earlier system may say what was written of its school."
    if reason and reason not in SchoolReason.values:
        return f"“{reason}” is not one of the reasons."
    if reason == SchoolReason.NOT_SCHOOL_AGE and age is not None and age in SCHOOL_AGES:
        return f"A child of {age} is of school age. Say which school, or choose another reason."
    return ""


def faults(told: Particulars, *, now: dt.datetime) -> Iterator[Fault]:
    """Everything that keeps these particulars from being a record, in the order of the questions."""
    for field, vocabulary in _CHOICES.items():
        value = getattr(told, field)
        if value not in vocabulary.values and not (field == "search_of" and value == ""):
            yield Fault(field, f"“{value}” is not one of the values of {field.replace('_', ' ')}.")
    if sentence := moment_fault(told.occurred_at, now):
        yield Fault("occurred_at", sentence)
    if (told.lon is None) != (told.lat is None):
        yield Fault("place", "A place needs both a longitude and a latitude.")
    elif told.lon is not None and told.lat is not None and not (-9 <= told.lon <= 2.1 and 49 <= told.lat <= 61):
        yield Fault("place", "The place is not in Great Britain. Longitude comes first, then latitude.")
    if sentence := school_fault(told.school, told.school_reason, age=told.age):
        yield Fault("school", sentence)
    if told.age is not None and not 0 <= told.age <= 120:
        yield Fault("age", "Age must be a number of years from 0 to 120.")
    elif told.age is not None and told.age_band not in (AgeBand.NOT_RECORDED, band_of(told.age)):
        yield Fault("age", f"An age of {told.age} is not in the age band {AgeBand(told.age_band).label.lower()}.")
    yield from _search_faults(told)


def _search_faults(told: Particulars) -> Iterator[Fault]:
    is_search = told.kind == Kind.STOP_AND_SEARCH
    if is_search and not told.search_of:
        yield Fault("search_of", "Say what was searched.")
    if is_search and not told.legislation:
        yield Fault("legislation", "Say under which power the search was made.")
    if is_search and told.outcome == Outcome.NOT_RECORDED:
        yield Fault("outcome", "Say what came of the search.")
    if not is_search and (told.search_of or told.legislation or told.object_of_search):
        yield Fault("search_of", "Only a stop and search has a power and an object of search.")


_CHOICES: dict[str, type[TextChoices]] = {
    "kind": Kind,
    "time_precision": TimePrecision,
    "initiator": Initiator,
    "age_band": AgeBand,
    "gender": Gender,
    "self_defined_ethnicity": SelfDefinedEthnicity,
    "officer_defined_ethnicity": OfficerDefinedEthnicity,
    "send": Answer,
    "search_of": SearchOf,
    "outcome": Outcome,
    "outcome_linked": Answer,
    "more_than_outer_clothing": Answer,
    "use_of_force": Answer,
}
