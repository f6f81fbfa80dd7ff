"""The search box of the record form: the matcher's index where it is ready, the search of places beside it, and without it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from childfirst.encounters import queries as core
from childfirst.encounters.matching import queries, store

pytestmark = pytest.mark.django_db


def test_without_an_index_the_search_of_places_answers() -> None:
    assert store.kept_matcher() is None
    assert [one.text for one in core.suggest_schools("marr")] == ["Marram Academy"]


def test_an_index_on_disk_is_read_and_one_that_is_not_there_is_not_built() -> None:
    built = store.matcher()
    store.forget()
    kept = store.kept_matcher()
    assert kept is not None and kept.fingerprint == built.fingerprint
    assert kept.register is not built.register


def test_the_index_suggests_by_beginnings_and_slips() -> None:
    store.matcher()
    assert queries.find_schools("marr", 10)[0] == 100005
    assert queries.find_schools("larkfeild", 10)[:2] in ([100003, 100004], [100004, 100003])
    assert core.suggest_schools("marram ac")[0].text == "Marram Academy"


def test_what_the_index_suggests_stands_first_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    register = SimpleNamespace(
        suggest=lambda text, limit: [SimpleNamespace(urn=urn) for urn in ("100009", "100006", "999999")]
    )
    monkeypatch.setattr(store, "kept_matcher", lambda: SimpleNamespace(register=register))
    assert queries.find_schools("marr", 10) == [100009, 100006, 999999]
    found = [one.text for one in core.suggest_schools("marr")]
    assert found == ["Fennick Academy", "Harbour Lane School", "Marram Academy"]


def test_a_changed_register_is_another_index() -> None:
    before = store.matcher()
    assert store.matcher() is before
    from tests.encounters import makers

    makers.school(100900, "Newly Opened School")
    after = store.matcher()
    assert after is not before and len(after.register) == len(before.register) + 1
    assert after.fingerprint != before.fingerprint


def test_a_damaged_index_is_built_anew() -> None:
    before = store.matcher()
    (file,) = (store.folder() / "index").glob("*.index")
    file.write_bytes(b"not an index")
    store.forget()
    assert store.matcher().fingerprint == before.fingerprint
