"""A table of a release as the public will see it, and beside it, for those who may, what it was before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from childfirst.design.charts import Cell
from childfirst.engines.disclosure import TOTAL
from childfirst.measures.results import DENOMINATOR, NUMERATOR
from childfirst.published import bundles
from childfirst.published import queries as public
from childfirst.published.comparing import WORDING, Comparison, compare
from childfirst.published.documents import Column, read
from childfirst.release.building import bundle_folder, compute_all
from childfirst.release.models import Release
from childfirst.release.vocabulary import HIDDEN, NOT_APPLICABLE, NOT_KNOWN
from childfirst.shared.errors import UserError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: labels of its codes, number, total and share as the public sees them; why they are hidden; the raw numbers."""

    labels: tuple[str, ...]
    count: Cell
    total: Cell
    share: Cell
    why: str
    raw: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A table with its rows; ``stale`` says that the facts changed since it was built, so that raw numbers may not fit."""

    name: str
    title: str
    description: str
    dimensions: tuple[Column, ...]
    rows: tuple[Row, ...]
    stale: bool


def preview(release: Release, name: str, *, with_raw: bool) -> Preview | None:
    """The table of that name in the release's bundle; None when it has none of the name.

    ``with_raw`` computes the measure again. Raises UserError when the bundle was changed.
    """
    folder = bundle_folder(release.key)
    dictionary = _dictionary(folder, release)
    table = next((each for each in dictionary if each["name"] == name), None)
    if table is None:
        return None
    columns = tuple(read(Column, column) for column in table["columns"])
    raw, stale = _raw(release, name) if with_raw else ({}, False)
    bundle = bundles.Bundle(folder, {}, (), (), "", {}, "", "")
    why = reasons(release, name)
    rows = tuple(_row(values, columns, why, raw) for values in bundle.rows(table))
    dimensions = tuple(column for column in columns if column.role == "dimension")
    return Preview(name, table["title"], table["description"], dimensions, rows, stale)


__all__ = ["WORDING", "changes", "notes", "preview", "reasons"]

SMALL, GUARD = "it is small", "it guards a small one"


def reasons(release: Release, name: str) -> dict[tuple[str, ...], str]:
    """Codes of the hidden cells of a table -> why. Reviewers may know; the public may not, for it would narrow the guess."""
    table = release.figures.get(name, {"cells": []})
    return {tuple(codes): SMALL if primary else GUARD for *codes, count, primary in table["cells"] if count is None}


def _why(codes: tuple[str, ...], reasons: Mapping[tuple[str, ...], str]) -> str:
    number, total = reasons.get(codes), reasons.get((*codes[:-1], TOTAL))
    found = [f"Number: {number}" if number else "", f"Out of: {total}" if total else ""]
    return ". ".join(part for part in found if part)


@dataclass(frozen=True, slots=True)
class Changed:
    """A table beside the one of the same name in the newest release that stands; ``same_period`` tells revision from change."""

    name: str
    title: str
    comparison: Comparison
    same_period: bool


@dataclass(frozen=True, slots=True)
class Since:
    """What is different from the release before: its key and title, the tables that both have, and those that only one has."""

    key: str
    title: str
    tables: tuple[Changed, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]


def changes(release: Release) -> Since | None:
    """What changed since the release that this one corrects, or else since the newest that stands; None when there is none."""
    entries = public.releases(include_withdrawn=False)
    wanted = release.corrects.key if release.corrects else ""
    before = next((e for e in entries if e.key == wanted), None) or next(
        (e for e in entries if e.key != release.key), None
    )
    page = public.release(before.key) if before else None
    if before is None or page is None:
        return None
    folder = bundle_folder(release.key)
    bundle = bundles.Bundle(folder, {}, (), (), "", {}, "", "")
    now = {table["name"]: table for table in _dictionary(folder, release)}
    then = {table.name: table for table in page.tables}
    found = []
    for name in sorted({*now} & {*then}):
        old = public.table(before.key, name)
        if old is not None:
            columns = tuple(read(Column, column) for column in now[name]["columns"])
            compared = compare(old.columns, old.rows, columns, bundle.rows(now[name]))
            found.append(
                Changed(name, now[name]["title"], compared, list(page.entry.months) == release.summary["months"])
            )
    return Since(
        before.key,
        before.title,
        tuple(found),
        tuple(now[name]["title"] for name in sorted({*now} - {*then})),
        tuple(then[name].title for name in sorted({*then} - {*now})),
    )


def notes(release: Release) -> str:
    """The notes in the release's bundle. Raises UserError when the bundle was changed."""
    _check(release)
    return (bundle_folder(release.key) / bundles.NOTES).read_text(encoding="utf-8")


def _check(release: Release) -> None:
    found = bundles.verify(bundle_folder(release.key), signed=False)
    if not found.is_sound or found.digest != release.digest:
        raise UserError("The bundle in the workspace is not the one that was checked. Prepare the release again.")


def _dictionary(folder: Path, release: Release) -> list[dict[str, Any]]:
    _check(release)
    found: list[dict[str, Any]] = json.loads((folder / bundles.DICTIONARY).read_text(encoding="utf-8"))["tables"]
    return found


def _row(
    values: list[Any],
    columns: tuple[Column, ...],
    why: Mapping[tuple[str, ...], str],
    raw: Mapping[tuple[str, ...], tuple[int, int]],
) -> Row:
    at = dict(zip((column.name for column in columns), values, strict=True))
    codes = tuple(at[column.name] for column in columns if column.role == "dimension")
    labels = tuple(
        column.labels.get(at[column.name], at[column.name]) for column in columns if column.role == "dimension"
    )
    if at["rate"] is not None:
        share = Cell.of(100 * at["rate"], 100 * at["lower"], 100 * at["upper"])
    else:
        share = {NOT_APPLICABLE: Cell.no_cases(), NOT_KNOWN: Cell.unknown()}.get(at["rate_status"], Cell.hidden())
    return Row(
        labels,
        _cell(at["count"], at["status"]),
        _cell(at["denominator"], at["denominator_status"]),
        share,
        _why(codes, why),
        raw.get(codes),
    )


def _cell(value: int | None, status: str) -> Cell:
    if status == NOT_KNOWN:
        return Cell.unknown()
    return Cell.hidden() if status == HIDDEN or value is None else Cell.of(value)


def _raw(release: Release, name: str) -> tuple[dict[tuple[str, ...], tuple[int, int]], bool]:
    """Codes -> raw number and total of a measure's own table (completeness tables have none), and whether facts changed."""
    if name not in release.measures:
        return {}, False
    result = compute_all([name], release.first_month, release.last_month)[0]
    stale = dict(result.fingerprints) != release.summary["facts"].get(result.definition.facts)
    names = [breakdown.field for breakdown in result.definition.dimensions]
    table = result.table
    keys = zip(*(table.column(field).to_pylist() for field in names), strict=True)
    numbers = zip(table.column(NUMERATOR).to_pylist(), table.column(DENOMINATOR).to_pylist(), strict=True)
    return dict(zip(keys, numbers, strict=True)), stale
