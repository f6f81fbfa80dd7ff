"""What to publish instead of hiding: merged categories and coarser areas, each with the cells that it spares.

Every proposal is worked out, not guessed: the merged tables are protected again under the same rule and their hidden
cells counted. Both counts come from the same quick search, so that they compare like with like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from childfirst.shared.errors import UserError

from .protection import Protection, protect
from .rule import TOTAL, PublishedCell, Rule, Status
from .tables import CountTable

TRIES = 16
"""Proposals that are worked out; those that touch most small cells come first."""
KEPT = 5


@dataclass(frozen=True)
class Alternative:
    """A coarser publication: what is merged, and how many cells are hidden with it and without.

    ``merged`` codes of ``breakdown`` become one; for coarser areas they are all codes of the finest level.
    """

    breakdown: str
    merged: tuple[str, ...]
    into: str
    hidden: int
    cells: int
    hidden_before: int
    cells_before: int

    @property
    def spared(self) -> int:
        """Hidden cells fewer than before."""
        return self.hidden_before - self.hidden

    @property
    def sentence(self) -> str:
        """For a person: “Merging these two age bands spares 41 cells ...”."""
        what = (
            f"Merging {self.breakdown} {self.merged[0]} and {self.merged[1]}"
            if len(self.merged) == 2 and self.into.endswith(self.merged[1])
            else f"Publishing {self.breakdown} one level coarser"
        )
        return (
            f"{what} spares {self.spared} cells: {self.hidden} of {self.cells} are hidden instead of "
            f"{self.hidden_before} of {self.cells_before}."
        )


def alternatives(
    tables: Sequence[CountTable],
    rule: Rule,
    ledger: Sequence[PublishedCell] = (),
    protection: Protection | None = None,
    *,
    tries: int = TRIES,
) -> list[Alternative]:
    """The proposals that spare most cells, best first; only such as spare any.

    A breakdown that the ledger restricts is left as it is: its codes were published before. ``protection``: the
    result for the tables as they are, to see which categories hold most small cells.
    """
    before = _count(protect(tables, rule, ledger, budget=0))
    fixed = {name for cell in ledger for name in cell.codes()}
    small = _small(protection or protect(tables, rule, ledger, budget=0))
    found = []
    proposals = [*_coarser(tables, fixed), *_pairs(tables, fixed, small)]
    for breakdown, parents, merged, into in proposals[:tries]:
        try:
            changed = [merge(table, breakdown, parents) for table in tables]
            result = protect(changed, rule, ledger, budget=0)
        except UserError:
            continue
        if result.proved:
            hidden, cells = _count(result)
            found.append(Alternative(breakdown, merged, into, hidden, cells, *before))
    better = [one for one in found if one.spared > 0]
    return sorted(better, key=lambda one: (-one.spared, one.cells_before - one.cells, one.breakdown, one.merged))[:KEPT]


def merge(table: CountTable, breakdown: str, into: Mapping[str, str]) -> CountTable:
    """The table with codes of a breakdown replaced (code -> new code) and their counts added up.

    Raises UserError where the codes lie in different places of a hierarchy.
    """
    if breakdown not in table.dimensions:
        return table
    axis = table.dimensions.index(breakdown)
    counts: dict[tuple[str, ...], int] = {}
    for codes, count in table.counts.items():
        new = (*codes[:axis], into.get(codes[axis], codes[axis]), *codes[axis + 1 :])
        counts[new] = counts.get(new, 0) + int(count)
    domains = {name: list(codes) for name, codes in table.domains.items()}
    domains[breakdown] = sorted({into.get(code, code) for code in table.domains[breakdown]})
    hierarchies = {name: dict(parents) for name, parents in table.hierarchies.items()}
    if breakdown in hierarchies:
        hierarchies[breakdown] = _merged_parents(table, breakdown, into)
    return replace(table, counts=counts, domains=domains, hierarchies=hierarchies)


def _merged_parents(table: CountTable, breakdown: str, into: Mapping[str, str]) -> dict[str, str]:
    parents: dict[str, str] = {}
    for child, parent in table.hierarchies[breakdown].items():
        new = into.get(child, child)
        if new == parent:
            continue
        if parents.setdefault(new, parent) != parent:
            raise UserError(f"{breakdown}: {child!r} lies elsewhere than what it would be merged with.")
    return parents


def _count(protection: Protection) -> tuple[int, int]:
    hidden = sum(cell.status.hidden for table in protection for cell in table.cells)
    return hidden, sum(len(table.cells) for table in protection)


def _small(protection: Protection) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for table in protection:
        for cell in table.cells:
            if cell.status is Status.HIDDEN_PRIMARY:
                found.update(
                    (name, code) for name, code in zip(table.dimensions, cell.codes, strict=True) if code != TOTAL
                )
    return found


Proposal = tuple[str, dict[str, str], tuple[str, ...], str]


def _coarser(tables: Sequence[CountTable], fixed: set[str]) -> list[Proposal]:
    found = []
    for name in sorted({name for table in tables for name in table.hierarchies} - fixed):
        parents: dict[str, str] = {}
        codes: set[str] = set()
        for table in tables:
            parents |= table.hierarchies.get(name, {})
            codes |= set(table.domains.get(name, ()))
        into = {code: parents[code] for code in sorted(codes) if code in parents}
        if into:
            found.append((name, into, tuple(into), "/".join(sorted(set(into.values())))))
    return found


def _pairs(tables: Sequence[CountTable], fixed: set[str], small: Counter[tuple[str, str]]) -> list[Proposal]:
    """Neighbours where the codes have an order (they hold numbers), any two where they have none."""
    scored = []
    for name in sorted({name for table in tables for name in table.dimensions} - fixed):
        codes = sorted({code for table in tables for code in table.domains.get(name, ())}, key=_natural)
        if len(codes) < 3:
            continue
        ordered = all(re.search(r"\d", code) for code in codes)
        if not ordered:
            codes = sorted(codes, key=lambda code: -small[name, code])[:8]
        for one, other in pairwise(codes) if ordered else combinations(codes, 2):
            into = f"{one} and {other}"
            share = small[name, one] + small[name, other]
            scored.append((share, (name, {one: into, other: into}, (one, other), into)))
    scored.sort(key=lambda pair: (-pair[0], pair[1][0], pair[1][2]))
    return [proposal for share, proposal in scored if share]


def _natural(code: str) -> tuple[list[float], str]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", code)], code
