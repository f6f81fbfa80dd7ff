"""What was published before is known to the attacker."""

from __future__ import annotations

import pytest

from childfirst.engines.disclosure import TOTAL, CountTable, PublishedCell, Rule, Status, audit, protect
from childfirst.engines.disclosure.protection import Protection
from childfirst.shared.errors import UserError

TABLE = CountTable("t", ("area",), {("A",): 3, ("B",): 9, ("C",): 14})


def test_a_total_that_was_published_cannot_guard_anything():
    alone = protect([TABLE])
    with_past = protect([TABLE], ledger=[PublishedCell({"area": TOTAL}, 26)])
    assert with_past.proved
    assert with_past["t"]["A",].count is None
    assert with_past["t"][TOTAL,].count == 26
    assert alone.proved


def test_a_figure_known_from_the_past_is_no_guard():
    safe = protect([TABLE], ledger=[PublishedCell({}, 26), PublishedCell({"area": "B"}, 9)])
    assert safe.proved
    assert safe["t"]["B",].status is Status.SHOWN
    assert safe["t"]["C",].status is Status.HIDDEN_SECONDARY


def test_a_small_count_that_is_out_cannot_be_called_back():
    safe = protect([TABLE], ledger=[PublishedCell({"area": "A"}, 3, release="2025 Q4")])
    assert not safe.proved
    assert safe.certificate["already_public"] == 1
    assert safe["t"]["A",].count is None
    assert audit(safe).breaches[0].reason == "its count can be worked out"


def test_a_past_that_leaves_no_room_is_not_called_safe():
    past = [PublishedCell({}, 26), PublishedCell({"area": ("B", "C")}, 23)]
    safe = protect([TABLE], ledger=past)
    assert not safe.proved
    assert safe.certificate["method"]["unresolved"] == 1


def test_a_contradiction_with_the_ledger_is_refused():
    with pytest.raises(UserError, match="The ledger says 25 for the grand total in release 2025 Q4, but it is 26 now"):
        protect([TABLE], ledger=[PublishedCell({}, 25, release="2025 Q4")])


def test_what_was_hidden_before_stays_hidden():
    """Ward A1's count was hidden in the past; showing the other wards of A now would give it away."""
    wards = {"A1": "A", "A2": "A", "A3": "A"}
    now = CountTable("t", ("ward",), {("A1",): 2, ("A2",): 30, ("A3",): 41}, hierarchies={"ward": wards})
    safe = protect([now], ledger=[PublishedCell({"ward": "A1"}), PublishedCell({}, 73)])
    assert safe.proved
    assert safe["t"]["A1",].count is None
    assert [safe["t"][w,].count for w in ("A2", "A3")].count(None) == 1

    coarse = CountTable("c", ("group",), {("g",): 30, ("h",): 43})
    other = protect(
        [coarse], ledger=[PublishedCell({"group": "g", "kind": "k1"}), PublishedCell({"group": "g", "kind": "k2"}, 28)]
    )
    assert other.proved
    assert other["c"]["g",].count is None


@pytest.mark.parametrize("later", [14, 20])
def test_two_year_to_date_figures_do_not_give_a_quarter_away(later):
    """Jan-Mar 12 was published. Jan-Jun 14 would tell that Apr-Jun had 2; 20 tells only 8."""
    quarter, half = ("01", "02", "03"), ("01", "02", "03", "04", "05", "06")
    past = [
        PublishedCell({"month": quarter, "area": area}, count) for area, count in (("A", 12), ("B", 15), (TOTAL, 27))
    ]
    now = CountTable("t", ("area",), {("A",): later, ("B",): 26}, scope={"month": half})
    safe = protect([now], ledger=past)
    assert safe.proved
    assert (safe["t"]["A",].count is None) == (later == 14)
    careless = Protection(protect([now]).tables, Rule(), tuple(past))
    found = audit(careless).breaches
    assert bool(found) == (later == 14)
    if found:
        assert "overlapping" in found[0].reason
        assert (found[0].low, found[0].high) == (2, 2)
