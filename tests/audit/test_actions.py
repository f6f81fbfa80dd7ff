"""Every action of the house: it leaves events that can be read, or nothing of it happened."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connections

import tests.scenarios
from childfirst.audit import actions as audit_actions
from childfirst.audit.actions import ACTIONS, before_commit
from childfirst.audit.models import Event
from childfirst.audit.presenters import phrase, presenters
from childfirst.audit.queries import verify
from childfirst.people.models import Account

pytestmark = [pytest.mark.database, pytest.mark.django_db(databases=["default", "published"])]

Scenario = Callable[[], Any]


def _scenarios() -> dict[str, Scenario]:
    found: dict[str, Scenario] = {}
    for module in pkgutil.iter_modules(tests.scenarios.__path__):
        for name, scenario in importlib.import_module(f"tests.scenarios.{module.name}").SCENARIOS.items():
            assert name not in found, f"two scenarios for {name}"
            found[name] = scenario
    return found


def _load_actions() -> None:
    """Import every room's actions, so that the table of actions is whole whatever else the run has imported."""
    for config in apps.get_app_configs():
        if config.name.startswith("childfirst.") and importlib.util.find_spec(f"{config.name}.actions"):
            importlib.import_module(f"{config.name}.actions")


_load_actions()
SCENARIOS = _scenarios()
OURS = sorted(name for name in ACTIONS if not name.startswith("test."))


class Stopped(Exception):
    """The probe's way to stop an action in its last moment."""


def digest() -> dict[str, tuple[int, str]]:
    """Every table of both databases: its number of rows, and a hash of them in order."""
    found: dict[str, tuple[int, str]] = {}
    for alias in ("default", "published"):
        with connections[alias].cursor() as cursor:
            for table in sorted(connections[alias].introspection.table_names(cursor)):
                cursor.execute(f"SELECT * FROM {connections[alias].ops.quote_name(table)}")  # noqa: S608
                rows = sorted(repr(row) for row in cursor.fetchall())
                found[f"{alias}.{table}"] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


@contextmanager
def stopping(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Within the block, the action ``name`` is stopped in its last moment; what it found on its start is kept."""
    kept: dict[str, Any] = {}
    acting = audit_actions._acting

    @contextmanager
    def watching(running: str, by: Any) -> Iterator[Any]:
        if running == name and "before" not in kept:
            kept["before"] = digest()
        with acting(running, by) as act:
            yield act

    def stop(running: str) -> None:
        if running == name:
            kept["changed"] = digest() != kept["before"]
            raise Stopped

    monkeypatch.setattr(audit_actions, "_acting", watching)
    token = before_commit.set(stop)
    try:
        yield kept
    finally:
        before_commit.reset(token)
        monkeypatch.setattr(audit_actions, "_acting", acting)


def test_every_action_has_a_scenario() -> None:
    assert sorted(set(OURS) - set(SCENARIOS)) == [], "actions that no tests/scenarios/ROOM.py runs"
    assert sorted(set(SCENARIOS) - set(OURS)) == [], "scenarios of actions that do not exist"


def test_every_action_has_a_presenter() -> None:
    assert sorted(set(OURS) - set(presenters())) == []


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_an_action_leaves_events_that_can_be_read(name: str) -> None:
    SCENARIOS[name]()
    events = list(Event.objects.filter(name=name))
    assert events, f"the scenario of {name} left no event of that name"
    personal = [text for row in Account.objects.values_list("email", "name") for text in row]
    for event in events:
        sentence = phrase(event)
        assert sentence, name
        assert not sentence.startswith("did “"), name
        held = json.dumps(event.data, ensure_ascii=False)
        assert not re.search(r"[^\s\"]+@[^\s\"]+", held), f"{name} keeps an address in its event: {held}"
        assert not [text for text in personal if text in held], f"{name} keeps a name in its event: {held}"
    assert verify().holds


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_an_action_that_is_stopped_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with stopping(name, monkeypatch) as kept, pytest.raises(Stopped):
        SCENARIOS[name]()
    assert "before" in kept, f"the scenario of {name} did not reach it"
    assert kept["changed"], f"{name} had changed nothing when it was stopped, not even the trail"
    after = digest()
    different = [table for table in after if after[table] != kept["before"].get(table)]
    assert different == [], f"{name} was stopped, and yet left something in {different}"
