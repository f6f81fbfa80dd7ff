"""A few of the benchmark's random publications: every release attacked with all before it, nothing recoverable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from childfirst.engines.disclosure import PublishedCell, Status, audit, protect

sys.path[:0] = [path for path in [str(Path(__file__).resolve().parents[3])] if path not in sys.path]

from benchmarks.disclosure.generator import publication  # noqa: E402
from benchmarks.disclosure.scores import RULE, as_ledger  # noqa: E402


@pytest.mark.parametrize("seed", range(6))
def test_no_release_gives_a_child_away(seed):
    ledger: list[PublishedCell] = []
    for release in publication(seed, releases=2 + seed % 3):
        safe = protect(release.tables, RULE, ledger, budget=0)
        if safe.proved:
            assert audit(safe, exact=False).safe
            ledger = [*ledger, *as_ledger(safe.tables, release.name)]
    assert ledger


def test_the_generator_gives_the_same_publication_from_a_seed():
    one, other = list(publication(3)), list(publication(3))
    assert [release.tables for release in one] == [release.tables for release in other]


def test_a_weakened_release_is_caught():
    """One guard shown after all, in any release: the attack on it says so."""
    caught = 0
    for seed in range(12):
        release = next(iter(publication(seed, releases=1)))
        safe = protect(release.tables, RULE, budget=0)
        for table in safe:
            guards = [cell for cell in table.cells if cell.status is Status.HIDDEN_SECONDARY]
            if guards:
                shown = weaken(safe, release.tables, table.name, guards[0].codes)
                caught += not audit(shown, exact=False).safe
                break
    assert caught >= 3


def weaken(safe, tables, name, codes):
    from dataclasses import replace

    from benchmarks.disclosure.generator import true_counts

    counts = true_counts(next(table for table in tables if table.name == name))
    changed = []
    for table in safe.tables:
        cells = tuple(
            replace(cell, count=counts[codes], status=Status.SHOWN)
            if table.name == name and cell.codes == codes
            else cell
            for cell in table.cells
        )
        changed.append(replace(table, cells=cells))
    return replace(safe, tables=tuple(changed))
