"""The time in which an answer is due."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable


def due_on(received: dt.date, is_free: Callable[[dt.date], bool]) -> dt.date:
    """The last day for an answer: the same day of the next month, or its last day; the next working day when that is free.

    Source: UK GDPR, article 12(3), counted as the Information Commissioner's guidance on the right of access counts it.
    ``is_free`` says whether a day is a weekend or a bank holiday.
    """
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    day = dt.date(year, month, min(received.day, calendar.monthrange(year, month)[1]))
    while is_free(day):
        day += dt.timedelta(days=1)
    return day
