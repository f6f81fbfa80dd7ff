"""Words of a measure's definition."""

from __future__ import annotations

from django.db.models import TextChoices


class Direction(TextChoices):
    """Which way is better. Some shares are neither good nor bad by themselves and say so."""

    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"
    NEITHER = "neither", "Neither higher nor lower is better by itself"


class Unit(TextChoices):
    """What the rate is a share of. Rates are stored as shares of one and shown in the unit."""

    PER_CENT = "per_cent", "Per cent"


class ChartKind(TextChoices):
    LINE = "line", "Line"
    BAR = "bar", "Bar"
    DOT_INTERVAL = "dot_interval", "Dot with interval"
    MAP = "map", "Map"


UNKNOWN = "not_recorded"
"""The code that every empty field of a fact (null, or an empty text) gets, so that unknown is a category of its own and never drops out."""

UNKNOWN_LABEL = "Not recorded"
