"""What comes out: cells with their status, and the certificate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa

from childfirst.shared.errors import UserError

from .contributions import is_magnitude
from .groups import with_groups
from .protector import Outcome, Protector
from .rule import PublishedCell, Rule, Status
from .space import Space, TableCells, build_space
from .tables import CountTable

Number = TypeVar("Number", int, float)

ATTACKER = (
    "knows every shown cell of every table and of the ledger",
    "knows which cells are hidden and how the tables add up and overlap",
    "knows that counts are whole numbers and not negative",
    "is not credited with the rule itself (that a primary cell lies below the threshold)",
    "is not credited with replaying the program on guessed inputs",
)


@dataclass(frozen=True)
class SafeCell:
    """One published cell. ``count`` is None where it is hidden: neither zero nor unknown."""

    codes: tuple[str, ...]
    count: int | None
    status: Status


@dataclass(frozen=True)
class SafeTable:
    """A table as the public sees it, with the structure a reader (or an attacker) knows about it.

    ``magnitude``: its figures are made up of contributions, and the dominance rules decide what is hidden.
    """

    name: str
    dimensions: tuple[str, ...]
    cells: tuple[SafeCell, ...]
    domains: Mapping[str, tuple[str, ...]]
    hierarchies: Mapping[str, Mapping[str, str]]
    scope: Mapping[str, tuple[str, ...]]
    magnitude: bool = False

    def __getitem__(self, codes: tuple[str, ...]) -> SafeCell:
        """The cell at these codes, ``TOTAL`` for a margin. KeyError where it is not published."""
        index: dict[tuple[str, ...], SafeCell] | None = self.__dict__.get("_index")
        if index is None:
            index = {cell.codes: cell for cell in self.cells}
            object.__setattr__(self, "_index", index)
        return index[codes]

    def __contains__(self, codes: object) -> bool:
        return any(cell.codes == codes for cell in self.cells)

    def to_arrow(self) -> pa.Table:
        """Long form: a column per breakdown, ``count`` (null where hidden) and ``status``."""
        taken = {"count", "status"} & set(self.dimensions)
        if taken:
            raise UserError(f"Table {self.name}: a breakdown may not be called {min(taken)!r} in the long form.")
        columns: dict[str, pa.Array] = {
            name: pa.array([cell.codes[i] for cell in self.cells], pa.string())
            for i, name in enumerate(self.dimensions)
        }
        columns["count"] = pa.array([cell.count for cell in self.cells], pa.int64())
        columns["status"] = pa.array([cell.status.value for cell in self.cells], pa.string())
        return pa.table(columns)

    def tally(self) -> dict[str, int]:
        """How many cells have each status."""
        return {status.value: sum(cell.status is status for cell in self.cells) for status in Status}


@dataclass(frozen=True)
class Protection:
    """A publication made safe. Holds nothing that is hidden: it may be shown to anyone as it is."""

    tables: tuple[SafeTable, ...]
    rule: Rule
    ledger: tuple[PublishedCell, ...] = ()
    certificate: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> SafeTable:
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def __iter__(self) -> Iterator[SafeTable]:
        return iter(self.tables)

    @property
    def proved(self) -> bool:
        """Whether every cell that needs it was proved safe, and the attack found no breach. Else: do not publish."""
        return bool(self.certificate.get("proved"))

    @property
    def hidden(self) -> int:
        """How many figures are hidden. One that stands in two tables is one figure."""
        return self._method("hidden", int)

    @property
    def bound(self) -> int:
        """The least number of figures that any safe publication of these tables hides, as far as it was proved."""
        return self._method("least_hidden", int)

    @property
    def gap(self) -> float:
        """How far the number of hidden figures may at most lie above the best possible, as a share of that."""
        return self.hidden / self.bound - 1.0 if self.bound else 0.0

    @property
    def weighted_bound(self) -> float:
        """The least sum of weights of hidden figures, as far as it was proved."""
        return self._method("least_weight", float)

    @property
    def weighted_gap(self) -> float:
        """How far the sum of weights may at most lie above the least possible, as a share of that."""
        return self._method("weight", float) / self.weighted_bound - 1.0 if self.weighted_bound else 0.0

    def _method(self, key: str, kind: type[Number]) -> Number:
        method = self.certificate.get("method")
        return kind(method.get(key, 0) if isinstance(method, Mapping) else 0)

    def certificate_json(self) -> str:
        """The certificate as canonical JSON: the same publication gives the same bytes."""
        return json.dumps(self.certificate, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def protect(
    tables: Sequence[CountTable],
    rule: Rule | None = None,
    ledger: Sequence[PublishedCell] = (),
    *,
    weights: Mapping[tuple[str, tuple[str, ...]], float] | None = None,
    budget: int | None = None,
) -> Protection:
    """Decide for every published cell of linked tables whether it is shown, hidden, or a true zero.

    ``tables`` are counts of the same records by different breakdowns; ``ledger`` is what was published before about
    the same facts. As few cells as possible are hidden, and among equals those that readers miss least. With ``weights``
    ((table, codes) -> weight; for the others, about 1 for an inner cell and half as much more for each ``Total``), the sum
    of the weights of hidden cells is made small instead. ``budget`` limits the search for fewer hidden cells, in steps of
    the simplex method (default: more for larger publications); 0: a quick, rough answer, as safe as any.

    Returns tables, statuses and a certificate; ``Protection.proved`` is False where the ledger already gives a cell away
    or a search ended without an answer, and then nothing should be published.

    Raises UserError for tables that contradict each other or the ledger.
    """
    from .attack import audit

    rule = rule or Rule()
    weights = dict(weights or {})
    if (budget is not None and budget < 0) or any(not weight > 0 for weight in weights.values()):
        raise UserError("Weights are above zero, and a budget is not below it.")
    is_magnitude(tables, rule)
    canonical = tuple(sorted(ledger, key=_ledger_key))
    space = build_space(tables, canonical)
    if rule.outcomes:
        space = with_groups(space, rule)
    outcome = Protector(space, rule, budget, weights).run()
    safe = tuple(_safe_table(cells, space, outcome, rule) for cells in space.tables)
    unknown = sorted(key for key in weights if not any(t.name == key[0] and key[1] in t for t in safe))
    if unknown:
        raise UserError(f"A weight is given for {unknown[0]}, which is not published.")
    # What is attacked is the face before rounding: who knows more than anyone will, and fails, is a better witness.
    exact = replace(rule, rounding=1)
    result = audit(Protection(safe, exact, canonical), exact=False, truth=tables)
    bare = Protection(tuple(_rounded(table, rule) for table in safe), rule, canonical)
    certificate = _certificate(bare, outcome)
    certificate["attack"] = result.summary()
    certificate["proved"] = not outcome.unresolved and not outcome.already_public and result.safe
    return replace(bare, certificate=certificate)


def _rounded(table: SafeTable, rule: Rule) -> SafeTable:
    if rule.rounding == 1:
        return table
    cells = tuple(replace(c, count=None if c.count is None else rule.rounded(c.count)) for c in table.cells)
    return replace(table, cells=cells)


def _safe_table(cells: TableCells, space: Space, outcome: Outcome, rule: Rule) -> SafeTable:
    public_before = np.zeros(space.size, bool)
    public_before[outcome.already_public] = True
    rows = []
    for codes, region, count in zip(cells.codes, cells.region.tolist(), cells.count.tolist(), strict=True):
        if outcome.sensitive[region] or public_before[region]:
            status = Status.HIDDEN_PRIMARY
        elif outcome.hidden[region]:
            status = Status.HIDDEN_SECONDARY
        else:
            status = Status.SHOWN if count else Status.TRUE_ZERO
        rows.append(SafeCell(tuple(codes), None if status.hidden else count, status))
    table = cells.table
    return SafeTable(
        table.name,
        table.dimensions,
        tuple(rows),
        {name: tuple(domain) for name, domain in table.domains.items()},
        table.hierarchies,
        {name: tuple(codes) for name, codes in table.scope.items()},
        bool(table.contributions) and (rule.dominance is not None or rule.p_percent is not None),
    )


def _ledger_key(cell: PublishedCell) -> tuple[object, ...]:
    where = tuple(sorted((name, tuple(sorted(codes))) for name, codes in cell.codes().items()))
    return where, -1 if cell.count is None else cell.count, cell.primary, cell.release, cell.rounding, cell.superseded


def _sha256(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _certificate(bare: Protection, outcome: Outcome) -> dict[str, object]:
    """Everything that was done, without a hash of the true counts: a small table could be guessed from that."""
    published = {t.name: [[*c.codes, c.count, c.status.value] for c in t.cells] for t in bare.tables}
    ledger = [
        [sorted((n, sorted(v)) for n, v in c.codes().items()), c.count, c.primary, c.rounding, c.superseded]
        for c in bare.ledger
    ]
    proofs = {name: int(outcome.means.get(name, 0)) for name in ("boxes", "programme", "cover")}
    return {
        "format": "childfirst.disclosure/1",
        "rule": bare.rule.as_json(),
        "attacker": list(ATTACKER),
        "tables": {t.name: {"dimensions": list(t.dimensions), "cells": len(t.cells), **t.tally()} for t in bare.tables},
        "method": {
            "name": "joint suppression with whole-numbered witnesses",
            "joint_model": outcome.blocks or "too large to model; hidden without subtraction",
            "proofs": proofs,
            "unresolved": len(outcome.unresolved),
            "hidden": outcome.number,
            "least_hidden": int(outcome.bound.number),
            "weight": round(outcome.weight, 4),
            "least_weight": round(outcome.bound.price, 4),
        },
        "ledger_cells": len(bare.ledger),
        "already_public": len(outcome.already_public),
        "published_sha256": _sha256(published),
        "rule_sha256": _sha256(bare.rule.as_json()),
        "ledger_sha256": _sha256(ledger),
    }
