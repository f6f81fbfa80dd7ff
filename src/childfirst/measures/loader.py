"""Reads definition files strictly: an unknown key, a missing one or a wrong type names the file and the key."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from childfirst.measures.definition import Breakdown, ChartPlan, Completeness, Definition, Filter, Side
from childfirst.measures.vocabulary import ChartKind, Direction, Unit
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MAX_ID = 60
_REQUIRED = object()


class DefinitionError(UserError):
    """A definition file that cannot be used."""


class _Section:
    """One table of the file; every key must be taken exactly once, by its type."""

    def __init__(self, where: str, values: Any) -> None:
        self.where = where
        if not isinstance(values, dict):
            raise DefinitionError(f"{where} must be a table of keys.")
        self.values = dict(values)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = _REQUIRED) -> Any:
        if key not in self.values:
            if default is _REQUIRED:
                raise DefinitionError(f"{self.where}: the key `{key}` is missing.")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            wanted = _KIND_NAMES.get(kind, "another type")
            raise DefinitionError(f"{self.where}: `{key}` must be {wanted}, not {value!r}.")
        if isinstance(value, str):
            value = " ".join(value.split())
            if not value and default is _REQUIRED:
                raise DefinitionError(f"{self.where}: `{key}` is empty.")
        return value

    def words(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise DefinitionError(f"{self.where}: `{key}` must be a list of texts.")
        return tuple(" ".join(value.split()) for value in values)

    def mapping(self, key: str) -> dict[str, str]:
        values = self.take(key, dict, {})
        if not all(isinstance(value, str) for value in values.values()):
            raise DefinitionError(f"{self.where}: `{key}` must map texts to texts.")
        return dict(values)

    def sections(self, key: str, *, required: bool = False) -> list[_Section]:
        values = self.take(key, list, _REQUIRED if required else [])
        return [_Section(f"{self.where}, {key} {number}", value) for number, value in enumerate(values, 1)]

    def choice(self, key: str, vocabulary: Any, default: Any = _REQUIRED) -> Any:
        value = self.take(key, str, default)
        if value not in vocabulary.values:
            raise DefinitionError(
                f"{self.where}: `{key}` is {value!r}; it must be {join_and(vocabulary.values, 'or')}."
            )
        return vocabulary(value)

    def end(self) -> None:
        if self.values:
            names = join_and([f"`{name}`" for name in sorted(self.values)])
            raise DefinitionError(f"{self.where}: unknown {'keys' if len(self.values) > 1 else 'key'} {names}.")


_KIND_NAMES: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    dt.date: "a date",
}


def load_folder(folder: Path, fields: Mapping[str, Collection[str]] | None = None) -> dict[str, Definition]:
    """All definitions of a folder by their id. ``fields`` (kind of facts -> its columns) lets unknown fields be refused.

    Raises DefinitionError for a file that cannot be used, or whose name is not its id.
    """
    found: dict[str, Definition] = {}
    for file in sorted(folder.glob("*.toml")):
        definition = load(file, fields)
        if definition.id != file.stem:
            raise DefinitionError(
                f"{file.name}: `id` is {definition.id!r}; the file must be called {definition.id}.toml."
            )
        found[definition.id] = definition
    return found


def load(file: Path, fields: Mapping[str, Collection[str]] | None = None) -> Definition:
    """One definition. Raises DefinitionError, with the name of the file and the key, for anything that is not as it must be."""
    raw = file.read_bytes()
    try:
        values = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{file.name} is not a TOML file: {error}.") from error
    top = _Section(file.name, values)
    version = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()[:12]
    definition = _definition(top, version)
    top.end()
    _check(definition, file.name, fields)
    return definition


def _definition(top: _Section, version: str) -> Definition:
    identifier = top.take("id", str)
    if not _ID.fullmatch(identifier) or len(identifier) > _MAX_ID:
        raise DefinitionError(f"{top.where}: `id` must be small letters, digits and hyphens, at most {_MAX_ID}.")
    denominator, _ = _side(top, "denominator", with_answers=False)
    numerator, answers = _side(top, "numerator", with_answers=True)
    return Definition(
        id=identifier,
        version=version,
        title=top.take("title", str),
        what=top.take("what", str),
        why=top.take("why", str),
        facts=top.take("facts", str),
        outcome=top.take("outcome", str),
        is_activity=top.take("is_activity", bool),
        direction=top.choice("direction", Direction),
        unit=top.choice("unit", Unit),
        minimum_count=top.take("minimum_count", int),
        author=top.take("author", str),
        checker=top.take("checker", str),
        next_review=top.take("next_review", dt.date),
        denominator=denominator,
        numerator=numerator,
        answers=answers or Breakdown("", ""),
        headline=tuple(code for condition in numerator.where for code in condition.one_of),
        breakdowns=tuple(_breakdown(section) for section in top.sections("breakdowns", required=True)),
        completeness=tuple(_completeness(section) for section in top.sections("completeness")),
        caveats=top.words("caveats", []),
        sources=top.words("sources", []),
        charts=tuple(_chart(section) for section in top.sections("charts")),
    )


def _side(top: _Section, key: str, *, with_answers: bool) -> tuple[Side, Breakdown | None]:
    section = _Section(f"{top.where}, {key}", top.take(key, dict))
    side = Side(section.take("says", str), _filters(section))
    answers = None
    if with_answers:
        tested = {condition.field for condition in side.where}
        if len(tested) != 1 or not all(condition.one_of for condition in side.where) or len(side.where) > 1:
            raise DefinitionError(
                f"{section.where}: `where` must be one condition with `is` or `in`; every other category of its field is "
                "counted beside it."
            )
        section.values["field"] = tested.pop()
        answers = _breakdown(section)
    else:
        section.end()
    return side, answers


def _filters(section: _Section) -> tuple[Filter, ...]:
    return tuple(_filter(each) for each in section.sections("where"))


def _filter(section: _Section) -> Filter:
    field = section.take("field", str)
    tests = [key for key in ("is", "in", "not_in", "known") if key in section.values]
    if len(tests) != 1:
        raise DefinitionError(f"{section.where}: a condition has exactly one of `is`, `in`, `not_in` and `known`.")
    test = tests[0]
    if test == "is":
        condition = Filter(field, one_of=(section.take("is", str),))
    elif test == "known":
        condition = Filter(field, known=section.take("known", bool))
    else:
        codes = section.words(test)
        if not codes:
            raise DefinitionError(f"{section.where}: `{test}` is an empty list.")
        condition = Filter(field, one_of=codes) if test == "in" else Filter(field, none_of=codes)
    section.end()
    return condition


def _breakdown(section: _Section) -> Breakdown:
    breakdown = Breakdown(
        field=section.take("field", str),
        title=section.take("title", str),
        labels=section.mapping("labels"),
        labels_from=section.take("labels_from", str, ""),
        fold=section.mapping("fold"),
        parents=section.mapping("parents"),
        total=section.take("total", str, "All"),
    )
    section.end()
    return breakdown


def _completeness(section: _Section) -> Completeness:
    table = Completeness(
        field=section.take("field", str),
        by=section.take("by", str),
        title=section.take("title", str),
        says=section.take("says", str),
        where=_filters(section),
        labels=section.mapping("labels"),
        labels_from=section.take("labels_from", str, ""),
        fold=section.mapping("fold"),
    )
    section.end()
    return table


def _chart(section: _Section) -> ChartPlan:
    chart = ChartPlan(
        kind=section.choice("kind", ChartKind),
        title=section.take("title", str),
        category=section.take("category", str),
        value=section.take("value", str, "rate"),
        series=section.take("series", str, ""),
        panel=section.take("panel", str, ""),
        fixed=section.mapping("fixed"),
        boundaries=section.take("boundaries", str, ""),
    )
    section.end()
    return chart


def _check(definition: Definition, name: str, fields: Mapping[str, Collection[str]] | None) -> None:
    """What holds between keys."""
    if definition.minimum_count < 2:
        raise DefinitionError(f"{name}: `minimum_count` must be at least 2.")
    dimensions = [breakdown.field for breakdown in definition.dimensions]
    if len(set(dimensions)) != len(dimensions):
        raise DefinitionError(f"{name}: a field is broken down twice.")
    if definition.author == definition.checker:
        raise DefinitionError(f"{name}: `author` and `checker` must be two different people or bodies.")
    if fields is not None:
        if definition.facts not in fields:
            raise DefinitionError(f"{name}: there are no facts called {definition.facts!r}.")
        for field in definition.fields():
            if field not in fields[definition.facts]:
                raise DefinitionError(f"{name}: the facts {definition.facts!r} have no field {field!r}.")
    values = {"rate", "count", "denominator"}
    for number, chart in enumerate(definition.charts, 1):
        for field in filter(None, (chart.category, chart.series, chart.panel, *chart.fixed)):
            if field not in dimensions:
                raise DefinitionError(f"{name}, charts {number}: {field!r} is no breakdown of the measure.")
        if chart.value not in values:
            raise DefinitionError(f"{name}, charts {number}: `value` must be {join_and(sorted(values), 'or')}.")
        drawn = {chart.category, chart.series, chart.panel, *chart.fixed} - {""}
        if missing := set(dimensions) - drawn:
            raise DefinitionError(f"{name}, charts {number}: say in `fixed` at which code {min(missing)!r} is held.")
