"""What makes an encounter whole and plausible: pure functions, no database.

The database keeps the hard half of these rules as constraints; here are the sentences that people read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db.models import TextChoices

from childfirst.encounters.alternatives import CAN_BE_CALLED, Alternative, PoliceReason
from childfirst.encounters.vocabulary import (
    AGE_LIMITS,
    FOLLOW_UP_DAYS,
    GROUP_OF_ETHNICITY,
    REVIEW_HOURS,
    TEXT_REASONS,
    AgeBand,
    Answer,
    AppropriateAdult,
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
    alternative: str = Alternative.NOT_ASKED
    police_reason: str = ""
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
    appropriate_adult: str = AppropriateAdult.NOT_RECORDED
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


def review_reasons(
    *,
    age_band: str,
    more_than_outer_clothing: str,
    use_of_force: str,
    appropriate_adult: str = AppropriateAdult.NOT_RECORDED,
) -> tuple[ReviewReason, ...]:
    """Why a supervisor must look at the encounter; empty when nothing calls for it."""
    found = (
        (age_band == AgeBand.UNDER_10, ReviewReason.UNDER_10),
        (more_than_outer_clothing == Answer.YES, ReviewReason.STRIP_SEARCH),
        (use_of_force == Answer.YES, ReviewReason.USE_OF_FORCE),
        (appropriate_adult == AppropriateAdult.NO, ReviewReason.NO_APPROPRIATE_ADULT),
    )
    return tuple(reason for is_so, reason in found if is_so)


class Reviewable(Protocol):
    """Anything with the fields that decide about a review."""

    @property
    def age_band(self) -> str: ...
    @property
    def more_than_outer_clothing(self) -> str: ...
    @property
    def use_of_force(self) -> str: ...
    @property
    def appropriate_adult(self) -> str: ...


def review_reasons_of(one: Reviewable) -> tuple[ReviewReason, ...]:
    """Why a supervisor must look at this record as it stands."""
    return review_reasons(
        age_band=one.age_band,
        more_than_outer_clothing=one.more_than_outer_clothing,
        use_of_force=one.use_of_force,
        appropriate_adult=one.appropriate_adult,
    )


def review_due(asked_at: dt.datetime) -> dt.datetime:
    """The moment by which a supervisor must have looked: 24 hours after the review was asked for, at any hour of the day."""
    return asked_at + dt.timedelta(hours=REVIEW_HOURS)


def is_child(age: int | None, age_band: str) -> bool | None:
    """Whether the person is under 18; None where the age is not known."""
    band = band_of(age) if age is not None else AgeBand(age_band)
    return None if band is AgeBand.NOT_RECORDED else band in (AgeBand.UNDER_10, AgeBand.FROM_10)


def asks_for_adult(kind: str, *, age: int | None, age_band: str) -> bool:
    """Whether the form asks if an appropriate adult was there: of everyone searched, arrested or suspected who is not known to
    be an adult. Where more than outer clothing was removed it asks of everyone.
    """
    return kind in (Kind.STOP_AND_SEARCH, Kind.ARREST, Kind.SUSPECT) and is_child(age, age_band) is not False


def moment_fault(occurred_at: dt.datetime, now: dt.datetime, recorded_at: dt.datetime | None = None) -> str:
    """Why the moment cannot be that of a record made by hand now (or ``recorded_at``, when it is corrected); empty when it can."""
    if occurred_at > now:
        return f"The encounter cannot be in the future. It is now {clock.format_moment(now)}."
    oldest = (recorded_at or now) - dt.timedelta(days=OLDEST_DAYS)
    if occurred_at < oldest:
        first = clock.format_date(oldest)
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


def faults(told: Particulars, *, now: dt.datetime, recorded_at: dt.datetime | None = None) -> Iterator[Fault]:
    """Everything that keeps these particulars from being a record, in the order of the questions.

    ``recorded_at`` is when a record that is being corrected was made.
    """
    for field, vocabulary in _CHOICES.items():
        value = getattr(told, field)
        if value not in vocabulary.values and not (field in _MAY_BE_EMPTY and value == ""):
            yield Fault(field, f"“{value}” is not one of the values of {field.replace('_', ' ')}.")
    if sentence := moment_fault(told.occurred_at, now, recorded_at):
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
    yield from _alternative_faults(told)
    stripped = told.more_than_outer_clothing == Answer.YES
    is_aged = told.age is None or 0 <= told.age <= 120
    if (
        stripped
        and told.appropriate_adult == AppropriateAdult.NOT_NEEDED
        and is_aged
        and is_child(told.age, told.age_band)
    ):
        yield Fault(
            "appropriate_adult",
            "An appropriate adult is needed whenever more than outer clothing of a child is removed. Say whether one was there.",
        )


def _alternative_faults(told: Particulars) -> Iterator[Fault]:
    could = told.alternative in CAN_BE_CALLED
    if could and not told.police_reason:
        yield Fault("police_reason", "Say why the police dealt with it, when somebody else could have.")
    if told.police_reason and not could:
        yield Fault(
            "police_reason", "Only where somebody else could have dealt with it is there a reason why they did not."
        )


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
    "appropriate_adult": AppropriateAdult,
    "alternative": Alternative,
    "police_reason": PoliceReason,
}
_MAY_BE_EMPTY = frozenset({"search_of", "police_reason"})
