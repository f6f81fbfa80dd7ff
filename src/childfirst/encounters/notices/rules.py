"""When a notice is due, whom it must not be about, what a person is told: pure functions."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from childfirst.encounters.notices.vocabulary import (
    RECENT,
    TRANSITIONS,
    NameKnown,
    Needed,
    Parents,
    State,
    Step,
    YearGroup,
)
from childfirst.encounters.vocabulary import AgeBand, SearchOf, Source
from childfirst.shared import clock
from childfirst.shared.errors import UserError

ADULTS = frozenset({AgeBand.FROM_18, AgeBand.FROM_25, AgeBand.FROM_35})
TOLD_BY_HAND = frozenset({Source.FORM, Source.API})
LONGEST_CLOSURE = 120
"""Days to look ahead for the next school day; no holiday is longer."""

WorksOn = Callable[[dt.date], bool]
"""Whether the school works on a day."""

_AFTER = {(transition.before, transition.step): transition.after for transition in TRANSITIONS}
_SENTENCES = {
    Step.SEND: "This notice can no longer be sent: it is {state}.",
    Step.WITHHOLD: "This notice can no longer be held back: it is {state}.",
    Step.ACKNOWLEDGE: "This notice cannot be acknowledged: it is {state}. A colleague may have been faster.",
    Step.RETURN: "This notice cannot be returned: it is {state}. A colleague may have been faster.",
}


def after(state: str, step: Step) -> State:
    """The state to which a step leads. Raises UserError where it leads nowhere from this state."""
    found = _AFTER.get((State(state), step))
    if found is None:
        label = State(state).label
        sentence = _SENTENCES.get(step, "That is no longer possible: the notice is {state}.")
        raise UserError(sentence.format(state=label[0].lower() + label[1:]))
    return found


def as_diagram() -> str:
    """The states and steps as a Mermaid diagram, for the README; a test compares."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.TO_WRITE.value}"]
    lines += [f"    {t.before.value} --> {t.after.value}: {t.step.value}" for t in TRANSITIONS]
    return "\n".join(lines)


def concerns_a_pupil(*, has_school: bool, source: str, age: int | None, age_band: str, search_of: str) -> bool:
    """Whether a school may be told of an encounter at all: it names one, and is of a child or of nobody knows what age.

    Rows that were imported tell no school: they are years old, or come from systems that have told it themselves.
    """
    if not has_school or source not in TOLD_BY_HAND or search_of == SearchOf.VEHICLE:
        return False
    return age_band not in ADULTS and (age is None or age < 18)


def is_recent(occurred_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether an encounter is so recent that a notice about it can begin; one that has begun stays."""
    return occurred_at > now - RECENT


def next_school_day(day: dt.date, works: WorksOn) -> dt.date | None:
    """The first school day on or after a day; None where none is found in the next 120 days."""
    return next((d for i in range(LONGEST_CLOSURE) if works(d := day + dt.timedelta(days=i))), None)


def working_deadline(since: dt.datetime, days: int, works: WorksOn) -> dt.datetime | None:
    """The moment when ``days`` school days have passed; None where the calendar does not reach so far.

    From Monday 10am two days last until Wednesday 10am, from Friday 5pm until Tuesday 5pm. What comes on a day without school
    counts from midnight of the next school day, so that it has whole days.
    """
    local = clock.local(since)
    day, time = local.date(), local.timetz()
    if not works(day):
        first = next_school_day(day, works)
        if first is None:
            return None
        day, time = first, dt.time(tzinfo=clock.LONDON)
    for _ in range(days):
        following = next_school_day(day + dt.timedelta(days=1), works)
        if following is None:
            return None
        day = following
    return dt.datetime.combine(day, time.replace(tzinfo=None), clock.LONDON)


@dataclass(frozen=True, slots=True)
class Told:
    """What an officer tells a school: the one place where a name stands, and it is never stored unencrypted."""

    name_known: str = NameKnown.NO
    name: str = ""
    date_of_birth: str = ""
    year_group: str = ""
    happened: str = ""
    parents: str = Parents.UNKNOWN
    needed: tuple[str, ...] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """The content as plain data."""
        return {**asdict(self), "needed": list(self.needed)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Told:
        """Read back what ``as_json`` gave."""
        return cls(**{**data, "needed": tuple(data["needed"])})

    @property
    def shared(self) -> list[str]:
        """Codes of what is shared, for the log of sharing: never the values."""
        there = ("name", "date_of_birth", "year_group", "happened", "parents", "needed")
        return [
            code for code in there if getattr(self, code) and (code != "parents" or self.parents != Parents.UNKNOWN)
        ]

    @property
    def born(self) -> str:
        """The date of birth as people write it; empty where it is not known."""
        return clock.format_date(dt.date.fromisoformat(self.date_of_birth)) if self.date_of_birth else ""

    @property
    def year(self) -> str:
        return str(YearGroup(self.year_group).label) if self.year_group else ""

    @property
    def wanted(self) -> list[str]:
        """What is needed, in words."""
        return [str(Needed(code).label) for code in self.needed]

    @property
    def family(self) -> str:
        return str(Parents(self.parents).label)

    @property
    def family_waits(self) -> bool:
        """Whether the school must not talk to the family yet."""
        return self.parents == Parents.DO_NOT_TELL


def fault_in(told: Told, today: dt.date) -> str:
    """What keeps this from being sent; empty when nothing does."""
    if told.name_known not in NameKnown.values or told.parents not in Parents.values:
        return "Say whether you know the name, and whether a parent or carer knows."
    if told.name_known == NameKnown.YES and not told.name.strip():
        return "Enter the child’s name, or say that you do not know it."
    if told.name_known == NameKnown.NO and told.name:
        return "Say that you know the name, or take it out."
    if told.date_of_birth and not plausible_birthday(dt.date.fromisoformat(told.date_of_birth), today):
        return "The date of birth must be that of a child of 2 to 18."
    if told.year_group and told.year_group not in YearGroup.values:
        return "Choose a year group that is in the list."
    if not told.happened.strip():
        return "Say what happened."
    if not told.needed or not set(told.needed) <= set(Needed.values):
        return "Say what is needed of the school."
    if Needed.NOTHING in told.needed and len(told.needed) > 1:
        return "Choose what is needed, or nothing, not both."
    return ""


def plausible_birthday(born: dt.date, today: dt.date) -> bool:
    """Whether somebody born that day can be a pupil today: at least 2, not yet 19."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return 2 <= years < 19


def tidy(text: str) -> str:
    """Text without control characters and marks that turn the direction of what follows; line ends as one kind."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c == "\n" or c == "\t" or unicodedata.category(c) != "Cc")
    return "".join(c for c in kept if c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069").strip()


def names_in(words: str, name: str) -> list[str]:
    """Which parts of a child's name stand in some words: parts of three letters or more, whole words only, any case."""
    said = set(_words(words))
    return [part for part in dict.fromkeys(_words(name)) if len(part) > 2 and part in said]


def _words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_]+", bare)
