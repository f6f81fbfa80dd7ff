"""The one way to write: an action is atomic, has an actor, and leaves an event, or nothing of it happened.

::

    @action("encounters.encounter.record")
    def record_encounter(*, by: Actor, ...) -> Encounter:
        encounter = Encounter.objects.create(...)
        note(encounter.reference, data={"kind": encounter.kind})
        return encounter
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from django.db import connections, transaction

from childfirst.audit import origin
from childfirst.audit.actors import Actor
from childfirst.audit.models import Event, Head
from childfirst.audit.rules import seal
from childfirst.shared import clock
from childfirst.shared.ids import new_ulid
from childfirst.shared.references import Reference

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Callable[..., Any]] = {}
"""Every action of the house by its event name; the tests go through this table."""


class Unaudited(AssertionError):
    """An action ended without leaving an event: a fault of the program, so its writes are rolled back."""


@dataclass
class _Act:
    name: str
    by: Actor
    events: list[Event] = field(default_factory=list)


_current: ContextVar[_Act | None] = ContextVar("act", default=None)

before_commit: ContextVar[Callable[[str], None] | None] = ContextVar("before_commit", default=None)
"""For the tests: called with the action's name as the last thing inside its transaction."""


def action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a keyword-only function with a parameter ``by`` the action ``room.thing.verb``.

    Raises TypeError at import for a function of another shape, ValueError for a name that is taken,
    and Unaudited at the call when the body returns without ``note``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        if "by" not in parameters or any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()):
            raise TypeError(f"The action {name} must take keywords only, one of them `by`.")
        if name in ACTIONS:
            raise ValueError(f"There are two actions named {name}.")

        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            with _acting(name, kwargs["by"]):  # type: ignore[arg-type]
                return function(*args, **kwargs)

        ACTIONS[name] = wrapper
        return wrapper

    return decorate


@contextmanager
def _acting(name: str, by: Actor) -> Iterator[_Act]:
    act = _Act(name, by)
    with transaction.atomic():
        token = _current.set(act)
        try:
            yield act
            if not act.events:
                raise Unaudited(f"{name} ended without an audit event.")
            if (probe := before_commit.get()) is not None:
                probe(name)
        finally:
            _current.reset(token)


def note(subject: Reference | str, *, data: Mapping[str, Any] | None = None, reason: str = "") -> Event:
    """Write the event of the running action; call it once for each record that the action changes or reads.

    ``data`` holds codes, counts and field names, never a name or a value about a person.
    Raises RuntimeError outside an action.
    """
    act = _current.get()
    if act is None:
        raise RuntimeError("An event can only be written inside an action.")
    event = _append(act.name, act.by, str(subject), dict(data or {}), reason)
    act.events.append(event)
    return event


def note_reading(*, by: Actor, name: str, subject: Reference | str, reason: str = "", data: Mapping[str, Any] | None = None) -> Event:  # fmt: skip
    """Write the event of looking at a record classed ``special``: reading it is an act, too."""
    with transaction.atomic():
        return _append(name, by, str(subject), dict(data or {}), reason)


def _append(name: str, by: Actor, subject: str, data: dict[str, Any], reason: str) -> Event:
    where = origin.current()
    head = Head.objects.select_for_update() if connections["default"].features.has_select_for_update else Head.objects
    end, _ = head.get_or_create(id=1)
    event = Event(
        number=end.number + 1,
        id=new_ulid(),
        at=clock.now(),
        actor=str(by.reference),
        actor_name=by.audit_name,
        name=name,
        subject=subject,
        reason=reason,
        data=data,
        door=where.door,
        request_id=where.request_id,
        address=where.address,
        previous_hash=end.hash,
    )
    event.hash = seal(event.__dict__)
    event.save(force_insert=True)
    Head.objects.filter(id=1).update(number=event.number, hash=event.hash)
    return event
