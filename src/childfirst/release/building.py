"""Building a bundle: compute, protect, attack, write. It changes no database; its work is a folder and a summary."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from childfirst.engines.disclosure import TOTAL, PublishedCell, SafeTable, Status
from childfirst.measures.actions import compute
from childfirst.measures.queries import definition
from childfirst.measures.results import MeasureResult
from childfirst.measures.store import read_facts
from childfirst.release import bundle, notes
from childfirst.release.models import LedgerTable, Release
from childfirst.release.protection import Protected, protect_results
from childfirst.release.publish import measure_document
from childfirst.shared.errors import UserError


@dataclass(frozen=True)
class Built:
    """A bundle that was built: its digest, what the pages show of it, and the tables that the ledger will keep."""

    digest: str
    summary: dict[str, Any]
    figures: dict[str, Any]


def bundle_folder(key: str) -> Path:
    """Where the bundle of a release stands in the workspace."""
    return Path(settings.BUNDLES_DIR) / key


def build(release: Release, folder: Path | None = None) -> Built:
    """Build the release's bundle into its folder (whole, in one step) and say what is in it.

    Raises UserError where there are no facts, where the attack succeeds, or where the figures contradict what was published.
    """
    results = compute_all(release.measures, release.first_month, release.last_month)
    ledger, left_out = ledger_for(results, corrects=release.corrects)
    protected = protect_results(results, ledger)
    content = bundle.Content(
        release={
            "key": release.key,
            "title": release.title,
            "released_on": release.released_on.isoformat(),
            "corrects": release.corrects.key if release.corrects else "",
            "publisher": settings.PARTNERSHIP_NAME,
            "months": list(results[0].months),
        },
        measures=[measure_document(result.definition, release.key) for result in results],
        tables=protected.tables,
        notes=notes.write(
            title=release.title,
            released_on=release.released_on,
            corrects=release.corrects.key if release.corrects else "",
            own_words=release.notes,
            results=results,
            protected=protected,
            ledger_left_out=left_out,
        ),
        disclosure=disclosure(protected, left_out),
    )
    digest = _write(folder or bundle_folder(release.key), content)
    return Built(digest, summary(results, protected, left_out), figures(protected))


def compute_all(measures: Sequence[str], first: str, last: str) -> list[MeasureResult]:
    """The results of the measures over the same facts, in the order of their ids."""
    results = []
    for measure in sorted(measures):
        plan = definition(measure)
        results.append(compute(plan, facts=read_facts(plan.facts, first, last)))
    return results


def _write(target: Path, content: bundle.Content) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        digest = bundle.write(draft, content)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return digest


def ledger_for(
    results: Sequence[MeasureResult], corrects: Release | None = None
) -> tuple[dict[str, list[PublishedCell]], list[str]]:
    """What was published before of the same months, by table; and a sentence for each release that had to be left out.

    Releases of other months count other records and tell nothing of these. A release of exactly these months is attacked together
    with the new one. The release that is corrected cannot be: its figures contradict the new ones, and no records can have made
    both; the notes say so. Raises UserError where periods overlap without being the same, for then the figures of two releases
    could be subtracted, and where the records have changed since an earlier release that is not corrected by this one.
    """
    now: dict[str, str] = {}
    for result in results:
        now.update(result.fingerprints)
    cells: dict[str, list[PublishedCell]] = {}
    left_out: set[str] = set()
    for table in LedgerTable.objects.select_related("release").order_by("release__created_at", "release_id", "name"):
        key = table.release.key
        if not set(now) & set(table.facts):
            continue
        if _corrected_by(table.release, corrects):
            left_out.add(f"The figures of `{key}`, which are corrected, could not be part of the attack.")
        elif set(now) != set(table.facts):
            raise UserError(
                f"The release was refused: “{table.release.title}” has figures of some of the same months, but not of the same "
                "period, so that the two could be subtracted from each other. Choose months that have not been released, or "
                f"exactly those from {min(table.facts)} to {max(table.facts)}."
            )
        elif now != table.facts:
            raise UserError(
                f"The release was refused: the records behind “{table.release.title}” have changed since it was published. "
                "Prepare this release as one that corrects it."
            )
        else:
            cells.setdefault(table.name, []).extend(_published(table))
    return cells, sorted(left_out)


def published_about(months: Collection[str]) -> set[str]:
    """Keys of the releases that ever published figures of one of these months."""
    found = LedgerTable.objects.values_list("release__key", "facts")
    return {key for key, facts in found if set(facts) & set(months)}


def _corrected_by(earlier: Release, corrects: Release | None) -> bool:
    """Whether ``earlier`` is what is corrected, or was itself corrected by that on the way."""
    while corrects is not None:
        if corrects.pk == earlier.pk:
            return True
        corrects = corrects.corrects
    return False


def _published(table: LedgerTable) -> list[PublishedCell]:
    scope = {name: tuple(codes) for name, codes in table.scope.items()}
    found = []
    for *codes, count, primary in table.cells:
        where: dict[str, Any] = {**scope, **dict(zip(table.dimensions, codes, strict=True))}
        if where.get("month") == TOTAL:
            where["month"] = tuple(sorted(table.facts))  # "all months" were those of that release, not those of today
        found.append(PublishedCell(where, count, primary=bool(primary), release=table.release.key))
    return found


def disclosure(protected: Protected, ledger_left_out: Sequence[str]) -> dict[str, Any]:
    """``disclosure.json``: the rule, what was hidden, and what the attack found. Says of no cell why it was hidden."""
    hidden: dict[str, list[list[str]]] = {}
    for part in protected.parts:
        for name in part.names:
            hidden[name] = [list(cell.codes) for cell in part.protection[name].cells if cell.status.hidden]
    return {
        "format": "childfirst.release.disclosure/1",
        "rule": protected.rule.as_json(),
        "parts": [
            {
                "tables": list(part.names),
                "attacker": part.protection.certificate["attacker"],
                "method": part.protection.certificate["method"],
                "proved": part.protection.proved,
                "published_sha256": part.protection.certificate["published_sha256"],
                "audit": {"safe": part.attack.safe, **part.attack.summary()},
            }
            for part in protected.parts
        ],
        "tables": {name: tally(protected.safe(name)) for name in sorted(hidden)},
        "hidden": {name: hidden[name] for name in sorted(hidden)},
        "left_out": dict(sorted(protected.left_out.items())),
        "ledger": {"cells": protected.ledger_cells, "left_out": list(ledger_left_out)},
    }


def tally(table: SafeTable) -> dict[str, int]:
    """How many cells are shown, hidden and zero."""
    found = {"cells": len(table.cells), "shown": 0, "hidden": 0, "zero": 0}
    for cell in table.cells:
        found["hidden" if cell.status.hidden else "zero" if cell.status is Status.TRUE_ZERO else "shown"] += 1
    return found


def figures(protected: Protected) -> dict[str, Any]:
    """The protected tables as the ledger keeps them: dimensions, scope, and cells with why they are hidden."""
    found = {}
    for table in protected.tables:
        safe = protected.safe(table.name)
        found[table.name] = {
            "dimensions": list(safe.dimensions),
            "scope": {field: list(codes) for field, codes in safe.scope.items()},
            "cells": [[*cell.codes, cell.count, cell.status is Status.HIDDEN_PRIMARY] for cell in safe.cells],
        }
    return found


def summary(results: Sequence[MeasureResult], protected: Protected, ledger_left_out: Sequence[str]) -> dict[str, Any]:
    """What the pages of the workspace show of the build. ``facts`` maps months to the SHA-256 of the facts counted."""
    facts: dict[str, str] = {}
    for result in results:
        facts.update(result.fingerprints)
    return {
        "months": list(results[0].months),
        "missing_months": list(results[0].missing_months),
        "measures": {result.definition.id: result.definition.version for result in results},
        "tables": {
            table.name: {
                "title": table.title,
                "measure": table.measure,
                "rows": len(table.rows),
                **tally(protected.safe(table.name)),
            }
            for table in protected.tables
        },
        "rule": protected.rule.as_json(),
        "audit": [
            {"tables": list(part.names), "safe": part.attack.safe, **part.attack.summary()} for part in protected.parts
        ],
        "left_out": dict(protected.left_out),
        "ledger_left_out": list(ledger_left_out),
        "ledger_seen": sorted(published_about(facts)),
        "facts": facts,
    }
