"""Refit the model on all labels, judge it out of fold, and refuse to write one that is worse than the one that ships."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from benchmarks.linkage import data

from childfirst.engines.linkage import packaged, training

# The figure, whether more is better, and by how much a new model may fall short by chance.
JUDGED = (
    ("proposal_recall", True, 0.001),
    ("accuracy", True, 0.002),
    ("calibration_error", False, 0.002),
    ("accepted_precision_at_99", True, 0.002),
    ("accepted_recall_at_99", True, 0.005),
    ("named_decided_none_at_99", False, 0.001),
)


def fit(*, force: bool = False) -> tuple[list[str], bool]:
    """Fit, set thresholds out of fold, and write model.toml; lines that tell what came of it, and whether it was written."""
    labels = data.labels()
    labelled = training.label(labels.select(*data.INPUTS, "truth_urn"), data.register())
    model = training.fit(labelled)
    accept, none = training.thresholds(training.cross_validate(labelled))
    provenance = {
        "fitted_on": "../shared/data/linkage/dev.csv",
        "sha256": hashlib.sha256(data.LABELS.read_bytes()).hexdigest(),
        "mentions": len(labelled.named),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "method": "conditional logit over candidates and none, ridge "
        f"{training.RIDGE:g}; {training.FOLDS}-fold cross-validation split by school",
        "by_judgement": ", ".join(sorted(training.BY_JUDGEMENT)),
        **figures(labelled),
    }
    worse = _worse(packaged().provenance, provenance)
    lines = [f"  {key}: {value}" for key, value in provenance.items()]
    if worse and not force:
        return [
            *lines,
            "not written, because it is worse than the model that ships:",
            *worse,
            "Add --force to write it.",
        ], False
    data.MODEL.write_text(training.to_toml(model, accept, none, provenance), encoding="utf-8")
    return [f"wrote {data.MODEL.relative_to(data.ROOT)}", *lines, *worse], True


def figures(labelled: training.Labelled) -> dict[str, float]:
    """Figures out of fold that a model is judged by."""
    judged = training.cross_validate(labelled)
    kept = training.nested(labelled, (0.99,))[0.99]
    named = labelled.named
    return {
        "proposal_recall": float(np.mean((labelled.target >= 0)[named])),
        "accuracy": float(judged.right[named].mean()),
        "calibration_error": judged.calibration_error(),
        "accepted_precision_at_99": kept.precision,
        "accepted_recall_at_99": kept.recall,
        "named_decided_none_at_99": kept.named_lost,
    }


def _worse(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    if old.get("sha256") != new["sha256"]:
        return []
    lines = []
    for key, more, slack in JUDGED:
        loss = (old[key] - new[key]) * (1 if more else -1) if key in old else 0.0
        if loss > slack:
            lines.append(f"  {key}: {new[key]:.4f}, was {old[key]:.4f}")
    return lines


def report() -> list[str]:
    """What the packaged model rests on, and what cross-validation says of it today."""
    labels = data.labels()
    model = packaged()
    labelled = training.label(labels.select(*data.INPUTS, "truth_urn"), data.register())
    today = figures(labelled)
    lines = ["the packaged model:"]
    lines += [f"  {key}: {value}" for key, value in model.provenance.items() if key not in today]
    lines.append(f"  {'':28}{'when fitted':>12}{'today':>10}")
    lines += [
        f"  {key:28}{model.provenance.get(key, float('nan')):>12.4f}{value:>10.4f}" for key, value in today.items()
    ]
    for precision, kept in training.nested(labelled, (0.95, 0.98, 0.99, 0.995)).items():
        lines.append(
            f"  at precision {precision:g}: accepted {kept.precision:.4f} right, {kept.recall:.4f} of named; none {kept.none_precision:.4f} "
            f"right, {kept.none_recall:.4f} found, {kept.named_lost:.4f} of named lost; review {kept.review:.4f}"
        )
    return lines
