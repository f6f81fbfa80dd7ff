"""What a computation gives: raw counts, not protected. Never for publication as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from childfirst.engines.disclosure.rule import TOTAL
from childfirst.measures.compiling import COUNT, DENOMINATOR, NUMERATOR
from childfirst.measures.definition import Completeness, Definition
from childfirst.measures.vocabulary import UNKNOWN


@dataclass(frozen=True)
class CompletenessResult:
    """Counts by (``plan.by``, ``plan.field``) with the unknown as a category; columns: those two and ``count``."""

    plan: Completeness
    table: pa.Table

    def unknown_shares(self) -> dict[str, tuple[int, int]]:
        """Code of ``by`` -> (facts whose field is unknown, all facts), in the order of the codes."""
        shares: dict[str, list[int]] = {}
        rows = zip(
            *(self.table.column(name).to_pylist() for name in (self.plan.by, self.plan.field, COUNT)), strict=True
        )
        for by, code, number in rows:
            pair = shares.setdefault(by, [0, 0])
            pair[0] += number if code == UNKNOWN else 0
            pair[1] += number
        return {by: (pair[0], pair[1]) for by, pair in sorted(shares.items())}


@dataclass(frozen=True)
class MeasureResult:
    """A measure over a period, as raw counts.

    * ``cells``: the inner cells: a column per breakdown, the answers' column, ``count``;
    * ``table``: the same with all margins: breakdowns (``Total`` for all values), answer, ``numerator``, ``denominator``;
    * ``labels``: field -> code -> wording in order; ``scope``: field -> the codes to which the denominator is restricted,
      for fields that are no breakdown; ``codes``: field that a condition tests -> every code that the facts have in it;
    * ``months`` that have facts, ``missing_months`` between them that have none; ``fingerprints`` of the facts read.
    """

    definition: Definition
    months: tuple[str, ...]
    missing_months: tuple[str, ...]
    cells: pa.Table
    table: pa.Table
    labels: Mapping[str, Mapping[str, str]]
    scope: Mapping[str, tuple[str, ...]]
    completeness: tuple[CompletenessResult, ...]
    completeness_scope: tuple[Mapping[str, tuple[str, ...]], ...]
    codes: Mapping[str, frozenset[str]]
    fingerprints: Mapping[str, str]

    @property
    def facts_counted(self) -> int:
        """Size of the denominator over all."""
        return int(pc.sum(self.cells.column(COUNT)).as_py() or 0)

    def headline(self) -> tuple[int, int]:
        """Numerator and denominator of the headline over all: the answers that the numerator names, added up."""
        chosen = pc.is_in(self.cells.column(self.definition.answers.field), pa.array(self.definition.headline))
        return int(pc.sum(self.cells.filter(chosen).column(COUNT)).as_py() or 0), self.facts_counted

    def unknown_by_field(self) -> dict[str, int]:
        """Breakdown or answer -> facts of the denominator in which it is unknown."""
        found = {}
        for breakdown in self.definition.dimensions:
            mask = pc.equal(self.cells.column(breakdown.field), UNKNOWN)
            found[breakdown.field] = int(pc.sum(self.cells.filter(mask).column(COUNT)).as_py() or 0)
        return found

    def at(self, **codes: str) -> list[dict[str, object]]:
        """Rows of ``table`` with these codes; breakdowns that are not named are held at ``Total``."""
        mask = None
        for breakdown in self.definition.breakdowns:
            codes.setdefault(breakdown.field, TOTAL)
        for name, code in codes.items():
            here = pc.equal(self.table.column(name), code)
            mask = here if mask is None else pc.and_(mask, here)
        rows: list[dict[str, object]] = self.table.filter(mask).to_pylist()
        return rows


__all__ = ["COUNT", "DENOMINATOR", "NUMERATOR", "CompletenessResult", "MeasureResult"]
