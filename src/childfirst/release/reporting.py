"""What a build says of itself: the certificate in the bundle, the figures for the ledger, the summary for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from childfirst.engines.disclosure import SafeTable, Status
from childfirst.measures.results import MeasureResult
from childfirst.release.counting import by_kind, restrictions
from childfirst.release.ledger import History, fingerprints_of, folds_of, published_about
from childfirst.release.protection import Part, Protected


def disclosure(protected: Protected, history: History) -> dict[str, Any]:
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
                "ledger_cells": part.ledger_cells,
                "audit": _audit(part),
            }
            for part in protected.parts
        ],
        "tables": {name: tally(protected.safe(name)) for name in sorted(hidden)},
        "hidden": {name: hidden[name] for name in sorted(hidden)},
        "left_out": dict(sorted(protected.left_out.items())),
        "ledger": {
            "cells": protected.ledger_cells,
            "releases": history.releases,
            "corrected": history.corrected,
            **({"corrected_model": history.model} if history.corrected else {}),
            "left_out": list(history.sentences),
        },
    }


def _audit(part: Part) -> dict[str, Any]:
    return {} if part.attack is None else {"safe": part.attack.safe, **part.attack.summary()}


def tally(table: SafeTable) -> dict[str, int]:
    """How many cells are shown, hidden and zero."""
    found = {"cells": len(table.cells), "shown": 0, "hidden": 0, "zero": 0}
    for cell in table.cells:
        found["hidden" if cell.status.hidden else "zero" if cell.status is Status.TRUE_ZERO else "shown"] += 1
    return found


def figures(protected: Protected, results: Sequence[MeasureResult]) -> dict[str, Any]:
    """The protected tables as the ledger keeps them, cells with why they are hidden."""
    found = {}
    folds = folds_of(results)
    restricted = {name: codes for own in by_kind(results).values() for name, codes in restrictions(own).items()}
    kinds = {result.definition.id: result.definition.facts for result in results}
    for table in protected.tables:
        safe = protected.safe(table.name)
        found[table.name] = {
            "measure": table.measure,
            "kind": (kind := kinds[table.measure]),
            "dimensions": list(safe.dimensions),
            "hierarchies": {field: dict(parents) for field, parents in safe.hierarchies.items()},
            "folds": {field: folds[kind][field] for field in safe.dimensions if folds[kind].get(field)},
            "scope": {field: sorted(codes) for field, codes in restricted[table.name].items()},
            "cells": [[*cell.codes, cell.count, cell.status is Status.HIDDEN_PRIMARY] for cell in safe.cells],
        }
    return found


def summary(results: Sequence[MeasureResult], protected: Protected, history: History) -> dict[str, Any]:
    """What the pages of the workspace show of the build. ``facts``: kind -> month -> SHA-256 of the facts counted."""
    facts = fingerprints_of(results)
    return {
        "months": sorted({month for result in results for month in result.months}),
        "missing_months": sorted({month for result in results for month in result.missing_months}),
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
            {"tables": list(part.names), "ledger_cells": part.ledger_cells, **_audit(part)} for part in protected.parts
        ],
        "left_out": dict(protected.left_out),
        "ledger_left_out": list(history.sentences),
        "ledger_releases": history.releases,
        "ledger_corrected": history.corrected,
        "ledger_seen": sorted(published_about(facts)),
        "facts": facts,
    }
