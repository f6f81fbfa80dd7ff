"""Classes of a map: where one colour ends and the next begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from childfirst.design.charts.data import Unit, number

MOST_CLASSES = 6


@dataclass(frozen=True, slots=True)
class Classes:
    """Cut points between classes, low to high; class 1 is below the first. ``zero_apart``: none is class 0."""

    cuts: tuple[float, ...]
    zero_apart: bool
    unit: Unit
    decimals: int | None

    @property
    def count(self) -> int:
        return len(self.cuts) + 1

    def of(self, value: float) -> int:
        """The class of a value, from 1; 0 for none where that stands apart."""
        if self.zero_apart and value == 0:
            return 0
        return bisect_right(self.cuts, value) + 1

    def shade(self, index: int) -> int:
        """Which of the six shades a class gets: the few are spread from light to dark."""
        if self.count == 1:
            return 4
        return 1 + round((index - 1) * (MOST_CLASSES - 1) / (self.count - 1))

    def words(self, index: int) -> str:
        """What a class holds, for the legend."""
        if index == 0:
            return "0: none"

        def said(value: float) -> str:
            return number(value, self.unit, self.decimals)

        if not self.cuts:
            return "All shown values"
        if index == 1:
            return f"Under {said(self.cuts[0])}"
        if index == self.count:
            return f"{said(self.cuts[-1])} and over"
        return f"{said(self.cuts[index - 2])} to under {said(self.cuts[index - 1])}"


def classify(
    values: Sequence[float],
    *,
    classes: int = 5,
    breaks: Sequence[float] | None = None,
    unit: Unit = "count",
    decimals: int | None = None,
) -> Classes:
    """Classes by given cut points, else with about equally many values in each (quantiles, rounded as they are shown).

    Raises ValueError for more than six classes or cut points that do not rise.
    """
    zero_apart = unit == "count" and any(value == 0 for value in values)
    if breaks is not None:
        cuts = [float(b) for b in breaks]
        if cuts != sorted(set(cuts)):
            raise ValueError("Cut points of a map rise from each to the next.")
    else:
        ordered = sorted(value for value in values if not (zero_apart and value == 0))
        places = {"count": 0, "percent": 1, "rate": 1, "index": 2}[unit] if decimals is None else decimals
        # Three areas in five classes would make shades that no area has.
        classes = min(classes, len(set(ordered)))
        found = {round(_quantile(ordered, i / classes), places) for i in range(1, classes)}
        cuts = sorted(cut for cut in found if ordered[0] < cut <= ordered[-1])
    if len(cuts) + 1 > MOST_CLASSES:
        raise ValueError(f"More than {MOST_CLASSES} classes cannot be told apart on a map.")
    return Classes(tuple(cuts), zero_apart, unit, decimals)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996)."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
