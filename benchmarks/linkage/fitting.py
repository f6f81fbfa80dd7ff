"""Refit the model on all labels, judge it out of fold, and refuse to write one that is worse than the one that ships."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import polars as pl
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
    """Fit, set thresholds out of fold, and write model.toml; lines that tell what came of it, and whether it was written.

    On the labels that the shipped model was fitted to, both are judged by what cross-validation said of them; on others by
    `training.compare`, which judges the old model on labels that it has not seen.
    """
    labels, register = _labels(), data.register()
    model, found = training.fit(labels, register)
    provenance = {
        "fitted_on": "../shared/data/linkage/dev.csv",
        "sha256": hashlib.sha256(data.LABELS.read_bytes()).hexdigest(),
        "mentions": found.mentions,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "method": "conditional logit over candidates and none, ridge "
        f"{training.RIDGE:g}; {training.FOLDS}-fold cross-validation split by school",
        "by_judgement": ", ".join(sorted(training.BY_JUDGEMENT)),
        **figures(found),
    }
    old = packaged()
    if old.provenance.get("sha256") == provenance["sha256"]:
        worse = _worse(old.provenance, provenance)
    else:
        refused = training.compare(old, model, labels, register).refused
        worse = [f"  {refused}"] if refused else []
    lines = [found.sentence(), *(f"  {key}: {value}" for key, value in provenance.items())]
    if worse and not force:
        return [
            *lines,
            "not written, because it is worse than the model that ships:",
            *worse,
            "Add --force to write it.",
        ], False
    data.MODEL.write_text(training.to_toml(model, model.accept, model.none_at, provenance), encoding="utf-8")
    return [f"wrote {data.MODEL.relative_to(data.ROOT)}", *lines, *worse], True


def _labels() -> pl.DataFrame:
    return data.labels().select(*data.INPUTS, "truth_urn")


def figures(found: training.Report) -> dict[str, float]:
    """Figures out of fold that a model is judged by."""
    kept = found.kept[0.99]
    return {
        "proposal_recall": found.proposal_recall,
        "accuracy": found.accuracy,
        "calibration_error": found.calibration_error,
        "accepted_precision_at_99": kept.precision,
        "accepted_recall_at_99": kept.recall,
        "named_decided_none_at_99": kept.named_lost,
    }


def _worse(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, more, slack in JUDGED:
        loss = (old[key] - new[key]) * (1 if more else -1) if key in old else 0.0
        if loss > slack:
            lines.append(f"  {key}: {new[key]:.4f}, was {old[key]:.4f}")
    return lines


def report() -> list[str]:
    """What the packaged model rests on, and what cross-validation says of it today."""
    model = packaged()
    _, found = training.fit(_labels(), data.register())
    today = figures(found)
    lines = ["the packaged model:"]
    lines += [f"  {key}: {value}" for key, value in model.provenance.items() if key not in today]
    lines.append(f"  {'':28}{'when fitted':>12}{'today':>10}")
    lines += [
        f"  {key:28}{model.provenance.get(key, float('nan')):>12.4f}{value:>10.4f}" for key, value in today.items()
    ]
    return [*lines, found.sentence()]
