"""Building a bundle: compute, protect, attack, write. It changes no database; its work is a folder and a summary."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from childfirst.measures.actions import compute
from childfirst.measures.queries import definition
from childfirst.measures.results import MeasureResult
from childfirst.measures.store import read_facts
from childfirst.release import bundle, notes, reporting
from childfirst.release.ledger import History, history_for
from childfirst.release.models import Release
from childfirst.release.protection import Protected, attacked, protect_results
from childfirst.release.publish import measure_document
from childfirst.shared.errors import UserError

DEMO_EFFORT = 8_000


@dataclass(frozen=True)
class Shielded:
    """Tables that are protected and not attacked yet, with what they were made of."""

    results: Sequence[MeasureResult]
    history: History
    protected: Protected


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
    """Protect, attack and write in one go; for rebuilding a bundle elsewhere to compare its bytes."""
    return finish(release, shield(release), folder)


def shield(release: Release) -> Shielded:
    """Compute the measures and protect their tables, together with what was published before.

    Raises UserError where there are no facts, where a cell cannot be proved safe, or where the figures contradict what was
    published.
    """
    results = compute_all(release.measures, release.first_month, release.last_month)
    history = history_for(results, release.corrects, compute_all)
    try:
        return Shielded(results, history, protect_results(results, history.tables, search=effort()))
    except UserError:
        if not history.corrected:
            raise
    history = history.weakened()
    return Shielded(results, history, protect_results(results, history.tables, search=effort()))


def effort() -> int | None:
    """How much work goes into hiding fewer cells, in the engine's units: little in the demo, which shall stand in seconds."""
    return DEMO_EFFORT if settings.DEMO else None


def finish(release: Release, shielded: Shielded, folder: Path | None = None) -> Built:
    """Attack the protected tables and write the bundle into its folder (whole, in one step).

    Raises UserError when the attack succeeds; then nothing is written.
    """
    results, history = shielded.results, shielded.history
    protected = attacked(shielded.protected)
    content = bundle.Content(
        release={
            "key": release.key,
            "title": release.title,
            "released_on": release.released_on.isoformat(),
            "corrects": release.corrects.key if release.corrects else "",
            "publisher": settings.PARTNERSHIP_NAME,
            "months": sorted({month for result in results for month in result.months}),
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
            history=history,
        ),
        disclosure=reporting.disclosure(protected, history),
    )
    digest = _write(folder or bundle_folder(release.key), content)
    return Built(digest, reporting.summary(results, protected, history), reporting.figures(protected, results))


def has_facts(kind: str, first: str, last: str) -> bool:
    """Whether there are facts of this kind in the period."""
    try:
        return bool(read_facts(kind, first, last).files)
    except UserError:
        return False


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
