"""The attacker finds what a careless protector leaves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from childfirst.engines.disclosure import CountTable, Protection, Rule, SafeCell, SafeTable, Status, audit, protect


def crossing(shape: tuple[int, ...], mean: float, seed: int) -> CountTable:
    random = np.random.default_rng(seed)
    counts = random.poisson(mean * random.lognormal(0, 0.9, shape))
    dims = tuple(f"d{i}" for i in range(len(shape)))
    return CountTable("t", dims, {tuple(f"c{i:02}" for i in at): int(n) for at, n in np.ndenumerate(counts)})


def reveal(protection: Protection, cell: SafeCell, count: int) -> Protection:
    """The same publication with one hidden cell printed after all."""
    table = protection.tables[0]
    cells = tuple(SafeCell(c.codes, count, Status.SHOWN) if c.codes == cell.codes else c for c in table.cells)
    return replace(protection, tables=(replace(table, cells=cells),))


def truth(table: CountTable, codes: tuple[str, ...]) -> int:
    return sum(n for at, n in table.counts.items() if all(c in ("Total", a) for a, c in zip(at, codes, strict=True)))


def primary_only(table: CountTable, rule: Rule) -> Protection:
    """What a spreadsheet does: hide the small counts and nothing else."""
    safe = protect([table], rule).tables[0]
    cells = []
    for cell in safe.cells:
        count = truth(table, cell.codes)
        small = rule.is_sensitive(count)
        cells.append(SafeCell(cell.codes, None if small else count, Status.HIDDEN_PRIMARY if small else Status.SHOWN))
    return Protection((replace(safe, cells=tuple(cells)),), rule)


def test_hiding_small_counts_alone_is_undone():
    table = crossing((6, 4), 8, seed=2)
    result = audit(primary_only(table, Rule()))
    assert not result.safe
    assert result.recovered > 0
    for breach in result.breaches:
        assert breach.low <= truth(table, breach.codes) <= breach.high


def test_each_secondary_cell_matters():
    """Mutation: print any one secondary cell after all. Where the protector says it is needed, a breach follows."""
    table = crossing((5, 4), 9, seed=11)
    safe = protect([table])
    guards = [cell for cell in safe.tables[0].cells if cell.status is Status.HIDDEN_SECONDARY]
    assert guards
    caught = sum(not audit(reveal(safe, cell, truth(table, cell.codes))).safe for cell in guards)
    assert caught == len(guards)


@pytest.mark.parametrize(("shape", "seed"), [((5, 4), 1), ((3, 4, 3), 2), ((3, 3, 2, 2), 3)])
def test_quick_and_exact_attacks_agree(shape, seed):
    safe = protect([crossing(shape, 6, seed)])
    quick, exact = audit(safe, exact=False), audit(safe, exact=True)
    assert quick.safe == exact.safe
    for one, other in zip(quick.cells, exact.cells, strict=True):
        assert one.codes == other.codes
        assert other.exact
        assert other.low <= one.low
        assert other.high is None or (one.high is not None and one.high <= other.high)


def test_a_publication_that_contradicts_itself_is_refused():
    cells = (
        SafeCell(("x",), 3, Status.SHOWN),
        SafeCell(("y",), 4, Status.SHOWN),
        SafeCell(("Total",), 9, Status.SHOWN),
    )
    broken = Protection((SafeTable("t", ("a",), cells, {"a": ("x", "y")}, {}, {}),), Rule())
    with pytest.raises(Exception, match="contradict"):
        audit(broken)


def test_a_wide_secondary_interval_is_not_required():
    """A secondary cell may be narrowed down, but never pinned."""
    for seed in range(6):
        result = audit(protect([crossing((4, 4), 7, seed)]), exact=True)
        assert result.safe
        assert result.recovered == 0
