"""Rows that say the same are solved once, what is remembered is bounded, and an index travels as bytes."""

from __future__ import annotations

import ast
import pickle
from importlib import resources
from typing import Any

import pytest

from childfirst.engines.linkage import Register, memory, packaged
from childfirst.engines.linkage.matching import match_register
from childfirst.shared.errors import UserError

ROWS: list[dict[str, Any]] = [
    {"id": "a", "mention": "larkfield prim", "lat": 51.5, "lon": -0.1},
    {"id": "b", "mention": "quillon"},
    {"id": "c", "mention": "larkfield prim", "lat": 51.5, "lon": -0.1},
    {"id": "d", "mention": "larkfield prim", "lat": 51.52, "lon": -0.1},
]


def test_repeats_share_an_answer_and_contexts_do_not(register_rows: list[dict[str, Any]]) -> None:
    register = Register.build(register_rows)
    table = register.match(ROWS)
    assert table.row[0] == table.row[2] != table.row[3]
    assert [match.id for match in table] == ["a", "b", "c", "d"]
    assert table[0].candidates == table[2].candidates
    again = register.match(ROWS[::-1])
    assert again.solved is table.solved
    assert list(again)[::-1] == list(table)
    assert table.to_arrow().to_pylist()[2]["candidates"] == table.to_arrow().to_pylist()[0]["candidates"]


def test_ten_thousand_identical_strings_are_one_answer(register: Register) -> None:
    table = register.match([{"id": i, "mention": "Larkfield Primary School"} for i in range(10_000)])
    assert len(set(table.row.tolist())) == 1
    assert table.counts()["accept"] in (0, 10_000)
    assert table.to_arrow().num_rows == 10_000


def test_a_full_memory_starts_anew_and_tables_keep_theirs(
    register_rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "KEPT_ROWS", 2)
    register = Register.build(register_rows)
    first = register.match(ROWS)
    before = list(first)
    second = register.match([{"id": "e", "mention": "tamsin grove girls"}])
    assert second.solved is not first.solved
    assert list(first) == before
    assert list(register.match(ROWS)) == before


def test_precisions_and_models_do_not_share_answers(register: Register) -> None:
    rows = [{"id": "a", "mention": "st brides catholic primary"}]
    sure = register.match(rows, precision=0.9999)[0]
    assert sure.decision != "accept"
    assert register.match(rows, precision=0.8)[0].probability == sure.probability
    other = match_register(rows, register, model=packaged())
    assert list(other) == list(register.match(rows))


def test_progress_is_told_in_rows(register_rows: list[dict[str, Any]]) -> None:
    register = Register.build(register_rows)
    told: list[int] = []
    match_register(ROWS, register, on_progress=told.append)
    match_register(ROWS, register, on_progress=told.append)
    assert sum(told) == 2 * len(ROWS)


def test_weights_share_a_mention_out(register: Register) -> None:
    table = register.match([{"id": "a", "mention": "st brides"}, {"id": "b", "mention": "n/a"}])
    weights = table[0].weights()
    assert sum(weights.values()) == pytest.approx(1 - table[0].p_none)
    assert {"3", "4"} <= set(weights)
    frame = table.fractional()
    assert frame.columns == ["id", "urn", "borough", "weight"]
    assert frame.filter(frame["id"] == "a")["weight"].sum() == pytest.approx(sum(weights.values()))
    assert frame.filter(frame["id"] == "b").height == 0


def test_an_index_travels_as_bytes_and_in_pickles(register: Register) -> None:
    packed = register.to_bytes()
    for other in (Register.from_bytes(packed), pickle.loads(pickle.dumps(register))):  # noqa: S301 - made a line above
        assert other.fingerprint == register.fingerprint
        assert list(other.match(ROWS)) == list(register.match(ROWS))
    with pytest.raises(UserError, match="not a register index"):
        Register.from_bytes(b"something else")


def test_another_register_has_another_fingerprint(register_rows: list[dict[str, Any]]) -> None:
    plain = Register.build(register_rows)
    moved = Register.build([{**row, "lat": 51.0} if row["urn"] == 1 else row for row in register_rows])
    assert plain.fingerprint == Register.build(register_rows[::-1]).fingerprint
    assert plain.fingerprint != moved.fingerprint


def test_the_files_of_the_engine_import_each_other_in_no_circle() -> None:
    package = "childfirst.engines.linkage"
    files = {
        f.name[:-3]: f.read_text(encoding="utf-8") for f in resources.files(package).iterdir() if f.name.endswith(".py")
    }
    needs: dict[str, set[str]] = {}
    for name, source in files.items():
        found: set[str] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(package):
                rest = node.module[len(package) + 1 :]
                found |= {rest} if rest else {alias.name for alias in node.names}
        needs[name] = {other for other in found if other in files and other != "__init__"}

    def reaches(name: str, seen: frozenset[str]) -> None:
        assert name not in seen, f"{name} imports itself by way of {sorted(seen)}"
        for other in needs[name]:
            reaches(other, seen | {name})

    for name in files:
        if name != "__init__":
            reaches(name, frozenset())
