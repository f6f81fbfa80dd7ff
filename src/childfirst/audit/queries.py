"""Reading the trail: filtered lists, and whether the chain holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet, Subquery

from childfirst.audit import triggers
from childfirst.audit.models import Event, Head
from childfirst.audit.rules import EMPTY_HASH, SEALED, Break, breaks, seal
from childfirst.shared import clock

KEPT_BREAKS = 1000
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for in the trail; an empty filter lets everything pass.

    ``name`` is an event name, ``actor`` and ``subject`` are references; one that ends with a full stop or a colon stands for all
    that begin so (``people.`` for a room, ``people.account:`` for all accounts). An ``actor`` without a colon is part of a role or an
    organisation, as it stands on the trail. ``since`` and ``until`` are London days, both
    included.
    """

    actor: str = ""
    name: str = ""
    subject: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def any(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.actor or self.name or self.subject or self.since or self.until)


def events(filters: Filters | None = None) -> QuerySet[Event]:
    """Events that pass the filters, the newest first."""
    filters = filters or Filters()
    found = Event.objects.order_by("-number")
    if filters.actor:
        found = found.filter(
            _matching("actor", filters.actor) if ":" in filters.actor else Q(actor_name__icontains=filters.actor)
        )
    if filters.name:
        found = found.filter(_matching("name", filters.name))
    if filters.subject:
        found = found.filter(_matching("subject", filters.subject))
    if filters.since:
        found = found.filter(at__gte=clock.start_of_day(filters.since))
    if filters.until:
        found = found.filter(at__lt=clock.start_of_day(filters.until + dt.timedelta(days=1)))
    return found


def _matching(column: str, text: str) -> Q:
    if not text.endswith((".", ":")):
        return Q(**{column: text})
    if connections["default"].vendor == "sqlite":
        # SQLite's LIKE ignores case and its index; PostgreSQL has an index for beginnings.
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"})
    return Q(**{f"{column}__startswith": text})


def names() -> list[str]:
    """Every event name that the trail holds, in order of the alphabet."""
    return list(Event.objects.order_by("name").values_list("name", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of walking the whole chain.

    ``number`` and ``seal`` are those of the last event: kept elsewhere, they later prove that the trail up to there was not
    rewritten as a whole. ``breaks`` holds the first thousand; ``found`` counts all of them.
    """

    number: int
    seal: str
    found: int
    breaks: list[Break] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return self.found == 0


def length() -> int:
    """How many events the trail has, by the end of its chain."""
    return Head.objects.filter(id=1).values_list("number", flat=True).first() or 0


def verify(
    known: tuple[int, str] | None = None, on_progress: Callable[[int], None] = lambda walked: None
) -> Verification:
    """Walk the chain from its first event to its end, a few thousand events in memory at a time.

    ``on_progress`` is told now and then how many more events were walked. ``known`` is the number and seal that an earlier verification gave. Events that are written meanwhile are left alone.
    """
    head = Head.objects.filter(id=1).first() or Head(number=0, hash=EMPTY_HASH)
    rows = Event.objects.filter(number__lte=head.number).order_by("number").values(*SEALED, "hash")
    walk = breaks(_reporting(rows.iterator(chunk_size=CHUNK), on_progress), head.number, head.hash)
    kept = list(islice(walk, KEPT_BREAKS))
    found = len(kept) + sum(1 for _ in walk)
    more = [*_behind_the_end(), *_against(known), *_without_triggers()]
    return Verification(head.number, head.hash, found + len(more), kept + more)


def _reporting(rows: Iterator[dict[str, Any]], on_progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    for position, row in enumerate(rows, 1):
        yield row
        if position % CHUNK == 0:
            on_progress(CHUNK)


def _behind_the_end() -> list[Break]:
    end = Subquery(Head.objects.filter(id=1).values("number")[:1])
    numbers = Event.objects.filter(number__gt=end).order_by("number").values_list("number", flat=True)[:KEPT_BREAKS]
    return [Break(number, f"Event {number} stands behind the end of the trail.") for number in numbers]


def _against(known: tuple[int, str] | None) -> list[Break]:
    if known is None:
        return []
    number, given = known
    stored = Event.objects.filter(number=number).values_list("hash", flat=True).first()
    if stored is None:
        return [Break(number, f"Event {number}, whose seal you gave, is not in the trail.")]
    return [] if stored == given else [Break(number, f"Event {number} does not have the seal that you gave.")]


def _without_triggers() -> list[Break]:
    names = triggers.missing(connections["default"])
    return [Break(0, f"The database no longer refuses changes: its trigger {name} is missing.") for name in names]


@dataclass(frozen=True, slots=True)
class Links:
    """How one event stands in the chain. ``after`` is None for the last event."""

    sealed: bool
    before: bool
    after: bool | None

    @property
    def hold(self) -> bool:
        """Whether the event is unaltered and joined to both its neighbours."""
        return self.sealed and self.before and self.after is not False


def link_around(event: Event) -> Links:
    """Check one event's seal and its links to the events before and after it."""
    around = {e.number: e for e in Event.objects.filter(number__in=(event.number - 1, event.number + 1))}
    before, after = around.get(event.number - 1), around.get(event.number + 1)
    head = Head.objects.filter(id=1).first()
    if head is not None and head.number == event.number:
        joined: bool | None = None if head.hash == event.hash else False
    else:
        joined = after is not None and after.previous_hash == event.hash
    return Links(
        sealed=seal(event.__dict__) == event.hash,
        before=event.previous_hash == (before.hash if before else EMPTY_HASH)
        and (before is not None or event.number == 1),
        after=joined,
    )
