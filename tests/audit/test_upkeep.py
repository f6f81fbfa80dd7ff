"""What the platform does by itself: once a slot, again after a failure, one failure not stopping the rest."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner

from childfirst.audit import upkeep
from childfirst.audit.commands import upkeep as command
from childfirst.audit.models import UpkeepRun
from childfirst.shared import clock
from childfirst.shared.errors import UserError

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)


class At:
    """A clock that stands where it is put."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = NOON
        monkeypatch.setattr(clock, "now", lambda: self.moment)

    def later(self, **by: int) -> None:
        self.moment += dt.timedelta(**by)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    return At(monkeypatch)


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three tasks of the test's own instead of the house's; what ran, in order."""
    found: list[str] = []

    def failing() -> str:
        found.append("fails")
        raise ZeroDivisionError("the age of Kit Example is 0")

    def working(name: str) -> upkeep.Task:
        return upkeep.Task(name, name, lambda: found.append(name) or f"{name} done", every=name, order=50)  # type: ignore[func-returns-value]

    monkeypatch.setattr(upkeep, "_tasks", {})
    upkeep.register(working(upkeep.DAILY))
    upkeep.register(upkeep.Task("fails", "Fails", failing, order=10))
    upkeep.register(working(upkeep.HOURLY))
    return found


def test_each_task_runs_once_in_its_slot(at: At, ran: list[str]) -> None:
    assert [run.worked for run in upkeep.run_due()] == [False, True, True]
    assert ran == ["fails", "day", "hour"]
    at.later(minutes=10)
    assert list(upkeep.run_due()) == []
    at.later(minutes=55)
    assert [run.task for run in upkeep.run_due()] == ["fails", "hour"], "the failed one again, the hourly one too"
    at.later(hours=11)  # past midnight in London, 11:05pm in UTC
    assert [run.task for run in upkeep.run_due()] == ["fails", "day", "hour"]


def test_a_failure_names_no_value(ran: list[str]) -> None:
    failed = next(upkeep.run_due("fails"))
    assert failed.sentence == "It failed (ZeroDivisionError)."
    assert failed.ended_at is not None


def test_two_runners_do_not_do_it_twice(at: At, ran: list[str]) -> None:
    first, second = upkeep.run_due(), upkeep.run_due()
    for _ in zip(first, second, strict=False):
        pass
    list(second)
    assert sorted(ran) == ["day", "fails", "hour"]


def test_a_name_that_no_task_has_is_refused() -> None:
    with pytest.raises(UserError, match="no upkeep task"):
        next(upkeep.run_due("nothing"))


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="two upkeep tasks"):
        upkeep.register(upkeep.Task("fails", "Another", lambda: ""))


def test_on_the_command_line(ran: list[str]) -> None:
    listed = CliRunner().invoke(command, ["--list"])
    assert "Fails" in listed.output
    assert ran == []
    done = CliRunner().invoke(command, [])
    assert done.exit_code == 1
    assert "day done" in done.output
    assert CliRunner().invoke(command, ["--only", "day"]).exit_code == 0
    assert UpkeepRun.objects.filter(task="day", worked=True).count() == 2


def test_what_the_house_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    names = {task.name for task in upkeep.tasks()}
    assert {"retention", "people.sessions", "encounters.facts"} <= names
    assert all(task.title[0].isupper() for task in upkeep.tasks())
