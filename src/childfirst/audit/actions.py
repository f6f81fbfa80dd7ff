"""The one way to write: an action is atomic, has an actor, and leaves an event, or nothing of it happened.

::

    @action("encounters.encounter.record")
    def record_encounter(*, by: Actor, ...) -> Encounter:
        encounter = Encounter.objects.create(...)
        note(encounter.reference, data={"kind": encounter.kind})
        return encounter

The events of an action join the chain as the last thing inside its transaction. So the end of the chain is locked for
milliseconds even by an import of minutes, and always as the last of all locks: writers queue there, and cannot block each other.
An action called by an action hands its events to the outer one, whose transaction it shares.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from childfirst.audit import origin
from childfirst.audit.actors import Actor
from childfirst.audit.models import Event, Head
from childfirst.audit.rules import check_data, seal
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
            if "by" not in kwargs:
                raise TypeError(f"The action {name} needs its actor: by=...")
            with _acting(name, kwargs["by"]):  # type: ignore[arg-type]
                return function(*args, **kwargs)

        ACTIONS[name] = wrapper
        return wrapper

    return decorate


@contextmanager
def _acting(name: str, by: Actor) -> Iterator[_Act]:
    act, outer = _Act(name, by), _current.get()
    with transaction.atomic():
        token = _current.set(act)
        try:
            yield act
        finally:
            _current.reset(token)
        if not act.events:
            raise Unaudited(f"{name} ended without an audit event.")
        if outer is None:
            _append(act.events)
        else:
            outer.events.extend(act.events)
        if (probe := before_commit.get()) is not None:
            probe(name)


def note(subject: Reference | str, *, data: Mapping[str, Any] | None = None, reason: str = "") -> Event:
    """Add an event to the running action; call it once for each record that the action changes or reads.

    ``data`` holds codes, counts and field names, never a name or a value about a person. The event gets its number and
    its seal when the action ends. Raises RuntimeError outside an action, and TypeError for data that JSON cannot hold.
    """
    act = _current.get()
    if act is None:
        raise RuntimeError("An event can only be written inside an action.")
    event = _event(act.name, act.by, subject, data, reason)
    act.events.append(event)
    return event


def note_reading(*, by: Actor, name: str, subject: Reference | str, reason: str = "", data: Mapping[str, Any] | None = None) -> Event:  # fmt: skip
    """Write the event of looking at a record classed ``special``: reading it is an act, too."""
    return witness(by=by, name=name, subject=subject, reason=reason, data=data)


def witness(*, by: Actor, name: str, subject: Reference | str, reason: str = "", data: Mapping[str, Any] | None = None) -> Event:  # fmt: skip
    """Write the event of an act that is no action of ours: someone read a record, or signed in through another library.

    Inside a running action it joins that action's events, and is lost with them; else it stands on its own.
    """
    event = _event(name, by, subject, data, reason)
    if (act := _current.get()) is not None:
        act.events.append(event)
    else:
        with transaction.atomic():
            _append([event])
    return event


def _event(name: str, by: Actor, subject: Reference | str, data: Mapping[str, Any] | None, reason: str) -> Event:
    where = origin.current()
    return Event(
        id=new_ulid(),
        at=clock.now(),
        actor=str(by.reference),
        actor_name=by.audit_name,
        name=name,
        subject=str(subject),
        reason=reason,
        data=check_data(dict(data or {})),
        door=where.door,
        request_id=where.request_id,
        address=where.address,
    )


def _append(events: Sequence[Event]) -> None:
    """Number and seal the events at the end of the chain, whose row stays locked until the transaction ends."""
    # SQLite knows no row locks; there, every transaction of ours takes the write lock as it begins.
    end, _ = Head.objects.select_for_update().get_or_create(id=1)
    number, last = end.number, end.hash
    for event in events:
        number += 1
        event.number, event.previous_hash = number, last
        event.hash = last = seal(event.__dict__)
    Event.objects.bulk_create(events, batch_size=500)
    Head.objects.filter(id=1).update(number=number, hash=last)
