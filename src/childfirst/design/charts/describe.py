"""What a drawing shows, in words, for those who hear it."""

from __future__ import annotations

from collections.abc import Sequence

from childfirst.design.charts.data import Series, Status, Unit, words


def describe(labels: Sequence[str], series: Sequence[Series], unit: Unit = "count", decimals: int | None = None) -> str:
    """The range of each series, and how many values are hidden or not known."""
    sentences = []
    for one in series:
        shown = [(cell.value, label) for cell, label in zip(one.cells, labels, strict=True) if cell.value is not None]
        name = one.name or "The values"
        if not shown:
            sentences.append(f"{name}: nothing to show.")
            continue
        low, high = min(shown), max(shown)
        if len(shown) == 1 or low[0] == high[0]:
            sentences.append(f"{name}: {_said(one, labels, high[1], unit, decimals)} at {high[1]}.")
        else:
            sentences.append(
                f"{name}: from {_said(one, labels, low[1], unit, decimals)} at {low[1]} "
                f"to {_said(one, labels, high[1], unit, decimals)} at {high[1]}."
            )
    for status in (Status.HIDDEN, Status.UNKNOWN, Status.NO_CASES):
        count = sum(cell.status is status for one in series for cell in one.cells)
        if count:
            verb = "has" if status is Status.NO_CASES else "is"
            plural = "have" if status is Status.NO_CASES else "are"
            sentences.append(f"{count} {f'value {verb}' if count == 1 else f'values {plural}'} {status.value}.")
    return " ".join(sentences)


def _said(one: Series, labels: Sequence[str], label: str, unit: Unit, decimals: int | None) -> str:
    return words(one.cells[list(labels).index(label)], unit, decimals)
