"""What comes out: cells with their status, and the certificate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from childfirst.shared.errors import UserError

from .protector import WORK, Outcome, Protector
from .rule import PublishedCell, Rule, Status
from .space import Space, TableCells, build_space
from .tables import CountTable

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
    """A table as the public sees it, with the structure a reader (or an attacker) knows about it."""

    name: str
    dimensions: tuple[str, ...]
    cells: tuple[SafeCell, ...]
    domains: Mapping[str, tuple[str, ...]]
    hierarchies: Mapping[str, Mapping[str, str]]
    scope: Mapping[str, tuple[str, ...]]

    def __getitem__(self, codes: tuple[str, ...]) -> SafeCell:
        """The cell at these codes, ``TOTAL`` for a margin. KeyError where it is not published."""
        index: dict[tuple[str, ...], SafeCell] | None = self.__dict__.get("_index")
        if index is None:
            index = {cell.codes: cell for cell in self.cells}
            object.__setattr__(self, "_index", index)
        return index[codes]

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

    def certificate_json(self) -> str:
        """The certificate as canonical JSON: the same publication gives the same bytes."""
        return json.dumps(self.certificate, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def protect(
    tables: Sequence[CountTable],
    rule: Rule | None = None,
    ledger: Sequence[PublishedCell] = (),
    *,
    budget: int | None = None,
) -> Protection:
    """Decide for every published cell of linked tables whether it is shown, hidden, or a true zero.

    ``tables`` are counts of the same records by different breakdowns; ``ledger`` is what was published before about
    the same facts. Returns tables, statuses and a certificate; ``Protection.proved`` is False where the ledger already
    gives a cell away or a search ended without an answer, and then nothing should be published. ``budget`` bounds the work
    spent on hiding fewer cells, in simplex iterations (0: none; safety does not depend on it).

    Raises UserError for tables that contradict each other or the ledger.
    """
    from .attack import audit

    rule = rule or Rule()
    canonical = tuple(sorted(ledger, key=_ledger_key))
    space = build_space(tables, canonical)
    outcome = Protector(space, rule, WORK if budget is None else budget).run()
    safe = tuple(_safe_table(cells, space, outcome, rule) for cells in space.tables)
    bare = Protection(safe, rule, canonical)
    result = audit(bare, exact=False, truth=tables)
    certificate = _certificate(bare, outcome)
    certificate["attack"] = result.summary()
    certificate["proved"] = not outcome.unresolved and not outcome.already_public and result.safe
    return Protection(safe, rule, canonical, certificate)


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
    )


def _ledger_key(cell: PublishedCell) -> tuple[object, ...]:
    where = tuple(sorted((name, tuple(sorted(codes))) for name, codes in cell.codes().items()))
    return where, -1 if cell.count is None else cell.count, cell.primary, cell.release


def _sha256(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _certificate(bare: Protection, outcome: Outcome) -> dict[str, object]:
    """Everything that was done, without a hash of the true counts: a small table could be guessed from that."""
    published = {t.name: [[*c.codes, c.count, c.status.value] for c in t.cells] for t in bare.tables}
    ledger = [[sorted((n, sorted(v)) for n, v in c.codes().items()), c.count, c.primary] for c in bare.ledger]
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
        },
        "ledger_cells": len(bare.ledger),
        "already_public": len(outcome.already_public),
        "published_sha256": _sha256(published),
        "rule_sha256": _sha256(bare.rule.as_json()),
        "ledger_sha256": _sha256(ledger),
    }
