"""Tables of the size that a force publishes: proved, attacked, and the long ways round."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from childfirst.engines.disclosure import CountTable, PublishedCell, Rule, Status, audit, blocks, protect, protector

from .test_attack import crossing


@pytest.fixture(scope="module")
def records() -> pa.Table:
    random = np.random.default_rng(7)
    columns = {
        name: np.array([f"{name}{i:02}" for i in range(size)])[
            random.choice(size, 4000, p=random.dirichlet(np.full(size, 1.5)))
        ]
        for name, size in {"borough": 12, "group": 5, "outcome": 4, "age": 3}.items()
    }
    return pa.table(columns)


def test_boroughs_by_group_by_outcome_with_every_margin():
    safe = protect([crossing((33, 6, 4), 12, seed=1)])
    assert safe.proved
    tally = safe.tables[0].tally()
    assert tally["hidden_primary"] > 100
    assert tally["hidden_secondary"] < 1.5 * tally["hidden_primary"]
    assert safe.certificate["attack"]["narrowest_primary_at_least"] >= 5


def test_tables_that_overlap_in_a_pair(records):
    tables = [
        CountTable.from_records(records, d, "-".join(d))
        for d in (("borough", "group", "outcome"), ("borough", "age"), ("group", "age"))
    ]
    safe = protect(tables)
    assert safe.proved
    assert audit(safe).safe


def test_without_a_model_everything_above_a_hidden_cell_is_hidden(records, monkeypatch):
    """The fallback: no solver, no subtraction."""
    monkeypatch.setattr(protector, "build_joint", lambda space: None)
    tables = [CountTable.from_records(records, ("borough", "group"), "t")]
    safe = protect(tables)
    assert safe.proved
    assert safe.certificate["method"]["proofs"]["cover"] > 0
    assert safe["t"]["Total", "Total"].count is None
    assert all(cell.high is None for cell in audit(safe).cells if cell.status == Status.HIDDEN_PRIMARY)


def test_a_block_that_is_too_large_falls_back(records, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_ATOMS", 10)
    safe = protect([CountTable.from_records(records, ("borough", "group"), "t")])
    assert safe.proved
    assert safe.certificate["method"]["proofs"]["boxes"] == 0


def test_a_new_quarter_beside_past_ones():
    """Each release shows its own quarter by area and the year so far by area."""
    random = np.random.default_rng(5)
    areas = [f"a{i}" for i in range(8)]
    quarters = ["q1", "q2", "q3", "q4"]
    counts = {(a, q): int(random.poisson(7)) for a in areas for q in quarters}
    ledger: list[PublishedCell] = []
    for number in range(1, 5):
        so_far = quarters[:number]
        table = CountTable(
            "year", ("area",), {(a,): sum(counts[a, q] for q in so_far) for a in areas}, scope={"quarter": so_far}
        )
        safe = protect([table], Rule(), ledger)
        assert safe.proved
        for cell in safe["year"].cells:
            where = {"area": cell.codes[0], "quarter": tuple(so_far)}
            ledger.append(PublishedCell(where, cell.count, primary=cell.status is Status.HIDDEN_PRIMARY))
    assert sum(cell.count is None for cell in ledger) < len(ledger)
