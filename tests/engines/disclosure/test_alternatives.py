"""Merging categories and coarser areas: what is proposed is worked out, and true."""

from __future__ import annotations

import numpy as np
import pytest

from childfirst.engines.disclosure import CountTable, PublishedCell, Rule, protect
from childfirst.engines.disclosure.merging import alternatives, merge
from childfirst.shared.errors import UserError


def by_age(seed: int = 1) -> CountTable:
    random = np.random.default_rng(seed)
    ages = ["10-11", "12-13", "14-15", "16-17"]
    counts = {
        (f"w{area}", age): int(random.poisson(2 if number < 2 else 20))
        for area in range(8)
        for number, age in enumerate(ages)
    }
    return CountTable("t", ("area", "age"), counts)


def hidden(table: CountTable) -> int:
    return sum(cell.status.hidden for cell in protect([table], Rule(), budget=0)["t"].cells)


def test_a_proposal_spares_what_it_says():
    table = by_age()
    found = alternatives([table], Rule())
    assert found
    best = found[0]
    assert best.spared == max(one.spared for one in found) > 0
    merged = merge(table, best.breakdown, dict.fromkeys(best.merged, best.into))
    assert hidden(table) - hidden(merged) == best.spared
    assert f"spares {best.spared} cells" in best.sentence


def test_only_neighbours_are_merged_where_codes_have_an_order():
    for one in alternatives([by_age()], Rule(), tries=40):
        if one.breakdown == "age":
            assert one.merged in (("10-11", "12-13"), ("12-13", "14-15"), ("14-15", "16-17"))


def test_coarser_areas_along_the_hierarchy():
    counts = {(f"w{i}", o): 3 + i for i in range(6) for o in ("x", "y")}
    parents = {f"w{i}": f"b{i // 3}" for i in range(6)}
    table = CountTable("t", ("area", "outcome"), counts, hierarchies={"area": parents})
    found = alternatives([table], Rule())
    coarser = [one for one in found if "one level coarser" in one.sentence]
    assert coarser
    assert coarser[0].hidden == 0
    merged = merge(table, "area", parents)
    assert merged.domains["area"] == ("b0", "b1")
    assert sum(merged.counts.values()) == sum(counts.values())


def test_a_breakdown_of_the_ledger_is_left_alone():
    table = by_age()
    ledger = [PublishedCell({"age": "10-11"}, sum(n for (_, age), n in table.counts.items() if age == "10-11"))]
    assert all(one.breakdown != "age" for one in alternatives([table], Rule(), ledger))


def test_codes_of_different_parents_are_not_merged():
    table = CountTable(
        "t", ("area",), {("w1",): 3, ("w2",): 9, ("w3",): 8}, hierarchies={"area": {"w1": "b1", "w2": "b1", "w3": "b2"}}
    )
    with pytest.raises(UserError, match="lies elsewhere"):
        merge(table, "area", {"w1": "m", "w3": "m"})


def test_nothing_is_proposed_where_nothing_is_hidden():
    assert alternatives([CountTable("t", ("a",), {("x",): 30, ("y",): 40, ("z",): 50})], Rule()) == []
