"""Each kind of rule, and what the ledger may hold, on tables small enough to judge by eye or by enumeration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from childfirst.engines.disclosure import TOTAL, CountTable, PublishedCell, Rule, Status, audit, protect
from childfirst.engines.disclosure.contributions import upward_need
from childfirst.shared.errors import UserError

from .brute_force import intervals

ARRESTS = CountTable(
    "stops",
    ("area", "outcome"),
    {("A", "arrest"): 6, ("B", "arrest"): 5, ("B", "none"): 30, ("C", "arrest"): 9, ("C", "none"): 20},
    domains={"outcome": ["arrest", "none"]},
)
SPENDING = CountTable(
    "grants",
    ("borough", "purpose"),
    {("A", "mentor"): 1000, ("A", "sport"): 400, ("B", "mentor"): 700, ("B", "sport"): 900},
    contributions={
        ("A", "mentor"): {"s1": 950, "s2": 30, "s3": 20},
        ("A", "sport"): {"s1": 150, "s4": 130, "s5": 120},
        ("B", "mentor"): {"s6": 250, "s7": 230, "s8": 220},
        ("B", "sport"): {"s6": 300, "s7": 300, "s9": 300},
    },
)


def test_profiles_name_their_source():
    health = Rule.profile("health")
    assert (health.threshold, health.rounding, health.width) == (8, 5, 8)
    assert health.is_sensitive(7)
    assert not health.is_sensitive(8)
    assert "NHS Digital" in health.source
    schools = Rule.profile("schools", outcomes=("outcome",))
    assert [n for n in range(5) if schools.is_sensitive(n)] == [1, 2]
    assert schools.outcomes == ("outcome",)
    assert Rule.profile("default").as_json() == {**Rule().as_json(), "profile": "default"}
    with pytest.raises(UserError, match="no profile 'nobody'"):
        Rule.profile("nobody")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Rule(outcomes="outcome"), "list of names"),  # type: ignore[arg-type]
        (lambda: Rule(rounding=0), "at least 1"),
        (lambda: Rule(threshold=3, rounding=10), "would print a count of 3 as 0"),
        (lambda: Rule(dominance=(0, 50)), "Dominance"),
        (lambda: Rule(dominance=(1, 100)), "Dominance"),
        (lambda: Rule(p_percent=0), "between 0 and 100"),
        (lambda: PublishedCell({}, 5, rounding=0), "no base of rounding"),
        (lambda: CountTable("t", ("a",), {("x",): 3}, contributions={("x",): {"s": 2}}), "add up to its figure of 3"),
        (lambda: CountTable("t", ("a",), {("x",): 3}, contributions={("x",): {"s": 4, "r": -1}}), "none negative"),
        (lambda: protect([ARRESTS], Rule(p_percent=10)), "need tables with contributions"),
        (lambda: protect([SPENDING, ARRESTS], Rule(p_percent=10)), "Table stops has no contributions"),
        (lambda: protect([ARRESTS], budget=-1), "not below"),
        (lambda: protect([ARRESTS], weights={("stops", ("A", "arrest")): 0}), "above zero"),
        (lambda: protect([ARRESTS], weights={("stops", ("Z", "arrest")): 1}), "not published"),
    ],
)
def test_rules_that_make_no_sense_are_refused(build, message):
    with pytest.raises(UserError, match=message):
        build()


def test_a_group_whose_members_all_have_one_outcome_is_not_told_apart():
    plain = protect([ARRESTS])
    assert plain["stops"]["A", "none"].status is Status.TRUE_ZERO
    safe = protect([ARRESTS], Rule(outcomes=("outcome",)))
    assert safe.proved
    table = safe["stops"]
    assert table["A", "none"].status is Status.HIDDEN_PRIMARY
    assert table["A", "arrest"].count is None or table["A", TOTAL].count is None
    found, complete = intervals(safe, cap=80, limit=100_000)
    assert complete
    low, high = found["stops", ("A", "none")]
    assert (low, high >= 5) == (0, True)


def test_a_group_is_only_protected_along_breakdowns_that_are_outcomes():
    assert protect([ARRESTS], Rule(outcomes=("area",)))["stops"]["A", "none"].status is Status.TRUE_ZERO
    assert protect([ARRESTS], Rule(outcomes=("unknown",))).tables == protect([ARRESTS]).tables


def test_rounding_comes_after_hiding():
    table = CountTable("t", ("a",), {("w",): 3, ("x",): 23, ("y",): 8, ("z",): 0, ("v",): 47})
    exact = protect([table], Rule(threshold=8))
    safe = protect([table], Rule.profile("health"))
    assert safe.proved
    assert [c.status for c in safe["t"].cells] == [c.status for c in exact["t"].cells]
    shown = {c.codes[0]: c.count for c in safe["t"].cells if c.count is not None}
    assert all(count % 5 == 0 for count in shown.values())
    assert shown["z"] == 0
    assert shown["v"] == 45
    rule = safe.rule
    assert all(low <= n <= high for n in range(8, 60) for low, high in [rule.range_of(rule.rounded(n))])
    assert audit(safe).safe


def test_a_rounded_figure_of_the_past_is_known_within_its_range():
    table = CountTable("t", ("a",), {("x",): 3, ("y",): 23, ("z",): 30})
    past = [PublishedCell({}, 55, rounding=5, release="2025")]
    assert protect([table], ledger=past).proved
    with pytest.raises(UserError, match="correction"):
        protect([table], ledger=[PublishedCell({}, 50, rounding=5)])
    other = [PublishedCell({"b": "p"}, 30, rounding=5), PublishedCell({"b": "q"}, 25, rounding=5)]
    assert protect([table], ledger=other).proved
    with pytest.raises(UserError, match="contradict"):
        protect([table], ledger=[PublishedCell({"b": "p"}, 10, rounding=5), PublishedCell({"b": "q"}, 10, rounding=5)])


def test_the_published_examples_of_the_dominance_rules():
    """A cell of 950 + 30 + 20: the second contributor knows the first to within 2 per cent."""
    parts = SPENDING.contributions["A", "mentor"]
    assert upward_need(parts, Rule(p_percent=10)) == 95 - 20
    assert upward_need(parts, Rule(p_percent=2)) == 0
    assert upward_need(parts, Rule(dominance=(1, 80))) == 1188 - 1000
    assert upward_need(parts, Rule(dominance=(1, 96))) == 0
    assert upward_need({}, Rule(p_percent=10)) == 0


def test_dominated_cells_are_hidden_and_stay_wide():
    rule = Rule(p_percent=10)
    safe = protect([SPENDING], rule)
    assert safe.proved
    table = safe["grants"]
    assert table.magnitude
    assert table["A", "mentor"].status is Status.HIDDEN_PRIMARY
    assert table["A", "sport"].status is not Status.HIDDEN_PRIMARY
    cell = next(c for c in audit(safe, exact=True).cells if c.codes == ("A", "mentor"))
    assert cell.high is None or cell.high >= 1000 + 75


def test_a_figure_of_one_respondent_does_not_guard_against_that_respondent():
    """Row A: s1 alone makes up x, s2 alone makes up y. Each knows its own cell, so two hidden cells are not enough."""
    counts = {("A", "x"): 900, ("A", "y"): 800, ("A", "z"): 1000, ("B", "x"): 950, ("B", "y"): 990, ("B", "z"): 1020}
    one = {("A", "x"): {"s1": 900}, ("A", "y"): {"s2": 800}}
    parts = {
        key: one.get(key, {f"{key}{i}": n // 5 + (n % 5 if i == 0 else 0) for i in range(5)})
        for key, n in counts.items()
    }
    table = CountTable("t", ("a", "b"), counts, contributions=parts)
    rule = Rule(p_percent=10)
    plain, careful = protect([table], rule), protect([table], replace(rule, singletons=True))
    assert plain.proved
    assert careful.proved
    assert careful.hidden > plain.hidden
    # s1 knows A/x: with it shown, A/y must still be wide.
    cells = tuple(
        replace(c, count=900, status=Status.SHOWN) if c.codes == ("A", "x") else c for c in careful["t"].cells
    )
    known = replace(careful, tables=(replace(careful["t"], cells=cells),), rule=rule)
    cell = next(c for c in audit(known, exact=True).cells if c.codes == ("A", "y"))
    assert cell.high is None or cell.high >= 880


def test_a_correction_is_attacked_together_with_the_wrong_figures():
    """Area B was given as 9 and is 12: it was seen, so it cannot guard area A."""
    past = [
        PublishedCell({"area": "A"}, release="wrong", superseded=True),
        PublishedCell({"area": "B"}, 9, release="wrong", superseded=True),
        PublishedCell({"area": "C"}, release="wrong", superseded=True, primary=False),
        PublishedCell({}, 26, release="wrong", superseded=True),
    ]
    table = CountTable("t", ("area",), {("A",): 3, ("B",): 12, ("C",): 14})
    safe = protect([table], ledger=past)
    assert safe.proved
    assert safe["t"]["B",].count == 12
    assert safe["t"][TOTAL,].count == 29
    assert safe["t"]["C",].count is None
    small = CountTable("t", ("area",), {("A",): 3, ("B",): 2, ("C",): 14})
    again = protect([small], ledger=past)
    assert again["t"]["B",].status is Status.HIDDEN_PRIMARY


def test_cumulative_counts_only_grow():
    """12 up to March, 14 up to June: the 2 between are guarded like published ones; a fall is refused."""
    first = [PublishedCell({"area": a, "recorded": "q1"}, n) for a, n in (("A", 12), ("B", 15))]
    until = {"recorded": ("q1", "q2")}
    grown = CountTable("t", ("area",), {("A",): 14, ("B",): 40}, scope=until)
    safe = protect([grown], ledger=first)
    assert safe.proved
    assert safe["t"]["A",].count is None
    with pytest.raises(UserError, match="contradict"):
        protect([CountTable("t", ("area",), {("A",): 11, ("B",): 40}, scope=until)], ledger=first)


def test_weights_say_what_to_spare():
    counts = {(a, m): n for a, m, n in [("A", "1", 3), ("A", "2", 20), ("A", "3", 22), ("B", "1", 9), ("B", "2", 14)]}
    counts |= {("B", "3"): 17, ("C", "1"): 31, ("C", "2"): 33, ("C", "3"): 35}
    table = CountTable("t", ("area", "month"), counts)
    newest = {("t", (a, "3")): 9.0 for a in ("A", "B", "C", TOTAL)}
    oldest = {("t", (a, "2")): 9.0 for a in ("A", "B", "C", TOTAL)}
    spared = protect([table], weights=newest)
    assert all(spared["t"][a, "3"].count is not None for a in ("A", "B", "C", TOTAL))
    other = protect([table], weights=oldest)
    assert all(other["t"][a, "2"].count is not None for a in ("A", "B", "C", TOTAL))
    assert spared.proved
    assert spared.weighted_gap < 1e-6


def test_the_bound_is_reported():
    table = CountTable(
        "t", ("a", "b"), {(a, b): n for a, b, n in [("x", "p", 3), ("x", "q", 9), ("y", "p", 8), ("y", "q", 7)]}
    )
    safe = protect([table])
    assert (safe.hidden, safe.bound, safe.gap) == (4, 4, 0.0)
    rough = protect([table], budget=0)
    assert rough.proved
    assert rough.bound <= rough.hidden
