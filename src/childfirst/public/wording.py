"""Figures in plain words. Everything here is read by a twelve-year-old without help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from childfirst.design.charts.data import Cell, Status, Unit, number
from childfirst.shared.text import count_of, join_and

HIDDEN = "There is a number, but showing it could give somebody away. So we hide it."
UNKNOWN = "We do not know this number, because nobody wrote it down."
_ABSENT = (
    (Status.HIDDEN, "number is hidden", "numbers are hidden"),
    (Status.UNKNOWN, "number is not known", "numbers are not known"),
    (Status.NO_CASES, "has no cases", "of them have no cases"),
)
_PERCENT = frozenset({"per cent", "percent", "percentage", "%", "share", "proportion"})


def unit_of(unit: str, *, is_rate: bool = True) -> Unit:
    """How a measure's unit is drawn: shares as percentages, other rates as plain numbers."""
    if not is_rate or _plain(unit) in ("count", "number", ""):
        return "count"
    return "percent" if _plain(unit) in _PERCENT else "rate"


def scale_of(unit: str) -> float:
    """What a stored rate is multiplied by: shares of one become percentages."""
    return 100.0 if _plain(unit) in _PERCENT else 1.0


def _plain(unit: str) -> str:
    return unit.strip().lower().replace("_", " ")


def out_of(percent: float) -> str:
    """A percentage as people picture it: ``about 23 in every 100``."""
    if percent <= 0:
        return "none at all"
    if percent >= 100:
        return "every one"
    if percent < 0.1:
        return "fewer than 1 in every 1,000"
    if percent < 1:
        return f"about {round(percent * 10)} in every 1,000"
    if percent > 99:
        return "nearly every one"
    return f"about {round(percent)} in every 100"


@dataclass(frozen=True, slots=True)
class Headline:
    """The first thing a page says: ``number`` large, then sentences. ``is_number`` is False for words such as “Hidden”."""

    number: str
    sentences: tuple[str, ...]
    is_number: bool = True


def headline(
    rate: Cell, count: Cell, denominator: Cell, *, unit: Unit, numerator_words: str, denominator_words: str, period: str
) -> Headline:
    """The overall figure in plain words. ``period`` is empty or a range of months."""
    when = _when(period)
    if rate.status is Status.HIDDEN or count.status is Status.HIDDEN:
        return Headline("Hidden", (HIDDEN,), is_number=False)
    if denominator.is_zero:
        return Headline("None", (f"There were no cases to count{when}.",), is_number=False)
    if rate.value is None and count.value is None:
        return Headline("Not known", (UNKNOWN,), is_number=False)
    if rate.value is None and count.value is not None:
        return Headline(number(count.value), (f"This is how many we counted{when}.",))
    assert rate.value is not None  # noqa: S101 - the two cases above
    sentences = []
    if count.value is not None and denominator.value is not None:
        lead = f"{capital(out_of(rate.value))}: " if unit == "percent" else ""
        sentences.append(f"{lead}{number(count.value)} out of {number(denominator.value)}{when}.")
    elif unit == "percent":
        sentences.append(f"{capital(out_of(rate.value))}{when}.")
    if denominator_words:
        sentences.append(f"We looked at: {bare(denominator_words)}.")
    if numerator_words:
        sentences.append(f"We counted: {bare(numerator_words)}.")
    return Headline(number(rate.value, unit), tuple(sentences))


def _when(period: str) -> str:
    if not period:
        return ""
    return f", from {period}" if " to " in period else f", in {period}"


def capital(sentence: str) -> str:
    """The sentence with a capital at its start, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def bare(words: str) -> str:
    """Words as they stand inside a sentence: no full stop at the end, no capital at the start (but ``URN`` stays)."""
    words = words.strip().rstrip(".")
    return words[:1].lower() + words[1:] if len(words) > 1 and not words[1].isupper() else words


def summary(labels: Sequence[str], cells: Sequence[Cell], unit: Unit, *, over_time: bool, of: str = "") -> str:
    """What a drawing of one series shows, in a sentence or two: the ends of a line, or the highest and the lowest."""
    shown = [(label, cell.value) for label, cell in zip(labels, cells, strict=True) if cell.value is not None]
    parts = []
    name = f"{of}: " if of else ""
    if len(shown) >= 2 and over_time:
        (first, start), (last, end) = shown[0], shown[-1]
        parts.append(f"{name}from {number(start, unit)} in {first} to {number(end, unit)} in {last}.")
    elif len(shown) >= 2:
        low, high = min(shown, key=lambda one: one[1]), max(shown, key=lambda one: one[1])
        if low[1] == high[1]:
            parts.append(f"{name}{number(high[1], unit)} for each of them.")
        else:
            parts.append(
                f"{name}highest for {high[0]} ({number(high[1], unit)}), lowest for {low[0]} ({number(low[1], unit)})."
            )
    elif shown:
        parts.append(f"{name}{number(shown[0][1], unit)} for {shown[0][0]}.")
    parts += absences(labels, cells)
    return " ".join(capital(part) for part in parts)


def absences(labels: Sequence[str], cells: Sequence[Cell]) -> list[str]:
    """A sentence on the numbers that are hidden or not known, and on what had no cases, if there are any."""
    found = []
    for status, one, many in _ABSENT:
        where = [label for label, cell in zip(labels, cells, strict=True) if cell.status is status]
        if status is Status.NO_CASES and len(where) == 1:
            found.append(f"{where[0]} {one}")
        elif where:
            found.append(count_of(len(where), one, many))
    return [f"{join_and(found)}."] if found else []


def file_size(size: int) -> str:
    """A file's size as people read it: ``512 bytes``, ``12 KB``, ``3.4 MB``."""
    if size < 1_000:
        return count_of(size, "byte")
    if size < 1_000_000:
        return f"{size / 1_000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:.1f} GB"
