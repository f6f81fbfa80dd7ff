"""The attacker against plain enumeration: no interval too wide, none too narrow; and leaks that were planted."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.engines.disclosure import (
    TOTAL,
    Protection,
    PublishedCell,
    Rule,
    SafeCell,
    SafeTable,
    Status,
    audit,
)
from childfirst.engines.disclosure.evidence import Statements, recheck, upper_bound, weighted
from childfirst.engines.disclosure.programme import Programme
from childfirst.engines.disclosure.scene import Scene

from .brute_force import intervals

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SIZES = {"a": ["a0", "a1"], "b": ["b0", "b1", "b2"], "period": ["q1", "q2"]}


@st.composite
def faces(draw: st.DrawFn) -> Protection:
    """Publications hidden at random, well or badly: linked tables over two periods, one of them perhaps cumulative."""
    axes = draw(st.sampled_from([("a", "b"), ("a", "period"), ("a", "b", "period")]))
    counts = {codes: draw(st.integers(0, 3)) for codes in product(*(SIZES[axis] for axis in axes))}
    tables, ledger = [], []
    scopes = [["q1"], ["q1", "q2"]] if "period" in axes else [[]]
    for number, scope in enumerate(scopes):
        dims = tuple(axis for axis in axes if axis != "period")
        cells = []
        for codes in product(*([*SIZES[d], TOTAL] for d in dims)):
            at = dict(zip(dims, codes, strict=True))
            value = sum(
                n
                for where, n in counts.items()
                if all(
                    code in scope if axis == "period" else at[axis] in (TOTAL, code)
                    for axis, code in zip(axes, where, strict=True)
                )
            )
            hidden = draw(st.sampled_from([True, True, False]))
            primary = draw(st.booleans())
            status = Status.HIDDEN_PRIMARY if primary else Status.HIDDEN_SECONDARY
            cells.append(SafeCell(codes, None if hidden else value, status if hidden else Status.SHOWN))
        told = {"period": tuple(scope)} if scope else {}
        if number == 0 and len(scopes) == 2 and draw(st.booleans()):
            ledger = [
                PublishedCell(
                    {**told, **{d: c for d, c in zip(dims, cell.codes, strict=True) if c != TOTAL}},
                    cell.count,
                    primary=False,
                )
                for cell in cells
            ]
            continue
        tables.append(SafeTable(f"t{number}", dims, tuple(cells), {d: tuple(SIZES[d]) for d in dims}, {}, told))
    return Protection(tuple(tables), Rule(), tuple(ledger))


@SETTINGS
@given(faces())
def test_the_attack_finds_exactly_what_enumeration_finds(face):
    cap = 40
    found, complete = intervals(face, cap=cap, limit=20_000, steps=60_000)
    for cell in audit(face, exact=True).cells:
        if (cell.table, cell.codes) not in found:
            continue
        low, high = found[cell.table, cell.codes]
        assert cell.proved_low <= low
        if cell.proved_high is not None:
            assert cell.proved_high >= high
            assert cell.exact
            if complete:
                assert (cell.low, cell.high) == (low, high)
        elif complete:
            assert high >= cap


@SETTINGS
@given(faces())
def test_the_quick_attack_judges_like_the_exact_one(face):
    quick, exact = audit(face, exact=False), audit(face, exact=True)
    assert quick.safe == exact.safe
    assert {(b.table, b.codes) for b in quick.breaches} == {(b.table, b.codes) for b in exact.breaches}


def _face(
    name: str, dims: tuple[str, ...], cells: dict[tuple[str, ...], int | None], **scope: tuple[str, ...]
) -> SafeTable:
    domains = {d: tuple(sorted({codes[i] for codes in cells} - {TOTAL})) for i, d in enumerate(dims)}
    listed = tuple(
        SafeCell(codes, count, Status.HIDDEN_PRIMARY if count is None else Status.SHOWN)
        for codes, count in cells.items()
    )
    return SafeTable(name, dims, listed, domains, {}, scope)


def test_subtraction_in_one_table_is_found():
    table = _face("t", ("a",), {("x",): None, ("y",): 9, (TOTAL,): 12})
    (cell,) = audit(Protection((table,), Rule())).cells
    assert (cell.low, cell.high, cell.exact) == (3, 3, True)


def test_two_linked_tables_give_a_cell_away():
    """Each table by itself leaves room; together they do not."""
    one = _face("by-a", ("a",), {("x",): 5, ("y",): None, ("z",): None})
    two = _face(
        "by-ab",
        ("a", "b"),
        {(a, b): None if (a, b) != ("z", "1") else 7 for a in "xyz" for b in "12"}
        | {("y", TOTAL): 2, (TOTAL, TOTAL): 16},
    )
    joint = audit(Protection((one, two), Rule()), exact=True)
    assert any(b.table == "by-a" and b.codes == ("y",) and b.low == b.high == 2 for b in joint.breaches)
    alone = audit(Protection((one,), Rule()), exact=True)
    assert alone.safe


def test_two_quarters_give_a_cell_away():
    first = [PublishedCell({"a": a, "period": "q1"}, n) for a, n in {"x": 10, "y": 20}.items()]
    table = _face("year", ("a",), {("x",): None, ("y",): 20}, period=("q1", "q2"))
    result = audit(Protection((table,), Rule(), (*first, PublishedCell({"period": ("q1", "q2")}, 33))), exact=True)
    (cell,) = result.cells
    assert (cell.low, cell.high) == (13, 13)
    assert any(b.table == "remainder" and (b.low, b.high) == (3, 3) for b in result.breaches)


def test_cumulative_counts_only_grow():
    """The year so far cannot be less than its first quarter: a bound that neither figure gives by itself."""
    first = [PublishedCell({"a": "x", "period": "q1"}, 17), PublishedCell({"a": "y", "period": "q1"}, 0)]
    table = _face("year", ("a",), {("x",): None, ("y",): None, (TOTAL,): 20}, period=("q1", "q2"))
    result = audit(Protection((table,), Rule(), tuple(first)), exact=True)
    assert [(cell.low, cell.high) for cell in result.cells] == [(17, 20), (0, 3)]


def test_a_corrected_figure_is_no_equation():
    past = (PublishedCell({"a": "x"}, 9, superseded=True), PublishedCell({"a": "y"}, 20))
    table = _face("t", ("a",), {("x",): None, ("y",): 20, ("z",): None, (TOTAL,): 40})
    result = audit(Protection((table,), Rule(), past), exact=True)
    assert [(cell.low, cell.high) for cell in result.cells] == [(0, 20), (0, 20)]


def test_a_rounded_figure_is_a_range():
    table = _face("t", ("a",), {("x",): None, ("y",): 10, (TOTAL,): 20})
    (cell,) = audit(Protection((table,), Rule(rounding=5)), exact=True).cells
    assert (cell.low, cell.high) == (18 - 12, 22 - 8)


def test_everyone_in_a_group_with_one_outcome_is_a_breach():
    cells: dict[tuple[str, ...], int | None] = {("g", "arrest"): 8, ("g", "none"): 0, ("g", TOTAL): 8}
    cells |= {("h", "arrest"): 9, ("h", "none"): 7, ("h", TOTAL): 16}
    table = _face("t", ("group", "outcome"), cells)
    assert audit(Protection((table,), Rule())).safe
    result = audit(Protection((table,), Rule(outcomes=("outcome",))))
    assert [(b.table, b.codes) for b in result.breaches] == [("group", ("t", "g", TOTAL))]
    hidden = _face("t", ("group", "outcome"), cells | {("g", "arrest"): None, ("g", "none"): None})
    assert audit(Protection((hidden,), Rule(outcomes=("outcome",)))).safe


def test_without_any_total_there_is_no_upper_bound():
    table = _face("t", ("a", "b"), {(a, b): None for a in "xy" for b in "12"})
    result = audit(Protection((table,), Rule()), exact=True)
    assert result.safe
    assert all(cell.low == 0 and cell.high is None for cell in result.cells)


def test_figures_that_contradict_each_other_only_together_are_refused():
    one = _face("one", ("a",), {("x",): 5, ("y",): 6})
    two = _face("two", ("a", "b"), {("x", "1"): 2, ("x", "2"): 2, ("y", "1"): 3, ("y", "2"): 3})
    with pytest.raises(Exception, match="contradict"):
        audit(Protection((one, two), Rule()))


def test_bounds_are_proved_again_from_their_weights_alone():
    """Every linear bound that the attack used is worked out again in whole numbers, from the weights that it kept."""
    proofs = 0
    shape = (6, 6, 4)
    for seed in range(1, 5):
        random = np.random.default_rng(seed)
        counts = random.poisson(4, shape)
        cells: dict[tuple[str, ...], int | None] = {}
        for codes in product(*([*(f"{d}{i}" for i in range(n)), TOTAL] for d, n in zip("abc", shape, strict=True))):
            where = tuple(slice(None) if code == TOTAL else int(code[1:]) for code in codes)
            cells[codes] = None if TOTAL not in codes and random.random() < 0.5 else int(counts[where].sum())
        scene = Scene(Protection((_face("t", ("a", "b", "c"), cells),), Rule()))
        rows = [row for *_, row in scene.hidden]
        programme = Programme(scene.system, rows, None, ([], []))
        programme.bound(dict.fromkeys(rows, 5), True)
        for piece in programme.pieces:
            for (part, sign), bound in piece.proofs.items():
                assert recheck(piece.statements, sign * piece.goal(part), bound)
                proofs += 1
    assert proofs


def test_any_weights_give_a_true_bound_and_wrong_ones_only_a_weak_one():
    from scipy import sparse

    rows = sparse.csr_matrix(np.array([[1, 1, 0], [0, 1, 1]]))
    ends = np.array([5, 7])
    statements = Statements(rows, ends, ends, np.zeros(3, np.int64), np.full(3, 7))
    goal = np.array([1, 0, 0])
    solutions = [x for x in product(range(8), repeat=3) if (rows @ np.array(x) == ends).all()]
    best = max(x[0] for x in solutions)
    for weights in product(range(-2, 3), repeat=2):
        value = weighted(statements, goal, np.array(weights), 2)
        assert value is not None
        assert value >= best
    found = upper_bound(statements, goal, np.array([1.0000001, 0.0]))
    assert found is not None
    assert found.whole == best
