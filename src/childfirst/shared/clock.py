"""Time as the partnership lives it: Europe/London, written as "27 March 2026"."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def now() -> dt.datetime:
    """The present moment, aware, in UTC. Tests replace this function, and nothing else asks the machine."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today's date in London."""
    return local(now()).date()


def start_of_day(day: dt.date) -> dt.datetime:
    """Midnight in London at the beginning of a day."""
    return dt.datetime.combine(day, dt.time(), tzinfo=LONDON)


def local(moment: dt.datetime) -> dt.datetime:
    """The same moment on London's clock.

    Raises ValueError for a naive moment: whoever has one must say which zone it is in.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be placed on London's clock.")
    return moment.astimezone(LONDON)


def format_date(date: dt.date) -> str:
    """A date as people write it: ``27 March 2026``. A moment is first put on London's clock."""
    if isinstance(date, dt.datetime):
        date = local(date).date()
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def format_time(moment: dt.datetime) -> str:
    """A time of day on London's clock: ``4:05pm``, ``midnight``, ``midday``."""
    clock = local(moment)
    if clock.minute == 0 and clock.hour in (0, 12):
        return "midnight" if clock.hour == 0 else "midday"
    hour = clock.hour % 12 or 12
    return f"{hour}:{clock.minute:02d}{'am' if clock.hour < 12 else 'pm'}"


def format_moment(moment: dt.datetime) -> str:
    """Date and time on London's clock: ``27 March 2026 at 4:05pm``."""
    return f"{format_date(moment)} at {format_time(moment)}"


def format_month(month: str) -> str:
    """A month key as people write it: ``2018-05`` becomes ``May 2018``."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def month_key(moment: dt.datetime) -> str:
    """The London month of a moment, as ``2018-05``."""
    clock = local(moment)
    return f"{clock.year:04d}-{clock.month:02d}"
