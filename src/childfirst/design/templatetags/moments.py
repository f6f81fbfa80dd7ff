"""Dates and times on London's clock, as people write them."""

from __future__ import annotations

import datetime as dt

from django import template

from childfirst.shared import clock

register = template.Library()


@register.filter
def london_date(moment: dt.date | None) -> str:
    """``27 March 2026``; nothing for nothing."""
    return clock.format_date(moment) if moment else ""


@register.filter
def london_moment(moment: dt.datetime | None) -> str:
    """``27 March 2026 at 4:05pm``; nothing for nothing."""
    return clock.format_moment(moment) if moment else ""
