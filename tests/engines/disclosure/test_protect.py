from __future__ import annotations

import json

import pyarrow as pa
import pytest

from childfirst.engines.disclosure import TOTAL, CountTable, PublishedCell, Rule, Status, audit, protect
from childfirst.shared.errors import UserError

TABLE = CountTable(
    "stops",
    ("area", "outcome"),
    {("A", "x"): 3, ("A", "y"): 20, ("B", "x"): 9, ("B", "y"): 14, ("C", "x"): 0, ("C", "y"): 40},
)


def test_a_small_count_is_hidden_with_what_guards_it():
    safe = protect([TABLE])
    table = safe["stops"]
    assert table["A", "x"].status is Status.HIDDEN_PRIMARY
    assert table["C", "x"].status is Status.TRUE_ZERO
    assert table["C", "x"].count == 0
    assert table[TOTAL, TOTAL].count == 86
    assert table.tally() == {"shown": 7, "hidden_primary": 1, "hidden_secondary": 3, "true_zero": 1}
    assert safe.proved
    with pytest.raises(KeyError):
        safe["other"]


def test_nothing_small_hides_nothing():
    safe = protect([CountTable("t", ("a",), {("x",): 7, ("y",): 8})])
    assert safe["t"].tally()["shown"] == 3
    assert safe.proved


def test_a_crossing_that_is_missing_is_a_true_zero():
    safe = protect([CountTable("t", ("a",), {("x",): 7}, domains={"a": ["x", "y"]})])
    assert safe["t"]["y",].status is Status.TRUE_ZERO


def test_zeros_can_be_protected():
    safe = protect([TABLE], Rule(zeros_shown=False))
    assert safe["stops"]["C", "x"].count is None
    assert safe["stops"]["C", "x"].status is Status.HIDDEN_PRIMARY
    assert safe.proved


def test_a_lonely_small_total_hides_itself():
    safe = protect([CountTable("t", ("a",), {("x",): 2, ("y",): 1})])
    assert all(cell.count is None for cell in safe["t"].cells)
    assert safe.proved
    assert all(cell.high is None for cell in audit(safe).cells)


def test_only_the_margins_asked_for_are_published():
    table = CountTable("t", TABLE.dimensions, TABLE.counts, margins=[("area",), ()])
    published = {cell.codes for cell in protect([table])["t"].cells}
    assert ("A", TOTAL) in published
    assert (TOTAL, TOTAL) in published
    assert (TOTAL, "x") not in published


def test_hierarchies_publish_subtotals_and_link_tables():
    parents = {"w1": "Hackney", "w2": "Hackney", "w3": "Brent", "w4": "Brent"}
    wards = CountTable(
        "wards",
        ("area", "age"),
        {
            (w, a): n
            for w, a, n in [
                ("w1", "10", 2),
                ("w1", "11", 9),
                ("w2", "10", 8),
                ("w2", "11", 7),
                ("w3", "10", 12),
                ("w3", "11", 3),
                ("w4", "10", 6),
                ("w4", "11", 30),
            ]
        },
        hierarchies={"area": parents},
    )
    boroughs = CountTable("boroughs", ("area",), {("Hackney",): 26, ("Brent",): 51})
    safe = protect([wards, boroughs])
    assert safe.proved
    assert safe["wards"]["Hackney", TOTAL].status == safe["boroughs"]["Hackney",].status
    assert safe["wards"]["w1", "10"].status is Status.HIDDEN_PRIMARY
    assert audit(safe, exact=True).safe
    wrong = CountTable("boroughs", ("area",), {("Hackney",): 27, ("Brent",): 50})
    with pytest.raises(UserError, match="disagree at area"):
        protect([wards, wrong])


def test_linked_tables_hide_the_same_cell_together():
    rows = [("A", "x", "m")] * 3 + [("A", "y", "f")] * 9 + [("B", "x", "f")] * 9 + [("B", "y", "m")] * 12
    records = pa.table({"area": [r[0] for r in rows], "outcome": [r[1] for r in rows], "gender": [r[2] for r in rows]})
    tables = [
        CountTable.from_records(records, dims, "-".join(dims)) for dims in (("area", "outcome"), ("area", "gender"))
    ]
    safe = protect(tables)
    assert safe.proved
    first, second = safe.tables
    for area in ("A", "B", TOTAL):
        assert first[area, TOTAL] == second[area, TOTAL] or first[area, TOTAL].count == second[area, TOTAL].count


def test_three_tables_that_are_safe_alone_but_not_together():
    """Each pair of breakdowns alone leaves room; all three fix the joint table (a known trap of linked tables)."""
    rows = {("a0", "b0", "c0"): 2, ("a0", "b1", "c1"): 9, ("a1", "b0", "c1"): 8, ("a1", "b1", "c0"): 7}
    records = pa.table(
        {name: [key[i] for key, n in rows.items() for _ in range(n)] for i, name in enumerate(("a", "b", "c"))}
    )
    tables = [CountTable.from_records(records, d, "".join(d)) for d in (("a", "b"), ("b", "c"), ("a", "c"))]
    safe = protect(tables)
    assert safe.proved
    assert audit(safe, exact=True).recovered == 0


def test_the_certificate_is_canonical_and_holds_no_hash_of_hidden_counts():
    safe = protect([TABLE])
    certificate = json.loads(safe.certificate_json())
    assert certificate["proved"] is True
    assert certificate["attack"]["breaches"] == 0
    assert certificate["rule"] == {"threshold": 5, "interval": 5, "zeros_shown": True}
    assert {key for key in certificate if key.endswith("sha256")} == {
        "published_sha256",
        "rule_sha256",
        "ledger_sha256",
    }
    # Another truth with the same published face must have the same certificate.
    twin = dict(TABLE.counts)
    for codes, step in {("A", "x"): 1, ("A", "y"): -1, ("B", "x"): -1, ("B", "y"): 1}.items():
        twin[codes] += step
    again = protect([CountTable("stops", TABLE.dimensions, twin)])
    assert again.tables == safe.tables
    assert json.loads(again.certificate_json())["published_sha256"] == certificate["published_sha256"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: CountTable("t", ("a",), {("x",): -1}), "whole numbers"),
        (lambda: CountTable("t", ("a",), {("x",): 1.5}), "whole numbers"),
        (lambda: CountTable("t", ("a",), {("x",): None}), "unknown count is not zero"),
        (lambda: CountTable("t", ("a",), {("x", "y"): 1}), "one category for each"),
        (lambda: CountTable("t", ("a",), {("total",): 1}), "kept for margins"),
        (lambda: CountTable("t", ("a",), {("",): 1}), "without a category"),
        (lambda: CountTable("t", ("a",), {("z",): 1}, domains={"a": ["x"]}), "its domain lacks"),
        (lambda: CountTable("t", ("a",), {}), "no category"),
        (lambda: CountTable("t", ("a", "a"), {}), "named once"),
        (lambda: CountTable("t", ("a",), {("x",): 1}, margins=[("b",)]), "not a breakdown"),
        (lambda: CountTable("t", ("a",), {("x",): 1}, hierarchies={"a": {"x": "y", "y": "x"}}), "beside|circle"),
        (lambda: CountTable("t", ("a",), {("x",): 1, ("p",): 2}, hierarchies={"a": {"x": "p"}}), "part of it"),
        (lambda: CountTable("t", ("a",), {("x",): 1}, domains={"b": ["x"]}), "not one of its breakdowns"),
        (lambda: Rule(threshold=1), "at least 2"),
        (lambda: Rule(interval=0), "at least 1"),
        (lambda: PublishedCell({}, -1), "not a count"),
        (lambda: protect([]), "no table"),
        (lambda: protect([TABLE, TABLE]), "same name"),
        (lambda: CountTable.from_records(pa.table({"a": ["x", None]}), ["a"], "t"), "is empty in 1 rows"),
        (lambda: CountTable.from_records(pa.table({"a": ["x"]}), ["b"], "t"), "no column"),
        (lambda: CountTable.from_records(pa.table({"a": ["x"], "n": [None]}), ["a"], "t", count="n"), "no count"),
        (lambda: CountTable.from_records(pa.table({"a": ["x"], "n": [-3]}), ["a"], "t", count="n"), "negative"),
        (lambda: CountTable.from_records(pa.table({"a": ["x"], "n": [0.5]}), ["a"], "t", count="n"), "whole numbers"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(build, message):
    with pytest.raises(UserError, match=message) as refusal:
        build()
    assert refusal.value.sentence.endswith(".")


def test_tables_that_contradict_each_other_are_refused():
    one = CountTable("one", ("a",), {("x",): 7, ("y",): 8})
    with pytest.raises(UserError, match="Tables one and two disagree"):
        protect([one, CountTable("two", ("a",), {("x",): 7, ("y",): 9})])
    with pytest.raises(UserError, match="'z', which table one lacks"):
        protect([one, CountTable("two", ("a",), {("x",): 7, ("y",): 8, ("z",): 1})])


def test_pairs_that_no_records_can_have_are_refused():
    """Each two of these agree on their common margins, but no table of three breakdowns has all of them."""
    pair = {("0", "0"): 5, ("1", "1"): 5}
    odd = {("0", "1"): 5, ("1", "0"): 5}
    tables = [CountTable("ab", ("a", "b"), pair), CountTable("bc", ("b", "c"), pair), CountTable("ac", ("a", "c"), odd)]
    with pytest.raises(UserError, match="contradict each other"):
        protect(tables)


def test_counting_records_with_weights():
    records = pa.table({"a": ["x", "x", "y"], "n": [2, 3, 4]})
    assert CountTable.from_records(records, ["a"], "t", count="n").counts == {("x",): 5, ("y",): 4}
    assert CountTable.from_records(records, ["n"], "t").counts == {("2",): 1, ("3",): 1, ("4",): 1}
