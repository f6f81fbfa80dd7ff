"""What goes to the disclosure engine, and what comes back: properties over made-up tables."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.engines.disclosure import CountTable, Rule
from childfirst.engines.estimation import wilson
from childfirst.measures.definition import Breakdown
from childfirst.measures.queries import definition
from childfirst.measures.results import CompletenessResult, MeasureResult
from childfirst.release import linking, protection
from childfirst.release.counting import count_tables
from childfirst.release.protection import PublicTable, attacked, protect_results
from childfirst.shared.errors import UserError

MONTHS = ("2018-01", "2018-02")
OUTCOMES = ("no_further_action", "arrest", "not_recorded")
GROUPS = ("white", "black", "not_recorded")
AREAS = ("A", "B", "C")


def result_of(counts: list[int], ages: list[int]) -> MeasureResult:
    """A result of the outcome measure over three areas, three groups and three outcomes, with ages by two months."""
    plan = definition("child-search-outcomes")
    crossings = [(a, g, o) for a in AREAS for g in GROUPS for o in OUTCOMES]
    cells = pa.table(
        {
            "borough": [c[0] for c in crossings],
            "self_defined_group": [c[1] for c in crossings],
            "outcome": [c[2] for c in crossings],
            "count": pa.array(counts, pa.int64()),
        }
    )
    bands = [(m, band) for m in MONTHS for band in ("10-17", "18-24", "not_recorded")]
    total = sum(counts)
    # Children of the second month are what is left, so that the two tables agree.
    first = min(ages[0], total)
    numbers = [first, ages[1], ages[2], total - first, ages[3], ages[4]]
    age_table = pa.table(
        {"month": [b[0] for b in bands], "age_band": [b[1] for b in bands], "count": pa.array(numbers, pa.int64())}
    )
    scope = {"kind": ("stop_and_search",)}
    return MeasureResult(
        definition=plan,
        months=MONTHS,
        missing_months=(),
        cells=cells,
        table=cells,
        labels={
            "borough": {a: a for a in AREAS},
            "self_defined_group": {g: g for g in GROUPS},
            "outcome": {o: o for o in OUTCOMES},
        },
        scope={**scope, "age_band": ("10-17",)},
        completeness=(CompletenessResult(plan.completeness[0], age_table),),
        completeness_scope=(scope,),
        codes={
            "kind": frozenset({"stop_and_search", "engagement"}),
            "age_band": frozenset({"10-17", "18-24", "not_recorded"}),
        },
        fingerprints=dict.fromkeys(MONTHS, "0"),
    )


SMALL_COUNTS = st.lists(st.integers(0, 12), min_size=27, max_size=27)
AGES = st.lists(st.integers(0, 60), min_size=5, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(counts=SMALL_COUNTS, ages=AGES)
def test_rates_come_from_shown_cells_alone_and_hidden_is_never_zero(counts: list[int], ages: list[int]) -> None:
    try:
        protected = protect_results([result_of(counts, ages)])
    except UserError as error:
        assert "refused" in error.sentence  # noqa: PT017
        return
    for table in protected.tables:
        check_rows(table)


def check_rows(table: PublicTable) -> None:
    at = {column.name: place for place, column in enumerate(table.columns)}
    for row in table.rows:
        count, total = row[at["count"]], row[at["denominator"]]
        for number, status in ((count, row[at["status"]]), (total, row[at["denominator_status"]])):
            assert (number is None) == (status in ("hidden", "not_known"))
            assert (number == 0) == (status == "zero")
            assert number is None or number == 0 or number >= 5
        rate = row[at["rate"]]
        if count is None or total is None or total == 0:
            assert rate is None
            assert row[at["lower"]] is None
            assert row[at["upper"]] is None
        else:
            low, high = wilson([count], [total])
            assert rate == pytest.approx(count / total, abs=1e-6)
            assert row[at["lower"]] == pytest.approx(low[0], abs=1e-6)
            assert row[at["upper"]] == pytest.approx(high[0], abs=1e-6)


def test_a_breach_found_by_the_attack_refuses_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """A protector that hides only the small cells themselves is caught: nothing goes out."""
    from childfirst.engines.disclosure import Protection, SafeCell, SafeTable, Status

    def weak(tables: list[CountTable], rule: Rule, ledger: Any, **options: Any) -> Protection:
        safe = []
        for table in tables:
            cells = []
            for cell in honest([table], rule, ())[table.name].cells:
                true = _true(table, cell.codes)
                small = 0 < true < rule.threshold
                status = Status.HIDDEN_PRIMARY if small else Status.SHOWN if true else Status.TRUE_ZERO
                cells.append(SafeCell(cell.codes, None if small else true, status))
            safe.append(
                SafeTable(table.name, table.dimensions, tuple(cells), table.domains, table.hierarchies, table.scope)
            )
        return Protection(tuple(safe), rule, (), {"proved": True, "attacker": [], "method": {}, "published_sha256": ""})

    honest = protection.protect
    monkeypatch.setattr(protection, "protect", weak)
    counts = [20] * 27
    counts[0] = 2
    with pytest.raises(UserError, match="attack on the protected tables found"):
        attacked(protect_results([result_of(counts, [300, 50, 50, 50, 50])]))


def _true(table: CountTable, codes: tuple[str, ...]) -> int:
    return sum(
        count
        for crossing, count in table.counts.items()
        if all(code in ("Total", own) for code, own in zip(codes, crossing, strict=True))
    )


def test_tables_of_different_records_are_kept_apart_with_their_common_margins_shown() -> None:
    tables = count_tables([result_of([20] * 27, [300, 50, 50, 50, 50])])
    groups, obstacles = linking.group(tables, Rule())
    assert obstacles == []
    assert [group.names for group in groups] == [
        ("child-search-outcomes",),
        ("child-search-outcomes-age-band-by-month",),
    ]
    fixed = {cell.count for group in groups for cell in group.fixed.values()}
    assert 27 * 20 in fixed


def test_a_completeness_table_that_would_give_something_away_is_left_out() -> None:
    """Three children in all: the total that both tables have is too small to be shown, so the table beside is left out."""
    protected = protect_results([result_of([0] * 26 + [3], [0, 50, 50, 50, 50])])
    assert list(protected.left_out) == ["child-search-outcomes-age-band-by-month"]
    assert [table.name for table in protected.tables] == ["child-search-outcomes"]


@pytest.mark.parametrize("refused", ["child-search-outcomes", "child-search-outcomes-age-band-by-month"])
def test_a_completeness_table_that_cannot_be_protected_is_left_out_and_a_measure_is_refused(
    refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a month in which three searches have no age: the margins that other tables show would give the three away."""
    honest = protection._protect_group

    def strict(group: linking.Group, *more: Any) -> protection.Part:
        if refused in group.names:
            raise UserError("The release was refused.")
        return honest(group, *more)

    monkeypatch.setattr(protection, "_protect_group", strict)
    results = [result_of([20] * 27, [300, 50, 50, 50, 50])]
    if refused == "child-search-outcomes":
        with pytest.raises(UserError, match="refused"):
            protect_results(results)
    else:
        protected = protect_results(results)
        assert list(protected.left_out) == [refused]
        assert [table.name for table in protected.tables] == ["child-search-outcomes"]


def test_a_difference_that_is_too_small_is_an_obstacle() -> None:
    whole = CountTable("all", ("month",), {("1",): 40, ("2",): 30}, scope={"kind": ("a", "b")})
    part = CountTable("part", ("month",), {("1",): 38, ("2",): 20}, scope={"kind": ("a",)})
    _, obstacles = linking.group([whole, part], Rule())
    assert [obstacle.reason for obstacle in obstacles] == [
        "subtracting one from the other gives a count that is too small to be shown"
    ]
    assert "38" not in obstacles[0].reason + obstacles[0].where


def test_tables_of_the_same_records_go_together() -> None:
    one = CountTable("one", ("month", "team"), {("1", "x"): 9}, scope={"kind": ("a",)})
    other = CountTable("other", ("month", "outcome"), {("1", "y"): 9}, scope={"kind": ("a",)})
    groups, obstacles = linking.group([one, other], Rule())
    assert [group.names for group in groups] == [("one", "other")]
    assert obstacles == []


def test_measures_that_fold_a_field_differently_are_refused() -> None:
    result = result_of([20] * 27, [300, 50, 50, 50, 50])
    import dataclasses

    plan = dataclasses.replace(result.definition, id="other", answers=Breakdown("outcome", "Outcome"), completeness=())
    other = dataclasses.replace(result, definition=plan, completeness=(), completeness_scope=())
    with pytest.raises(UserError, match="together differently"):
        count_tables([result, other])


def test_a_month_without_ages_has_no_true_zeros() -> None:
    protected = protect_results([result_of([20] * 27, [540, 60, 60, 0, 70])])
    table = next(table for table in protected.tables if table.name.endswith("by-month"))
    at = {column.name: place for place, column in enumerate(table.columns)}
    rows = {(row[at["month"]], row[at["age_band"]]): row for row in table.rows}
    # In February every search is without an age: nobody knows how many were of children.
    blind = rows["2018-02", "18-24"]
    assert (blind[at["count"]], blind[at["status"]]) == (None, "not_known")
    assert (blind[at["rate"]], blind[at["rate_status"]]) == (None, "not_known")
    assert rows["2018-02", "not_recorded"][at["count"]] == 70
