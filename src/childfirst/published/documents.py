"""What may be published: frozen documents whose every field is classed ``public``.

A room's publish.py defines subclasses of ``PublicDocument``; each field is declared with ``public()``. A field without the class
is refused when the class is defined, so that nothing else can ever reach the published store.
"""

# ruff: noqa: RUF009 - `public()` is dataclasses.field with its class named
from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from childfirst.shared.privacy import FieldClass

D = TypeVar("D")


def public(**options: Any) -> Any:
    """A field of a document that the public may see."""
    return dataclasses.field(metadata={"class": FieldClass.PUBLIC}, **options)


class PublicDocument:
    """Base of what is published. Subclasses are frozen dataclasses with a ``kind``, ``slug`` and ``title``."""

    kind: ClassVar[str]
    slug: str
    title: str

    def body(self) -> dict[str, Any]:
        """The document as plain JSON data. Raises TypeError when a field is not classed public."""
        body: dict[str, Any] = _plain(self)
        return body


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.metadata.get("class") is not FieldClass.PUBLIC:
                raise TypeError(f"{type(value).__name__}.{field.name} is not classed public and cannot be published.")
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def read(cls: type[D], body: Mapping[str, Any]) -> D:
    """The document that ``body()`` wrote down, as an object again. Keys that the class no longer has are left out.

    Raises TypeError when the body lacks a field that the class needs.
    """
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        if field.name in body:
            values[field.name] = _typed(hints[field.name], body[field.name])
    return cls(**values)


def _typed(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        return read(hint, value)  # type: ignore[arg-type]
    if typing.get_origin(hint) is tuple:
        return tuple(_typed(typing.get_args(hint)[0], item) for item in value)
    return value


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a published table.

    ``role``: dimension, count, denominator, rate, lower, upper, status (of the count) or denominator_status. ``labels``
    gives codes their wording in the order in which they are shown; ``total`` is the code that stands for all values of a
    dimension, empty where the table has no such row.
    """

    name: str = public()
    title: str = public()
    role: str = public()
    description: str = public(default="")
    labels: dict[str, str] = public(default_factory=dict)
    total: str = public(default="")


@dataclasses.dataclass(frozen=True)
class Chart:
    """How a table is drawn: ``kind`` is line, bar, dot_interval or map; the other fields name columns or codes.

    ``category`` runs along the axis (or is the area of a map), ``series`` tells the lines apart, ``panel`` makes small
    multiples; ``fixed`` holds the other dimensions at one code each (usually their total).
    """

    kind: str = public()
    title: str = public()
    category: str = public()
    value: str = public(default="rate")
    series: str = public(default="")
    panel: str = public(default="")
    fixed: dict[str, str] = public(default_factory=dict)
    boundaries: str = public(default="")


@dataclasses.dataclass(frozen=True)
class MeasureDocument(PublicDocument):
    """A measure as the public sees it; ``release`` and ``dataset`` name the table that holds its figures."""

    kind: ClassVar[str] = "measure"

    slug: str = public()
    title: str = public()
    what: str = public()
    why: str = public()
    outcome: str = public()
    is_activity: bool = public()
    numerator: str = public()
    denominator: str = public()
    unit: str = public()
    direction: str = public()
    method: str = public()
    caveats: tuple[str, ...] = public()
    sources: tuple[str, ...] = public()
    minimum_count: int = public()
    author: str = public()
    checker: str = public()
    next_review: str = public()
    release: str = public()
    dataset: str = public()
    charts: tuple[Chart, ...] = public()


@dataclasses.dataclass(frozen=True)
class BoundariesDocument(PublicDocument):
    """Simplified outlines of areas for maps: a GeoJSON FeatureCollection in EPSG:27700 metres, ``code`` and ``name`` per feature."""

    kind: ClassVar[str] = "boundaries"

    slug: str = public()
    title: str = public()
    source: str = public()
    licence: str = public()
    features: dict[str, Any] = public()


@dataclasses.dataclass(frozen=True)
class PlannedChange:
    """A date in the calendar that was moved on the day ``on``, or called off (``to_date`` is empty), and why."""

    on: str = public()
    from_date: str = public()
    to_date: str = public()
    reason: str = public()


@dataclasses.dataclass(frozen=True)
class PlannedRelease:
    """An entry of the calendar. ``state`` is announced, published or cancelled; ``release`` the key of what was published."""

    slug: str = public()
    title: str = public()
    about: str = public()
    planned_on: str = public()
    announced_on: str = public()
    state: str = public()
    release: str = public()
    changes: tuple[PlannedChange, ...] = public(default=())


@dataclasses.dataclass(frozen=True)
class CalendarDocument(PublicDocument):
    """The publication calendar, by date."""

    kind: ClassVar[str] = "calendar"
    SLUG: ClassVar[str] = "releases"

    slug: str = public()
    title: str = public()
    entries: tuple[PlannedRelease, ...] = public()


@dataclasses.dataclass(frozen=True)
class AccessEntry:
    """``people`` of one post and organisation who saw a release before the public did, and why."""

    holder: str = public()
    kind: str = public()
    reason: str = public()
    people: int = public()


@dataclasses.dataclass(frozen=True)
class AccessDocument(PublicDocument):
    """Who saw a release before the public did; the slug is the release's key."""

    kind: ClassVar[str] = "access"

    slug: str = public()
    title: str = public()
    entries: tuple[AccessEntry, ...] = public()
