"""Random linked tables, judged by enumeration of every table that agrees with what is shown."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.engines.disclosure import TOTAL, CountTable, PublishedCell, Rule, Status, audit, protect

from .brute_force import intervals

ENUMERATED = 20_000
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def publications(draw):
    """Records with two or three breakdowns, some crossings of them as tables, and a rule."""
    sizes = draw(st.sampled_from([(2, 2), (2, 3), (3, 3), (2, 2, 2), (2, 2, 3)]))
    cells = int(np.prod(sizes))
    counts = draw(st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 4, 6, 9, 15]), min_size=cells, max_size=cells))
    names = ["a", "b", "c"][: len(sizes)]
    rows = [codes for codes, n in zip(np.ndindex(*sizes), counts, strict=True) for _ in range(n)]
    if not rows:
        rows = [(0,) * len(sizes)]
    records = pa.table({name: [f"{name}{row[i]}" for row in rows] for i, name in enumerate(names)})
    crossings = [c for k in range(1, len(names) + 1) for c in combinations(names, k)]
    chosen = draw(st.lists(st.sampled_from(crossings), min_size=1, max_size=3, unique=True))
    margins = draw(st.sampled_from([None, None, "none"]))
    tables = [
        CountTable.from_records(records, c, "-".join(c), margins=None if margins is None else [(c[0],)]) for c in chosen
    ]
    rule = Rule(threshold=draw(st.sampled_from([3, 5])), zeros_shown=draw(st.sampled_from([True, True, False])))
    return records, tables, rule


@SETTINGS
@given(publications())
def test_no_hidden_cell_can_be_worked_out(publication):
    records, tables, rule = publication
    safe = protect(tables, rule)
    assert safe.proved
    result = audit(safe, exact=True)
    assert result.safe
    found, complete = intervals(safe, cap=records.num_rows + 2 * rule.width, limit=ENUMERATED)
    for cell in result.cells:
        low, high = found[cell.table, cell.codes]
        needed = rule.width if cell.status == Status.HIDDEN_PRIMARY else 1
        if complete:
            assert high - low >= needed
            assert cell.high is None or high == cell.high
            assert low == cell.low
        else:
            assert cell.low <= low
            assert cell.high is None or high <= cell.high


@SETTINGS
@given(publications())
def test_what_is_shown_is_true_and_what_is_hidden_is_not_a_number(publication):
    records, tables, rule = publication
    safe = protect(tables, rule)
    columns = {name: records.column(name).to_pylist() for name in records.column_names}
    for table in safe:
        for cell in table.cells:
            truth = sum(
                all(
                    code in (TOTAL, columns[name][row]) for name, code in zip(table.dimensions, cell.codes, strict=True)
                )
                for row in range(records.num_rows)
            )
            if cell.status.hidden:
                assert cell.count is None
            else:
                assert cell.count == truth
                assert not rule.is_sensitive(truth)
                assert (cell.status is Status.TRUE_ZERO) == (truth == 0)
        assert table.to_arrow().column("count").null_count == sum(cell.status.hidden for cell in table.cells)


@SETTINGS
@given(publications(), st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_bytes(publication, random):
    _, tables, rule = publication
    shuffled = []
    for table in tables:
        items = list(table.counts.items())
        random.shuffle(items)
        shuffled.append(CountTable(table.name, table.dimensions, dict(items), margins=table.margins))
    random.shuffle(shuffled)
    one, other = protect(tables, rule), protect(shuffled, rule)
    assert one.certificate_json() == other.certificate_json()
    assert one.tables == other.tables


@SETTINGS
@given(publications(), st.data())
def test_a_past_release_never_opens_a_new_one(publication, data):
    """Protect a first table, then another of the same records with the first in the ledger; attack both together."""
    records, tables, rule = publication
    first = protect(tables[:1], rule)
    ledger = [
        PublishedCell(
            dict(zip(table.dimensions, cell.codes, strict=True)),
            cell.count,
            primary=cell.status is Status.HIDDEN_PRIMARY,
            release="first",
        )
        for table in first
        for cell in table.cells
    ]
    names = sorted(records.column_names)
    crossing = data.draw(st.sampled_from([c for k in range(1, len(names) + 1) for c in combinations(names, k)]))
    second = protect([CountTable.from_records(records, crossing, "second")], rule, ledger)
    result = audit(second, exact=True)
    if second.proved:
        assert result.safe
    else:
        # Only where the past leaves no room: what is unsafe must be so whatever the new table hides.
        assert second.certificate["method"]["unresolved"] or second.certificate["already_public"]
    found, complete = intervals(second, cap=records.num_rows + 2 * rule.width, limit=ENUMERATED)
    if complete and second.proved:
        for (name, codes), (low, high) in found.items():
            status = second[name][codes].status
            assert high - low >= (rule.width if status is Status.HIDDEN_PRIMARY else 1)
