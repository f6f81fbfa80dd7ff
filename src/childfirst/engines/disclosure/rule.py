"""The rule that a publication must keep, and what was published before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from childfirst.shared.errors import UserError

TOTAL = "Total"
"""The code that stands for a margin: every category of the breakdown added up. No category may bear this name."""


class Status(StrEnum):
    """What the reader of a published cell is told. Hidden, none and shown never look alike."""

    SHOWN = "shown"
    HIDDEN_PRIMARY = "hidden_primary"
    HIDDEN_SECONDARY = "hidden_secondary"
    TRUE_ZERO = "true_zero"

    @property
    def hidden(self) -> bool:
        return self in (Status.HIDDEN_PRIMARY, Status.HIDDEN_SECONDARY)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which counts are too small to show, and how much doubt an attacker must be left in.

    threshold
        Counts from 1 to ``threshold - 1`` are hidden (primary). Default 5, the usual floor for counts of people in
        British public-sector tables of this kind.
    interval
        The least width ``high - low`` of the interval that the attacker can prove for a primary cell; as counts are
        never negative, an interval that wide also reaches at least ``interval``. Default: the threshold.
    zeros_shown
        True: a true zero is printed as zero and never used to hide another cell. False: zeros are hidden like small
        counts.

    The attacker knows every shown cell of every table and of the ledger, which cells are hidden, how the tables add
    up, and that counts are whole numbers that are not negative. The attacker is *not* credited with the rule itself
    (that a primary cell lies between 1 and ``threshold - 1``), nor with replaying this program on guessed inputs.
    """

    threshold: int = 5
    interval: int | None = None
    zeros_shown: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.threshold, bool) or not isinstance(self.threshold, int) or self.threshold < 2:
            raise UserError(f"The threshold must be a whole number of at least 2, not {self.threshold!r}.")
        if self.interval is not None and (not isinstance(self.interval, int) or self.interval < 1):
            raise UserError(f"The interval must be a whole number of at least 1, not {self.interval!r}.")

    @property
    def width(self) -> int:
        """Required width of the attacker's interval for a primary cell, in counts."""
        return self.threshold if self.interval is None else self.interval

    def is_sensitive(self, count: int) -> bool:
        """Whether a count of people may not be shown under this rule."""
        return 0 < count < self.threshold or (count == 0 and not self.zeros_shown)

    def as_json(self) -> dict[str, object]:
        return {"threshold": self.threshold, "interval": self.width, "zeros_shown": self.zeros_shown}


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One cell of an earlier publication about the same facts.

    Give every cell of an earlier table, hidden ones too: the codes that occur in tables and ledger are taken to be all
    that a breakdown has.

    where
        Breakdown -> the code or codes that the cell covers, at the level it was published. A breakdown that is left
        out is not restricted: the cell covers all of it. A year-to-date figure names all its months.
    count
        What was printed; ``None`` where it was hidden. A cell that was hidden for its own sake must stay so: it is
        attacked together with the new tables and must keep its interval.
    primary
        For a hidden cell: whether it was hidden for its own sake (True) or only to guard another.
    release
        Where it was published, for messages.
    """

    where: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    count: int | None = None
    primary: bool = True
    release: str = ""

    def __post_init__(self) -> None:
        if self.count is not None and (isinstance(self.count, bool) or self.count != int(self.count) or self.count < 0):
            raise UserError(f"A cell of the ledger has the count {self.count!r}, which is not a count.")

    def codes(self) -> dict[str, frozenset[str]]:
        """The cell's codes as sets, by breakdown; ``TOTAL`` means no restriction and is left out."""
        found: dict[str, frozenset[str]] = {}
        for dimension, value in self.where.items():
            codes = frozenset([value]) if isinstance(value, str) else frozenset(value)
            if TOTAL not in codes:
                found[dimension] = codes
        return found

    def describe(self) -> str:
        place = ", ".join(f"{name} {'+'.join(sorted(codes))}" for name, codes in sorted(self.codes().items()))
        return f"{place or 'the grand total'}{f' in release {self.release}' if self.release else ''}"
