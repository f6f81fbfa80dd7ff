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
    """Which figures may not be shown, and how much doubt an attacker must be left in.

    threshold
        Counts from 1 to ``threshold - 1`` are hidden (primary). Default 5, the usual floor for counts of people in
        British public-sector tables of this kind.
    interval
        The least width ``high - low`` of the interval that the attacker can prove for a primary cell; as counts are
        never negative, an interval that wide also reaches at least ``interval``. Default: the threshold.
    zeros_shown
        True: a true zero is printed as zero and never used to hide another cell. False: zeros are hidden like small
        counts.
    outcomes
        Breakdowns that say what happened to people (arrest, no further action). Where everyone in a group that is
        large enough to be shown has the same outcome, the zeros beside it would tell it of each of them: there the
        other outcomes together must be able to reach ``interval``, and zeros may be hidden for that (group disclosure).
    dominance
        ``(n, k)``, for tables with contributions: a cell is hidden where its ``n`` largest contributors hold more than
        ``k`` per cent of it, and the attacker's upper bound must be so high that they might hold no more than that.
    p_percent
        For tables with contributions: a cell is hidden where its second largest contributor could estimate the largest
        to within ``p`` per cent, and must stay unable to do so.
    singletons
        For tables with contributions: whoever is the only contributor of a hidden cell knows it, and each other hidden
        cell must be safe from that contributor too.
    rounding
        Shown counts are printed to the nearest multiple of this, after hiding. 1: as they are.
    name, source
        The profile's name and where it was published; not part of the rule.

    The attacker knows every shown cell of every table and of the ledger, which cells are hidden, how the tables add
    up, and that counts are whole numbers that are not negative. The attacker is *not* credited with the rule itself
    (that a primary cell lies between 1 and ``threshold - 1``), nor with replaying this program on guessed inputs.
    """

    threshold: int = 5
    interval: int | None = None
    zeros_shown: bool = True
    outcomes: tuple[str, ...] = ()
    dominance: tuple[int, float] | None = None
    p_percent: float | None = None
    singletons: bool = False
    rounding: int = 1
    name: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.threshold, bool) or not isinstance(self.threshold, int) or self.threshold < 2:
            raise UserError(f"The threshold must be a whole number of at least 2, not {self.threshold!r}.")
        if self.interval is not None and (not isinstance(self.interval, int) or self.interval < 1):
            raise UserError(f"The interval must be a whole number of at least 1, not {self.interval!r}.")
        if isinstance(self.outcomes, str):  # type: ignore[unreachable]
            raise UserError("The breakdowns that are outcomes come as a list of names.")
        object.__setattr__(self, "outcomes", tuple(sorted(set(self.outcomes))))
        if isinstance(self.rounding, bool) or not isinstance(self.rounding, int) or self.rounding < 1:
            raise UserError(f"The base of rounding must be a whole number of at least 1, not {self.rounding!r}.")
        if self.rounding >= 2 * self.threshold:
            raise UserError(
                f"Rounding to {self.rounding} would print a count of {self.threshold} as 0; it must be below "
                f"{2 * self.threshold}."
            )
        if self.dominance is not None:
            n, k = self.dominance
            if not (isinstance(n, int) and n >= 1 and 0 < k < 100):
                raise UserError(
                    "Dominance needs a number of contributors of at least 1 and a share below 100 per cent."
                )
        if self.p_percent is not None and not 0 < self.p_percent <= 100:
            raise UserError(f"The p of the p-per-cent rule lies between 0 and 100, not {self.p_percent!r}.")

    @classmethod
    def profile(cls, name: str, *, outcomes: tuple[str, ...] = ()) -> Rule:
        """A published practice by name. Raises UserError for a name that is not in ``PROFILES``."""
        if name not in PROFILES:
            raise UserError(f"There is no profile {name!r}; there are {', '.join(sorted(PROFILES))}.")
        return cls(**{**PROFILES[name], "name": name, "outcomes": outcomes})  # type: ignore[arg-type]

    @property
    def width(self) -> int:
        """Required width of the attacker's interval for a primary cell, in counts."""
        return self.threshold if self.interval is None else self.interval

    def is_sensitive(self, count: int) -> bool:
        """Whether a count of people may not be shown under this rule."""
        return 0 < count < self.threshold or (count == 0 and not self.zeros_shown)

    def rounded(self, count: int) -> int:
        """The figure that is printed for a count that may be shown: nearest multiple of the base, halves up."""
        return (2 * count + self.rounding) // (2 * self.rounding) * self.rounding

    def range_of(self, printed: int) -> tuple[int, int]:
        """The counts that are printed so. A printed zero is a true one: nothing that is shown rounds to zero."""
        return rounding_range(printed, self.rounding)

    def as_json(self) -> dict[str, object]:
        """The rule for the certificate; what is as by default, beyond threshold, interval and zeros, is left out."""
        more: dict[str, object] = {
            "outcomes": list(self.outcomes),
            "dominance": list(self.dominance) if self.dominance else None,
            "p_percent": self.p_percent,
            "singletons": self.singletons,
            "rounding": self.rounding if self.rounding > 1 else None,
            "profile": self.name,
        }
        base = {"threshold": self.threshold, "interval": self.width, "zeros_shown": self.zeros_shown}
        return {**base, **{key: value for key, value in more.items() if value}}


def rounding_range(printed: int, base: int) -> tuple[int, int]:
    """Least and greatest count that is printed as ``printed`` when rounded to ``base``, halves up; 0 stands for 0."""
    if base == 1 or printed == 0:
        return printed, printed
    return printed - base // 2, printed + (base - 1) // 2


PROFILES: Mapping[str, Mapping[str, object]] = {
    "default": {
        "threshold": 5,
        "source": "Usual floor for counts of people in British public-sector tables; rule of this platform.",
    },
    "health": {
        "threshold": 8,
        "rounding": 5,
        "source": "NHS Digital, Disclosure control methodology for Hospital Episode Statistics and the Emergency Care "
        "Data Set, in use from September 2018: below national level 1 to 7 are not shown, other counts are rounded to "
        "the nearest 5.",
    },
    "schools": {
        "threshold": 3,
        "source": "Department for Education, Pupil exclusion statistics: methodology (as summarised by the National "
        "Consortium for Examination Results): pupil and exclusion numbers of 1 or 2 are suppressed.",
    },
    "magnitudes": {
        "threshold": 5,
        "p_percent": 15.0,
        "singletons": True,
        "source": "Hundepool and others, Handbook on Statistical Disclosure Control (2010), on the p-per-cent rule and "
        "singletons; the handbook leaves p to the publisher, 15 is this platform's choice.",
    },
}
"""Published practices. A profile is a starting point: ``dataclasses.replace`` changes a part of it."""


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
    rounding
        The base to which the figure was rounded when it was printed.
    superseded
        True: the figure was wrong, and a later release says so. It was seen all the same. The reader is credited with
        knowing what the correction changed in every cell that was shown; so such a cell guards nothing, and is shown
        now wherever it may be. It need not agree with the present figures.
    """

    where: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    count: int | None = None
    primary: bool = True
    release: str = ""
    rounding: int = 1
    superseded: bool = False

    def __post_init__(self) -> None:
        if self.count is not None and (isinstance(self.count, bool) or self.count != int(self.count) or self.count < 0):
            raise UserError(f"A cell of the ledger has the count {self.count!r}, which is not a count.")
        if isinstance(self.rounding, bool) or not isinstance(self.rounding, int) or self.rounding < 1:
            raise UserError(f"A cell of the ledger is rounded to {self.rounding!r}, which is no base of rounding.")

    @property
    def range(self) -> tuple[int, int]:
        """The counts that would have been printed so. Raises TypeError for a hidden cell."""
        if self.count is None:
            raise TypeError("a hidden cell has no figure")
        return rounding_range(int(self.count), self.rounding)

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
