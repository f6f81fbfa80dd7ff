"""A measure's definition as frozen data: what the files in ``definitions/`` say, checked and typed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from childfirst.measures.vocabulary import ChartKind, Direction, Unit


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field of a fact: exactly one of ``is``, ``in``, ``not_in``, ``known``.

    An unknown value is the code ``not_recorded``: ``not_in`` keeps it unless it is listed, ``known = true`` drops it.
    """

    field: str
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    known: bool | None = None

    def passes(self, code: str, unknown: str) -> bool:
        """Whether a fact with this code in the field is counted."""
        if self.known is not None:
            return (code != unknown) == self.known
        if self.one_of:
            return code in self.one_of
        return code not in self.none_of


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A field by which the counts are broken down.

    ``labels`` gives codes their wording, in the order in which they are shown; ``labels_from`` names a source of them
    (see labels.py) for codes that the file does not list. ``fold`` puts fine codes together before counting (fine -> coarse);
    ``parents`` (code -> code of the group above it) adds subtotals. ``total`` is the wording of all values together.
    """

    field: str
    title: str
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    labels_from: str = ""
    fold: Mapping[str, str] = dataclasses.field(default_factory=dict)
    parents: Mapping[str, str] = dataclasses.field(default_factory=dict)
    total: str = "All"


@dataclass(frozen=True, slots=True)
class Side:
    """The numerator or the denominator: a sentence, and the conditions that say the same to the machine."""

    says: str
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """A table of counts beside the measure, that shows how much of a field is known.

    It counts the facts under ``where`` by ``by`` and ``field``, with the unknown as a category of its own.
    """

    field: str
    by: str
    title: str
    says: str
    where: tuple[Filter, ...] = ()
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    labels_from: str = ""
    fold: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart of the measure; see published.documents.Chart."""

    kind: ChartKind
    title: str
    category: str
    value: str = "rate"
    series: str = ""
    panel: str = ""
    fixed: Mapping[str, str] = dataclasses.field(default_factory=dict)
    boundaries: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure. ``answers`` is the field that the numerator tests: every category of it is counted, so that what is not in
    the headline (reasons, other outcomes, unknown) stays in sight; ``headline`` are its categories that the numerator names.

    ``version`` is the start of the SHA-256 of the file: a change of the file is a new version.
    """

    id: str
    version: str
    title: str
    what: str
    why: str
    facts: str
    outcome: str
    is_activity: bool
    direction: Direction
    unit: Unit
    minimum_count: int
    author: str
    checker: str
    next_review: dt.date
    denominator: Side
    numerator: Side
    answers: Breakdown
    headline: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...]
    completeness: tuple[Completeness, ...] = ()
    caveats: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    charts: tuple[ChartPlan, ...] = ()

    @property
    def dimensions(self) -> tuple[Breakdown, ...]:
        """The breakdowns and, last, the answers."""
        return (*self.breakdowns, self.answers)

    def fields(self) -> Iterator[str]:
        """Every field of the facts that the definition reads."""
        yield from (breakdown.field for breakdown in self.dimensions)
        yield from (condition.field for condition in self.denominator.where)
        for table in self.completeness:
            yield from (table.field, table.by, *(condition.field for condition in table.where))

    def is_overdue(self, today: dt.date) -> bool:
        """Whether its review date has passed."""
        return self.next_review < today
