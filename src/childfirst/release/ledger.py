"""The ledger of what was ever published: what of it an attacker can lay beside a new release.

Figures of other months count other records and tell nothing of these. Figures of some of the same months, or of a period that
reaches over them, are attacked together with the new ones: each past cell names the months that it covers, and what subtraction
of two periods would tell is protected like a published cell.

**Wrong figures** were seen as well, but no records can have made both them and the right ones. An attacker who knows what was
corrected can put a wrong figure right: so each figure that was ever shown counts as if its right value were known today,
unless that value is itself too small to be shown (``PUT_RIGHT``). That attacker knows more than one who sees the new release
alone. Where so much was wrong that no table is safe against it, the attacker is taken to know which of the old figures still
hold, and those alone (``STILL_HOLDS``); the certificate says which of the two it was. A cell that was hidden stays hidden where
it is still small.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from childfirst.engines.disclosure import TOTAL, CountTable, PublishedCell, Rule
from childfirst.measures.results import MeasureResult
from childfirst.release.counting import MONTH, PastTable, count_tables
from childfirst.release.models import LedgerTable, Release
from childfirst.shared.errors import UserError

Compute = Any
"""``compute(measures, first, last)`` gives the measures' results over a period, from the facts of today."""


PUT_RIGHT, STILL_HOLDS = "put_right", "still_holds"


@dataclass(frozen=True)
class History:
    """The past tables that a release is protected against; a sentence for each whose figures could not be used.

    ``model`` says what an attacker is taken to know of wrong figures; ``weaker`` has their cells under the weaker model.
    """

    tables: tuple[PastTable, ...] = ()
    sentences: tuple[str, ...] = ()
    model: str = PUT_RIGHT
    weaker: tuple[PastTable, ...] = ()

    def weakened(self) -> History:
        """The same, the attacker knowing only which of the wrong release's figures still hold."""
        return replace(self, tables=self.weaker, model=STILL_HOLDS)

    @property
    def releases(self) -> list[str]:
        """Keys of the releases that they come from."""
        return sorted({table.release for table in self.tables})

    @property
    def corrected(self) -> list[str]:
        """Keys of those whose figures were wrong."""
        return sorted({table.release for table in self.tables if table.corrected})


def history_for(results: Sequence[MeasureResult], corrects: Release | None, compute: Compute) -> History:
    """What was published before about months that these results cover, or that such a release reaches over.

    Raises UserError where the records behind an earlier release have changed and no release corrects it, where a measure puts
    the categories of a field together differently than it did then, and where the ledger is not whole.
    """
    check_whole()
    now = fingerprints_of(results)
    folds = folds_of(results)
    wrong = _chain(corrects) | set(LedgerTable.objects.exclude(corrects="").values_list("corrects", flat=True))
    tables: list[PastTable] = []
    weaker: list[PastTable] = []
    sentences: set[str] = set()
    for row in _connected({kind: set(months) for kind, months in now.items()}):
        today = now[row.kind]
        is_wrong = row.release_key in wrong
        if not is_wrong and any(today[month] != row.facts[month] for month in set(today) & set(row.facts)):
            raise UserError(
                f"The release was refused: the records behind “{row.release_title}” have changed since it was published. "
                "Prepare this release as one that corrects it."
            )
        if not is_wrong and (field := _folded_otherwise(row, folds[row.kind])):
            raise UserError(
                f"The release was refused: “{row.release_title}” put the categories of {field} together differently, so that "
                "the two cannot be attacked together. Choose months that have not been released."
            )
        cells = published_cells(row)
        found = _put_right(row, cells, compute) if is_wrong else (cells, cells)
        if found is None:
            sentences.add(
                f"The figures of `{row.name}` in `{row.release_key}` were wrong and can no longer be worked out, so they could not "
                "be part of the attack."
            )
            continue
        scope = {name: frozenset(codes) for name, codes in row.scope.items()}
        for known, into in zip(found, (tables, weaker), strict=True):
            into.append(
                PastTable(row.release_key, row.kind, row.name, tuple(row.dimensions), scope, tuple(known), is_wrong)
            )
    return History(tuple(tables), tuple(sorted(sentences)), weaker=tuple(weaker))


def published_about(facts: Mapping[str, Collection[str]]) -> set[str]:
    """Keys of the releases that ever published figures of the same kind of facts and one of these months (by kind)."""
    found = LedgerTable.objects.values_list("release_key", "kind", "facts")
    return {key for key, kind, months in found if set(months) & set(facts.get(kind, ()))}


def fingerprints_of(results: Sequence[MeasureResult]) -> dict[str, dict[str, str]]:
    """Kind of facts -> month -> SHA-256 of the facts that were counted."""
    found: dict[str, dict[str, str]] = {}
    for result in results:
        found.setdefault(result.definition.facts, {}).update(result.fingerprints)
    return found


def rows_for(release: Release) -> list[LedgerTable]:
    """The rows that the ledger keeps of a release: its figures as the public will see them."""
    corrects = release.corrects.key if release.corrects else ""
    return [
        LedgerTable(
            release_key=release.key,
            release_title=release.title,
            corrects=corrects,
            name=name,
            facts=release.summary["facts"][table["kind"]],
            **table,
        )
        for name, table in sorted(release.figures.items())
    ]


def digest_of(rows: Iterable[LedgerTable]) -> str:
    """SHA-256 of rows of the ledger, whatever their order."""
    held = sorted(
        (row.name, row.kind, row.dimensions, row.scope, row.hierarchies, row.cells, row.facts) for row in rows
    )
    return hashlib.sha256(json.dumps(held, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_whole() -> None:
    """Raises UserError when what a published release put into the ledger is no longer there as it was."""
    published = dict(Release.objects.exclude(ledger_digest="").values_list("key", "ledger_digest"))
    held: dict[str, list[LedgerTable]] = {key: [] for key in published}
    for row in LedgerTable.objects.all():
        held.setdefault(row.release_key, []).append(row)
    for key, digest in sorted(published.items()):
        if digest_of(held[key]) != digest:
            raise UserError(
                f"The ledger of published figures is not whole: what it should hold of {key} is missing or was changed. Nothing "
                "can be released safely until it is put back from a backup."
            )


def folds_of(results: Sequence[MeasureResult]) -> dict[str, dict[str, dict[str, str]]]:
    """Kind of facts -> field -> how fine codes are put together before counting, for every field that is broken down."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for result in results:
        own = found.setdefault(result.definition.facts, {})
        for breakdown in result.definition.dimensions:
            own[breakdown.field] = dict(breakdown.fold)
        for part in result.completeness:
            own[part.plan.field] = dict(part.plan.fold)
    return found


def published_cells(row: LedgerTable) -> list[PublishedCell]:
    """The cells of a past table; each names the codes and months that it covers, a subtotal those below it."""
    return [
        PublishedCell(_where(row, codes), count, primary=bool(primary), release=row.release_key)
        for *codes, count, primary in row.cells
    ]


def true_counts(table: CountTable) -> dict[tuple[str, ...], int]:
    """The true count of every cell of a table, margins and subtotals among them; cells that are missing are zero."""
    found: dict[tuple[str, ...], int] = {}
    above = [_levels(table.hierarchies.get(name, {})) for name in table.dimensions]
    for crossing, count in table.counts.items():
        for codes in product(*(levels(code) for levels, code in zip(above, crossing, strict=True))):
            found[codes] = found.get(codes, 0) + int(count)
    return found


def _levels(parents: Mapping[str, str]) -> Any:
    def levels(code: str) -> list[str]:
        found = [code]
        while (code := parents.get(code, "")) and code not in found:
            found.append(code)
        return [*found, TOTAL]

    return levels


def _chain(corrects: Release | None) -> set[str]:
    """The key of the release that is corrected, and of those which that one corrected on the way."""
    found: set[str] = set()
    while corrects is not None and corrects.key not in found:
        found.add(corrects.key)
        corrects = corrects.corrects
    return found


def _connected(months: Mapping[str, set[str]]) -> list[LedgerTable]:
    """Rows of the ledger of the same kind that share a month with these, or with a row that does, and so on."""
    near: list[str] = []
    for kind, begun in months.items():
        reached = set(begun)
        waiting = dict(LedgerTable.objects.filter(kind=kind).values_list("id", "facts"))
        while found := [id for id, facts in waiting.items() if reached & set(facts)]:
            near += found
            reached = reached.union(*(waiting.pop(id) for id in found))
    return list(LedgerTable.objects.filter(id__in=near).order_by("created_at", "id"))


def _folded_otherwise(row: LedgerTable, folds: Mapping[str, Mapping[str, str]]) -> str:
    return next((name for name, fold in row.folds.items() if name in folds and dict(folds[name]) != fold), "")


def _where(row: LedgerTable, codes: Sequence[str]) -> dict[str, str | tuple[str, ...]]:
    where: dict[str, str | tuple[str, ...]] = {name: tuple(found) for name, found in row.scope.items()}
    for name, code in zip(row.dimensions, codes, strict=True):
        if code != TOTAL:
            below = _below(row.hierarchies.get(name, {}), code)
            where[name] = below if len(below) > 1 or below[0] != code else code
    if MONTH not in where:
        where[MONTH] = tuple(sorted(row.facts))  # "all months" were those of that release, not those of today
    return where


def _below(parents: Mapping[str, str], code: str) -> tuple[str, ...]:
    """The finest codes that a code adds up; itself where it has none below."""
    children = sorted(child for child, parent in parents.items() if parent == code)
    return tuple(leaf for child in children for leaf in _below(parents, child)) or (code,)


def _put_right(
    row: LedgerTable, cells: Sequence[PublishedCell], compute: Compute
) -> tuple[list[PublishedCell], list[PublishedCell]] | None:
    """The cells of a table that was wrong, as an attacker can put them right, and those of them whose old figure still holds.

    None when what it counted cannot be computed any more.
    """
    try:
        results = compute([row.measure], min(row.facts), max(row.facts))
    except UserError:
        return None
    table = next((each for each in count_tables(results) if each.name == row.name), None)
    if table is None or list(table.dimensions) != row.dimensions:
        return None
    rule = Rule(threshold=results[0].definition.minimum_count)
    now = true_counts(table)
    right: list[PublishedCell] = []
    holding: list[PublishedCell] = []
    for (*codes, old, primary), cell in zip(row.cells, cells, strict=True):
        true = now.get(tuple(codes), 0)
        small = rule.is_sensitive(true)
        if old is None and small and primary:
            right.append(cell)
            holding.append(cell)
        elif old is not None and not small:
            right.append(replace(cell, count=true))
            if old == true:
                holding.append(cell)
    return right, holding
