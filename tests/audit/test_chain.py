"""The trail: sealed, in order, and not to be changed, by hand or by many writers at once."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from childfirst.audit import triggers
from childfirst.audit.actions import ACTIONS, Unaudited, action, note, note_reading, witness
from childfirst.audit.actors import System
from childfirst.audit.models import Event, Head
from childfirst.audit.origin import Origin, coming_from
from childfirst.audit.queries import verify
from childfirst.audit.rules import EMPTY_HASH, check_data, find_breaks, seal
from tests.audit import writers
from tests.conftest import ROOT

pytestmark = pytest.mark.database
SYSTEM = System("a test")


@pytest.fixture(autouse=True)
def _own_actions() -> Iterator[None]:
    before = dict(ACTIONS)
    yield
    ACTIONS.clear()
    ACTIONS.update(before)


def chain(length: int) -> list[dict[str, object]]:
    """A sound chain of events as plain rows."""
    rows, previous = [], EMPTY_HASH
    for number in range(1, length + 1):
        row = {
            "number": number, "id": f"{number:026}", "at": dt.datetime(2026, 3, 27, 16, 5, tzinfo=dt.UTC),
            "actor": "audit.system:a-test", "actor_name": "a test", "name": "test.thing.do", "subject": "test.thing:1",
            "reason": "", "data": {"n": number}, "door": "code", "request_id": "", "address": "", "previous_hash": previous,
        }  # fmt: skip
        row["hash"] = previous = seal(row)
        rows.append(row)
    return rows


def test_sound_chain_has_no_breaks() -> None:
    rows = chain(5)
    assert find_breaks(rows, 5, rows[-1]["hash"]) == []
    assert find_breaks([], 0, EMPTY_HASH) == []


@given(
    length=st.integers(2, 8),
    where=st.integers(0, 7),
    column=st.sampled_from(["actor", "data", "at", "reason", "subject"]),
)
def test_any_altered_row_is_found(length: int, where: int, column: str) -> None:
    rows = copy.deepcopy(chain(length))
    row = rows[where % length]
    row[column] = {"data": {"n": 0}, "at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}.get(column, "something else")
    found = find_breaks(rows, length, rows[-1]["hash"])
    assert [b.number for b in found] == [row["number"]]
    assert "altered" in found[0].reason


@given(length=st.integers(2, 8), where=st.integers(0, 7))
def test_any_removed_row_is_found(length: int, where: int) -> None:
    rows = chain(length)
    head = rows[-1]["hash"]
    gone = rows.pop(where % length)
    assert gone["number"] in [b.number for b in find_breaks(rows, length, head)]


def test_a_row_resealed_after_a_change_breaks_the_next() -> None:
    rows = copy.deepcopy(chain(4))
    rows[1]["reason"] = "never said"
    rows[1]["hash"] = seal(rows[1])
    found = find_breaks(rows, 4, rows[-1]["hash"])
    assert [b.number for b in found] == [3]
    assert "does not follow" in found[0].reason


@pytest.mark.parametrize("value", [1.5, 2.0, 1e22, 1e-7, -0.0, True, None, "ü", [1, (2, {3})], {"b": 1, 2: "a"}])
def test_data_survives_the_database_unchanged(db: None, value: object) -> None:
    event = witness(by=SYSTEM, name="test.thing.do", subject="test.thing:1", data={"value": value})
    stored = Event.objects.values().get(number=event.number)
    assert seal(stored) == stored["hash"] == event.hash


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), dt.date(2026, 3, 27), b"x", "a\x00b"])
def test_data_that_would_not_survive_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        check_data({"value": value})


def test_events_cannot_be_changed_or_deleted(db: None) -> None:
    event = witness(by=SYSTEM, name="test.thing.do", subject="test.thing:1")
    for statement in (
        lambda: Event.objects.filter(number=event.number).update(reason="another"),
        lambda: Event.objects.filter(number=event.number).delete(),
        lambda: Head.objects.update(number=0, hash=EMPTY_HASH),
        lambda: Head.objects.all().delete(),
        lambda: connection.cursor().execute("DELETE FROM audit_event"),
    ):
        with pytest.raises(DatabaseError, match=r"cannot be|only moves"), transaction.atomic():
            statement()
    assert Event.objects.get(number=event.number).reason == ""
    assert verify().holds


def test_truncating_is_refused(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    with pytest.raises(DatabaseError, match="cannot be deleted"), transaction.atomic():
        connection.cursor().execute("TRUNCATE audit_event")


def test_a_missing_trigger_is_reported(db: None) -> None:
    assert triggers.missing(connection) == []
    table = " ON audit_event" if connection.vendor == "postgresql" else ""
    connection.cursor().execute(f"DROP TRIGGER audit_event_no_update{table}")
    assert triggers.missing(connection) == ["audit_event_no_update"]
    assert not verify().holds
    triggers.install(connection)
    assert verify().holds


def test_verify_finds_what_was_done_without_the_triggers(db: None) -> None:
    for n in range(4):
        witness(by=SYSTEM, name="test.thing.do", subject=f"test.thing:{n}")
    triggers.remove(connection)
    Event.objects.filter(number=2).update(subject="test.thing:other")
    Event.objects.filter(number=4).delete()
    triggers.install(connection)
    result = verify()
    assert [b.number for b in result.breaks] == [2, 4]
    assert result.found == 2


def test_verify_finds_rows_put_behind_the_end(db: None) -> None:
    event = witness(by=SYSTEM, name="test.thing.do", subject="test.thing:1")
    forged = Event.objects.get(number=event.number)
    forged.number, forged.id, forged.previous_hash = 2, "0" * 26, event.hash
    forged.hash = seal(forged.__dict__)
    forged.save(force_insert=True)
    assert [b.number for b in verify().breaks] == [2]


def test_verify_against_a_seal_kept_elsewhere(db: None) -> None:
    event = witness(by=SYSTEM, name="test.thing.do", subject="test.thing:1")
    assert verify(known=(event.number, event.hash)).holds
    wrong = verify(known=(event.number, "f" * 64))
    assert [b.number for b in wrong.breaks] == [event.number]
    assert not verify(known=(99, "f" * 64)).holds


def test_action_without_event_is_undone(db: None) -> None:
    @action("test.silent.do")
    def silent(*, by: System) -> None:
        Head.objects.get_or_create(id=1)

    with pytest.raises(Unaudited):
        silent(by=SYSTEM)
    assert not Event.objects.exists()


def test_action_must_have_the_right_shape() -> None:
    with pytest.raises(TypeError, match="keywords only"):

        @action("test.shape.positional")
        def positional(by: System) -> None: ...

    with pytest.raises(TypeError, match="keywords only"):

        @action("test.shape.nobody")
        def nobody(*, who: System) -> None: ...

    @action("test.shape.once")
    def once(*, by: System) -> None: ...

    with pytest.raises(ValueError, match="two actions"):
        action("test.shape.once")(once)
    with pytest.raises(TypeError, match="needs its actor"):
        once()  # type: ignore[call-arg]


def test_note_outside_an_action_is_a_fault() -> None:
    with pytest.raises(RuntimeError):
        note("test.thing:1")


def test_an_inner_action_shares_the_fate_of_the_outer(db: None) -> None:
    @action("test.inner.do")
    def inner(*, by: System, fail: bool) -> None:
        note("test.thing:inner")
        if fail:
            raise ValueError

    @action("test.outer.do")
    def outer(*, by: System, fail_inside: bool, fail: bool) -> None:
        note("test.thing:before")
        with contextlib.suppress(ValueError):
            inner(by=by, fail=fail_inside)
        note("test.thing:after")
        if fail:
            raise LookupError

    with pytest.raises(LookupError):
        outer(by=SYSTEM, fail_inside=False, fail=True)
    assert not Event.objects.exists()

    outer(by=SYSTEM, fail_inside=True, fail=False)
    assert list(Event.objects.values_list("name", flat=True)) == ["test.outer.do"] * 2

    outer(by=SYSTEM, fail_inside=False, fail=False)
    assert list(Event.objects.values_list("name", flat=True)[2:]) == ["test.outer.do", "test.inner.do", "test.outer.do"]
    assert verify().holds


def test_events_say_from_where(db: None) -> None:
    with coming_from(Origin("web", "R" * 26, "192.0.2.7")):
        event = note_reading(by=SYSTEM, name="test.thing.read", subject="test.thing:1", reason="review")
    stored = Event.objects.get(number=event.number)
    assert (stored.door, stored.request_id, stored.address) == ("web", "R" * 26, "192.0.2.7")
    assert (stored.actor, stored.actor_name, stored.reason) == ("audit.system:a-test", "a test", "review")


def test_many_writers_make_one_chain_in_sqlite(tmp_path: Path) -> None:
    """Three processes of two threads on one database file, opened with the settings of the workspace."""
    environment = {**os.environ, "CHILDFIRST_DATA_DIR": str(tmp_path), "CHILDFIRST_DATABASE_URL": ""}
    environment["DJANGO_SETTINGS_MODULE"] = "childfirst.config.settings.workspace"
    command = [sys.executable, "-m", "tests.audit.writers"]
    subprocess.run([*command, "prepare"], check=True, env=environment, cwd=ROOT)
    writers = [subprocess.Popen([*command, "write", f"process {n}"], env=environment, cwd=ROOT) for n in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    ended = subprocess.run([*command, "verify"], check=True, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.split() == ["240", "True"]


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_chain_in_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the suite runs on SQLite")
    assert writers.write("thread", threads=6) == []
    assert Event.objects.count() == 6 * 40
    assert verify().holds
