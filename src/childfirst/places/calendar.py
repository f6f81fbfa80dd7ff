"""School days: terms, closures, weekends and bank holidays. Pure functions."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import holidays

from childfirst.places.vocabulary import DayKind

LONGEST_TERM = 130
"""Days; the longest term of an English authority is an autumn term of about 110."""

LONGEST_HOLIDAY = 60
"""Days; a longer gap between two terms that we know means that a term is missing, not a holiday."""


@dataclass(frozen=True, slots=True)
class Span:
    """A term or closure, both days included."""

    kind: DayKind
    starts_on: dt.date
    ends_on: dt.date

    def covers(self, day: dt.date) -> bool:
        """Whether the day is in the span."""
        return self.starts_on <= day <= self.ends_on


@functools.cache
def bank_holidays(year: int) -> dict[dt.date, str]:
    """The bank holidays of England in a year, with the days given for those that fall on a weekend, and their names."""
    return dict(sorted(holidays.country_holidays("GB", subdiv="ENG", years=year).items()))


def school_day(day: dt.date, spans: Iterable[Span]) -> bool | None:
    """Whether schools with these terms and closures work on the day; None where the terms do not tell.

    Weekends and bank holidays are never school days. A day between two terms is a holiday when they are at most 60 days
    apart; with a longer gap, or before the first and after the last term, it is not known.
    """
    if day.weekday() >= 5 or day in bank_holidays(day.year):
        return False
    spans = list(spans)
    terms = sorted((span for span in spans if span.kind == DayKind.TERM), key=lambda span: span.starts_on)
    if any(term.covers(day) for term in terms):
        return not any(span.kind == DayKind.CLOSURE and span.covers(day) for span in spans)
    before = [term.ends_on for term in terms if term.ends_on < day]
    after = [term.starts_on for term in terms if term.starts_on > day]
    if before and after and (min(after) - max(before)).days <= LONGEST_HOLIDAY:
        return False
    return None


def school_year(day: dt.date) -> int:
    """The year in which the school year of the day began: 2025 for 1 September 2025 to 31 August 2026."""
    return day.year if day.month >= 9 else day.year - 1


def school_year_label(first_year: int) -> str:
    """``2025/26``."""
    return f"{first_year}/{(first_year + 1) % 100:02d}"


def problem_with(span: Span, others: Sequence[Span]) -> str:
    """Why a span cannot stand beside the others of its authority, in a sentence; empty when it can."""
    if span.ends_on < span.starts_on:
        return "The last day is before the first."
    if span.kind == DayKind.TERM and (span.ends_on - span.starts_on).days >= LONGEST_TERM:
        return f"A term cannot be longer than {LONGEST_TERM} days; enter each term on its own."
    same = [one for one in others if one.kind == span.kind]
    if any(one.starts_on <= span.ends_on and span.starts_on <= one.ends_on for one in same):
        what = "term" if span.kind == DayKind.TERM else "closure"
        return f"These dates overlap another {what} of this authority."
    return ""
