"""The quality report that every import leaves behind: what came in, what landed, what was set aside and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

KEPT_EXAMPLES = 200


@dataclass(frozen=True, slots=True)
class SetAside:
    """One row that did not land: where it stands, what is wrong with it, in a sentence."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass
class QualityReport:
    """Counts and examples of one import. ``read == landed + known + duplicates + set_aside`` always holds at the end.

    * ``landed``: new rows; ``known``: rows that an earlier run of the same import had landed already;
    * ``duplicates``: rows equal to an earlier row of the same source in every column;
    * ``missing``: (month, column) -> rows without a value there, with ``rows_by_month`` as their denominator;
    * ``new_words``: (column, value) -> rows with a value that the vocabulary does not know.
    """

    source: str
    read: int = 0
    landed: int = 0
    known: int = 0
    duplicates: int = 0
    set_aside: int = 0
    examples: list[SetAside] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    rows_by_month: Counter[str] = field(default_factory=Counter)
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)
    new_words: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def put_aside(self, row: SetAside) -> None:
        """Count a row that cannot land; the first 200 are kept whole, every one of them by its reason."""
        self.set_aside += 1
        self.reasons[row.reason] += 1
        if len(self.examples) < KEPT_EXAMPLES:
            self.examples.append(row)

    def balanced(self) -> bool:
        """Whether every row that was read is accounted for."""
        return self.read == self.landed + self.known + self.duplicates + self.set_aside

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, keys in a stable order."""
        return {
            "source": self.source,
            "read": self.read,
            "landed": self.landed,
            "known": self.known,
            "duplicates": self.duplicates,
            "set_aside": self.set_aside,
            "reasons": dict(sorted(self.reasons.items())),
            "examples": [
                {"file": e.file, "line": e.line, "column": e.column, "value": e.value, "reason": e.reason}
                for e in self.examples
            ],
            "rows_by_month": dict(sorted(self.rows_by_month.items())),
            "missing": _nested(self.missing),
            "new_words": _nested(self.new_words),
            "notes": list(self.notes),
        }


def _nested(counter: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    items: Iterable[tuple[tuple[str, str], int]] = sorted(counter.items())
    for (outer, inner), number in items:
        nested.setdefault(outer, {})[inner] = number
    return nested
