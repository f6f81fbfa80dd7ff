"""What a school was called and whether it was open on a day, and which schools it became. Pure functions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from childfirst.places.vocabulary import LinkKind, LinkManner, SchoolStatus
from childfirst.shared.clock import format_date, format_month

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")

OPEN_STATUSES = frozenset({SchoolStatus.OPEN, SchoolStatus.CLOSING})


def postcode(text: str) -> str:
    """A postcode in its written form, ``SE1 7TL``; empty when the text is not a full postcode of the United Kingdom."""
    found = _POSTCODE.fullmatch(re.sub(r"[\s.-]", "", text.upper()))
    return f"{found[1]} {found[2]}" if found else ""


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name with what is known of its time; see SchoolName."""

    name: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    first_seen: dt.date | None = None
    last_seen: dt.date | None = None

    @property
    def starts(self) -> dt.date | None:
        """The first day on which the name is known to have held."""
        return self.valid_from or self.first_seen

    @property
    def ends(self) -> dt.date | None:
        """The last day on which the name is known to have held."""
        return self.valid_to or self.last_seen

    @property
    def is_dated(self) -> bool:
        """Whether anything is known of the time of the name."""
        return self.starts is not None or self.ends is not None

    def holds(self, day: dt.date) -> bool:
        """Whether the name is known to have held on the day."""
        return self.is_dated and (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class NameThen:
    """The name on a day. ``certain`` is false where the day lies outside what is known, and ``why`` says so."""

    name: str
    certain: bool
    why: str = ""


def name_on(day: dt.date, current: NameSpan, former: Sequence[NameSpan]) -> NameThen:
    """What the school was called on the day.

    A name that is known to have held then wins, the shortest span first. Between two vintages the older name is given,
    before all of them the oldest, and both are marked as not certain. Former names without dates are no answer for
    any day; where there are any and the day is before the oldest vintage, the sentence says so.
    """
    holding = [span for span in (current, *former) if span.holds(day)]
    if holding:
        return NameThen(min(holding, key=_length).name, certain=True)
    ends = current.ends
    if ends is not None and day > ends:
        return NameThen(
            current.name,
            certain=current.valid_to is None,
            why="" if current.valid_to is None else "The name may have changed since.",
        )
    dated = [span for span in (current, *former) if span.is_dated]
    undated = [span for span in former if not span.is_dated]
    before = [span for span in dated if span.ends is not None and span.ends < day]
    if before:
        span = max(before, key=lambda s: (s.ends or dt.date.min, s.name))
        return NameThen(span.name, certain=False, why=f"Last seen under this name on {format_date(span.ends or day)}.")
    if not dated:
        return NameThen(current.name, certain=not undated, why=_undated(undated))
    oldest = min(dated, key=lambda s: (s.starts or dt.date.max, s.name))
    if undated:
        return NameThen(oldest.name, certain=False, why=_undated(undated))
    since = oldest.starts or day
    return NameThen(
        oldest.name, certain=False, why=f"The oldest register that we hold shows this name on {format_date(since)}."
    )


def _length(span: NameSpan) -> tuple[int, str]:
    start, end = span.starts or dt.date.min, span.ends or dt.date.max
    return (end - start).days, span.name


def _undated(spans: Sequence[NameSpan]) -> str:
    if not spans:
        return ""
    names = " or ".join(sorted(span.name for span in spans))
    return f"It was also called {names}; the register does not say when."


def until(span: NameSpan, next_seen: dt.date | None) -> str:
    """Until when a former name held, as a phrase: ``until 31 August 2019``, ``until between July 2017 and October 2022``."""
    if span.valid_to is not None:
        return f"until {format_date(span.valid_to)}"
    if span.last_seen is not None and next_seen is not None and next_seen > span.last_seen:
        return f"until between {_month(span.last_seen)} and {_month(next_seen)}"
    if span.last_seen is not None:
        return f"until {_month(span.last_seen)} or later"
    return ""


def _month(day: dt.date) -> str:
    return format_month(f"{day.year:04d}-{day.month:02d}")


def status_on(
    day: dt.date, status: str, opened_on: dt.date | None, closed_on: dt.date | None, seen_on: dt.date | None = None
) -> SchoolStatus | None:
    """Whether the school was proposed, open or closed on the day; None where the register cannot tell.

    An opening date that is missing means "before the register began": such a school counts as open until it closed.
    A school that is closed without a date is unknown for every day before the vintage that says so.
    """
    if opened_on is not None and day < opened_on:
        return SchoolStatus.PROPOSED
    if closed_on is not None:
        return SchoolStatus.OPEN if day <= closed_on else SchoolStatus.CLOSED
    if status == SchoolStatus.CLOSED:
        return SchoolStatus.CLOSED if seen_on is not None and day >= seen_on else None
    if status in OPEN_STATUSES:
        return SchoolStatus.OPEN
    return SchoolStatus(status) if status else None


@dataclass(frozen=True, slots=True)
class Step:
    """A move from one school to one that followed it."""

    urn: int
    to: int
    manner: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of the register's links; see SchoolLink."""

    urn: int
    linked_urn: int
    kind: str
    manner: str = ""
    happened_on: dt.date | None = None


def steps_from(urn: int, rows: Iterable[LinkRow], is_closed: Callable[[int], bool | None]) -> list[Step]:
    """The moves away from a school that the rows tell, from whichever side they are written; one for each target.

    A merger, which the register writes alike on both sides, leads from the school that closed to the one that did not.
    """
    found: dict[int, Step] = {}
    for row in rows:
        other = row.linked_urn if row.urn == urn else row.urn
        if other == urn:
            continue
        outward = (row.kind == LinkKind.SUCCESSOR and row.urn == urn) or (
            row.kind == LinkKind.PREDECESSOR and row.linked_urn == urn
        )
        merged = row.kind == LinkKind.MERGER and is_closed(urn) is True and is_closed(other) is not True
        if outward or merged:
            step = Step(urn, other, row.manner, row.happened_on)
            known = found.get(other)
            if known is None or (step.on is not None, bool(step.manner)) > (known.on is not None, bool(known.manner)):
                found[other] = step
    return sorted(found.values(), key=lambda s: (s.on or dt.date.max, s.to))


@dataclass(frozen=True, slots=True)
class Succession:
    """Where the chains of successors lead: ``current`` are open now, ``ended`` closed with nobody after them,
    ``unlisted`` are not in our table; ``steps`` are all the moves on the way."""

    current: tuple[int, ...]
    ended: tuple[int, ...]
    unlisted: tuple[int, ...]
    steps: tuple[Step, ...]


def follow(urn: int, steps: Callable[[int], Sequence[Step]], is_closed: Callable[[int], bool | None]) -> Succession:
    """Follow successors from a school through chains, merges and splits to the schools of today.

    ``is_closed`` answers None for a school that is not in the table. An open school is its own present, whatever
    links it has. Each school is visited once, so links that run in a circle end.
    """
    current, ended, unlisted, moves = [], [], [], []
    seen, waiting = {urn}, [urn]
    while waiting:
        here = waiting.pop(0)
        closed = is_closed(here)
        if closed is None:
            unlisted.append(here)
            continue
        if not closed:
            current.append(here)
            continue
        onward = steps(here)
        if not onward:
            ended.append(here)
        for step in onward:
            moves.append(step)
            if step.to not in seen:
                seen.add(step.to)
                waiting.append(step.to)
    return Succession(tuple(current), tuple(ended), tuple(unlisted), tuple(moves))


MANNER_WORDS = {
    LinkManner.MERGED: "by merger",
    LinkManner.AMALGAMATED: "by amalgamation",
    LinkManner.SPLIT: "by a split",
    LinkManner.EXPANDED: "by expansion",
    LinkManner.CLOSED: "at closure",
    "": "",
}
