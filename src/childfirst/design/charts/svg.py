"""The little that all drawings share: elements, widths of text, scales, patterns."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NARROW = frozenset("iljtfrI.,:;'|!()[] -")
_WIDE = frozenset("mwMW@%")

Attribute = str | float | int | None


def element(tag: str, content: str = "", /, **attributes: Attribute) -> str:
    """One SVG element. ``content`` is markup; attribute values are escaped, and None leaves an attribute out.

    ``cls`` is the class; underscores in names become hyphens; numbers are rounded to a tenth.
    """
    parts = [tag]
    for name, value in attributes.items():
        if value is None or value == "":
            continue
        name = "class" if name == "cls" else name if name in ("viewBox", "patternUnits") else name.replace("_", "-")
        parts.append(f'{name}="{escape(num(value) if isinstance(value, int | float) else value)}"')
    head = " ".join(parts)
    return f"<{head}>{content}</{tag}>" if content else f"<{head}/>"


def num(value: float) -> str:
    """A coordinate: a tenth of a unit is finer than any screen."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text(x: float, y: float, words: str, *, cls: str = "cf-t", anchor: str = "") -> str:
    """A line of text, escaped."""
    return element("text", escape(words), x=x, y=y, cls=cls, text_anchor=anchor)


def width_of(words: str, size: float = 16) -> float:
    """About how wide a text is in our font, a little on the safe side."""
    return size * sum(0.34 if c in _NARROW else 0.88 if c in _WIDE else 0.66 if c.isupper() else 0.57 for c in words)


def wrap(words: str, width: float, size: float = 16, most: int = 4) -> list[str]:
    """The text in lines that fit the width; a single word that is too long is broken; the rest beyond ``most`` lines
    is cut with an ellipsis, which names of real places do not reach."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        while width_of(word, size) > width and len(word) > 4:
            cut = max(2, int(len(word) * width / width_of(word, size)) - 1)
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:cut] + "-")
            word = word[cut:]
        trial = f"{line} {word}".strip()
        if line and width_of(trial, size) > width:
            lines.append(line)
            line = word
        else:
            line = trial
    if line:
        lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip("-") + "…"]
    return lines or [""]


def nice_ticks(low: float, high: float, count: int) -> list[float]:
    """About ``count`` round numbers that cover low to high (the first at or below low, the last at or above high)."""
    if high <= low:
        high = low + 1
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Round numbers for a scale of ratios that cover low to high, both above zero."""
    candidates = [m * 10.0**p for p in range(-4, 5) for m in (1, 2, 5)]
    first = max((c for c in candidates if c <= low), default=candidates[0])
    last = min((c for c in candidates if c >= high), default=candidates[-1])
    ticks = [c for c in candidates if first <= c <= last]
    return ticks if len(ticks) > 1 else [first, first * 2]


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to coordinates, evenly or by ratio."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        change: Callable[[float], float] = math.log if self.log else float
        share = (change(value) - change(self.low)) / (change(self.high) - change(self.low))
        return self.start + share * (self.end - self.start)


def check_id(identifier: str) -> str:
    """Raises ValueError for an id that could not stand in markup or a selector."""
    if not _ID.fullmatch(identifier):
        raise ValueError(f"“{identifier}” cannot be an id: a letter first, then letters, digits, hyphens.")
    return identifier


def patterns(prefix: str, series: int = 0) -> str:
    """Definitions of the hatch for hidden values and of the series' textures; ids begin with the prefix."""
    hatch = element("rect", width=8, height=8, cls="cf-hatch__ground") + element(
        "path", d="M-2 2l4-4M0 8l8-8M6 10l4-4", cls="cf-hatch__line"
    )
    found = [element("pattern", hatch, id=f"{prefix}-hatch", width=8, height=8, patternUnits="userSpaceOnUse")]
    shapes = {
        2: (element("circle", cx=2.5, cy=2.5, r=1.3), 7),
        3: (element("rect", x=0, y=0, width=2, height=7), 7),
        4: (element("rect", x=0, y=0, width=7, height=2), 7),
        5: (element("path", d="M0 0h2v7h-2zM2 0h5v2h-5z"), 7),
        6: (element("circle", cx=4, cy=4, r=2.6), 9),
    }
    for index in range(2, min(series, 6) + 1):
        shape, size = shapes[index]
        found.append(
            element(
                "pattern",
                element("g", shape, cls="cf-texture"),
                id=f"{prefix}-s{index}",
                width=size,
                height=size,
                patternUnits="userSpaceOnUse",
            )
        )
    return element("defs", "".join(found))


def document(
    identifier: str, variant: str, width: float, height: float, title: str, description: str, body: Sequence[str]
) -> str:
    """One SVG with its title and description, which screen readers speak instead of its parts."""
    prefix = f"{identifier}-{variant}"
    head = element("title", escape(title), id=f"{prefix}-title") + element(
        "desc", escape(description), id=f"{prefix}-desc"
    )
    return element(
        "svg",
        head + "".join(body),
        cls=f"cf-svg cf-svg--{variant}",
        viewBox=f"0 0 {num(width)} {num(height)}",
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
        focusable="false",
    )


def finished(*parts: str) -> SafeString:
    """A whole drawing. Everything in it was built by element() and text(), which escape."""
    return mark_safe("".join(parts))  # noqa: S308
