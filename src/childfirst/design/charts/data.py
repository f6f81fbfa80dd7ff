"""What charts are made of. Frozen, and ignorant of every room."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Unit = Literal["count", "percent", "rate", "index"]


class Status(Enum):
    """Unknown, none and hidden are three things; none is a shown value of zero. A share of nothing is yet another."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    UNKNOWN = "not known"
    NO_CASES = "no cases"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with its interval, or the reason why there is none.

    ``value``, ``low`` and ``high`` are in the chart's unit; percentages are 0 to 100, not shares of one.
    Raises ValueError where value and status contradict each other.
    """

    value: float | None = None
    status: Status = Status.SHOWN
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.status is Status.SHOWN) != (self.value is not None):
            raise ValueError("A shown cell has a value, and a hidden or unknown one has none.")
        for number in (self.value, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise ValueError("A value that is not a finite number is not known: use Cell.unknown().")
        if (self.low is None) != (self.high is None):
            raise ValueError("An interval has two ends.")
        if self.value is None and self.low is not None:
            raise ValueError("An interval would tell what a hidden cell hides.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("The low end of an interval is above its high end.")

    @classmethod
    def of(cls, value: float, low: float | None = None, high: float | None = None) -> Cell:
        """A shown value, zero included."""
        return cls(value, Status.SHOWN, low, high)

    @classmethod
    def hidden(cls) -> Cell:
        """There is a value, but showing it could tell something about a person."""
        return cls(None, Status.HIDDEN)

    @classmethod
    def unknown(cls) -> Cell:
        """Nobody recorded it."""
        return cls(None, Status.UNKNOWN)

    @classmethod
    def no_cases(cls) -> Cell:
        """There was nothing to take a share of: known, but no number."""
        return cls(None, Status.NO_CASES)

    @property
    def is_zero(self) -> bool:
        return self.value == 0


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of cells, one for each label of its chart."""

    name: str
    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, name: str, values: Iterable[float | Cell | None]) -> Series:
        """From plain numbers, ready cells, and None for what is not known."""
        return cls(name, tuple(as_cell(value) for value in values))


def as_cell(value: float | Cell | None) -> Cell:
    """A cell from a number, a cell, or None (not known)."""
    if isinstance(value, Cell):
        return value
    return Cell.unknown() if value is None else Cell.of(value)


def check(labels: Sequence[str], series: Sequence[Series]) -> None:
    """Raises ValueError when a series has not one cell for each label, or when there is nothing to draw."""
    if not series:
        raise ValueError("A chart needs at least one series.")
    for one in series:
        if len(one.cells) != len(labels):
            raise ValueError(f"“{one.name}” has {len(one.cells)} values for {len(labels)} labels.")


def number(value: float, unit: Unit = "count", decimals: int | None = None) -> str:
    """A number as people read it: ``1,204``, ``12.5%``; counts have no decimals unless they need them."""
    if decimals is None:
        decimals = {"count": 0, "percent": 1, "rate": 1, "index": 2}[unit]
        if unit == "count" and not float(value).is_integer():
            decimals = 1
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return f"{text}%" if unit == "percent" else text


def words(cell: Cell, unit: Unit = "count", decimals: int | None = None, *, interval: bool = False) -> str:
    """A cell as words: its number, “hidden” or “not known”."""
    if cell.value is None:
        return cell.status.value
    text = number(cell.value, unit, decimals)
    if interval and cell.low is not None and cell.high is not None:
        text += f" ({number(cell.low, unit, decimals)} to {number(cell.high, unit, decimals)})"
    return text
