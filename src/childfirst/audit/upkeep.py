"""What the platform does by itself, every hour or every day: erase what is over, chase what waits, tidy up.

A room says in its ``apps.ready()``::

    upkeep.register(upkeep.Task("notices.chase", "Chase notices that nobody has opened", every=upkeep.HOURLY, run=chase))

``run`` takes nothing, acts through audited actions, may be run twice without harm, and returns one sentence about what it did, or
an empty one. Each run leaves a row; a task that fails does not stop the others, and is tried again after half an hour.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from childfirst.audit.actors import System
from childfirst.audit.models import UpkeepRun
from childfirst.shared import clock
from childfirst.shared.errors import UserError

HOURLY = "hour"
DAILY = "day"
RETRY_AFTER = dt.timedelta(minutes=30)
BY = System("upkeep")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its code, what it does in words, how often, and the function. Low ``order`` runs first."""

    name: str
    title: str
    run: Callable[[], str]
    every: str = DAILY
    order: int = 50

    def slot(self, now: dt.datetime) -> str:
        """The hour or day of London's clock for which it runs once."""
        return f"{clock.local(now):%Y-%m-%d}" if self.every == DAILY else f"{now:%Y-%m-%dT%H}Z"


_tasks: dict[str, Task] = {}


def register(task: Task) -> None:
    """Add a task. Raises ValueError when another one has the name."""
    if task.name in _tasks and _tasks[task.name] != task:
        raise ValueError(f"There are two upkeep tasks named {task.name}.")
    _tasks[task.name] = task


def tasks() -> tuple[Task, ...]:
    """Every task, in the order in which they run."""
    return tuple(sorted(_tasks.values(), key=lambda task: (task.order, task.name)))


@dataclass(frozen=True, slots=True)
class State:
    """A task, and its last run if there is one."""

    task: Task
    last: UpkeepRun | None


def states() -> list[State]:
    """Every task with its last run."""
    return [State(task, UpkeepRun.objects.filter(task=task.name).first()) for task in tasks()]


def run_due(only: str = "") -> Iterator[UpkeepRun]:
    """Run what is due, one task after another; ``only`` names one, which is run whether due or not.

    Raises UserError for a name that no task has.
    """
    if only and only not in _tasks:
        raise UserError(f"There is no upkeep task {only}. There are: {', '.join(task.name for task in tasks())}.")
    for task in tasks():
        if only in ("", task.name) and (run := _claim(task, whether_due=not only)) is not None:
            yield _carry_out(task, run)


def _claim(task: Task, *, whether_due: bool) -> UpkeepRun | None:
    now = clock.now()
    slot = task.slot(now)
    runs = UpkeepRun.objects.filter(task=task.name, slot=slot)
    if whether_due and (runs.filter(worked=True).exists() or runs.filter(started_at__gt=now - RETRY_AFTER).exists()):
        return None
    attempt = max(runs.values_list("attempt", flat=True), default=0) + 1
    try:
        with transaction.atomic():
            return UpkeepRun.objects.create(task=task.name, slot=slot, attempt=attempt, started_at=now)
    except IntegrityError:
        return None  # another runner was faster


def _carry_out(task: Task, run: UpkeepRun) -> UpkeepRun:
    try:
        run.sentence = task.run()
        run.worked = True
    except Exception as error:
        # The message of an error may hold a value about a person; its kind does not.
        run.sentence = str(error) if isinstance(error, UserError) else f"It failed ({type(error).__name__})."
        logger.exception("The upkeep task %s failed.", task.name)
    run.ended_at = clock.now()
    run.save()
    return run
