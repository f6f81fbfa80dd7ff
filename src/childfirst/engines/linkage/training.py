"""Fitting the model to labelled mentions, and comparing models, by cross-validation that keeps each school in one part.

* `fit(labels, register)` learns from a table of labels and gives the model with a `Report`;
* `compare(old, new, labels, register)` judges two models on labels and refuses one that is worse;
* `label`, `cross_validate`, `judge`, `nested`, `thresholds` are the steps, for benchmarks; `to_toml` writes the file.

Only NumPy and SciPy's optimiser are needed; matching itself needs neither labels nor this module.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from scipy import optimize

from childfirst.engines.linkage import judging, tables, text
from childfirst.engines.linkage.evidence import Evidence
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.judging import Judged, Kept, thresholds
from childfirst.engines.linkage.model import Model, softmax
from childfirst.engines.linkage.pipeline import weigh
from childfirst.engines.linkage.terms import AGAINST, BY_JUDGEMENT, CANDIDATE_TERMS, FOR, FOR_NONE, NONE_TERMS
from childfirst.shared.errors import UserError

RIDGE = 0.1
FOLDS = 5
FEWEST = 100
WORSE_LOG_LOSS = 0.01
SMALLEST = 0.05
BATCH = 2048


@dataclass(frozen=True)
class Labelled:
    """Evidence with the truth: `target` is the row of the true school among the candidates, -1 for none of these.

    `named` tells whether the label names a school at all (the school may not have been proposed); `group` is what
    cross-validation must not split: the true school, or the words of a mention without one.
    """

    evidence: Evidence
    target: npt.NDArray[np.int64]
    named: npt.NDArray[np.bool_]
    group: Sequence[str]


@dataclass(frozen=True)
class Report:
    """What a fitted model rests on and keeps, out of fold: each mention judged by a model that has not seen its school."""

    mentions: int
    named: int
    proposal_recall: float
    accuracy: float
    calibration_error: float
    log_loss: float
    kept: Mapping[float, Kept]

    def sentence(self) -> str:
        """The report in one sentence."""
        at = self.kept[0.99]
        return (
            f"Out of fold, on {self.mentions:,} labels: the best candidate is right for {self.accuracy:.1%} of mentions that name "
            f"a school; at precision 0.99 links were {at.precision:.1%} right and found {at.recall:.1%}, {at.review:.1%} go to "
            f"review, and {at.named_lost:.2%} of schools would be lost as none."
        )


@dataclass(frozen=True)
class Comparison:
    """Two models on the same labels: what each keeps at the precision, and why the new one is refused (empty: it is not)."""

    precision: float
    mentions: int
    old: Kept
    new: Kept
    old_log_loss: float
    new_log_loss: float
    refused: str

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return asdict(self)


@overload
def fit(labels: Labelled, register: npt.NDArray[np.bool_] | None = None, ridge: float = RIDGE) -> Model: ...
@overload
def fit(labels: tables.Rows, register: Index, ridge: float = RIDGE) -> tuple[Model, Report]: ...
def fit(labels: Any, register: Any = None, ridge: float = RIDGE) -> Model | tuple[Model, Report]:
    """Fit a model to labelled mentions.

    `labels` is a mentions table (see `childfirst.engines.linkage.match`) with the truth in a column ``truth`` or
    ``truth_urn``: a URN, or ``none`` where no school of the register is meant. Gives the model, with thresholds from
    cross-validation over schools, and a report. Raises UserError for fewer than 100 labels.

    Given `Labelled` evidence, and in place of the register a mask of the mentions to include, gives the bare model without
    thresholds.
    """
    if isinstance(labels, Labelled):
        return _coefficients(labels, register, ridge)
    labelled = label(labels, register)
    if len(labelled.named) < FEWEST:
        raise UserError(f"A model needs at least {FEWEST} labelled mentions; there are {len(labelled.named)}.")
    judged = cross_validate(labelled, ridge=ridge)
    accept, none_at = thresholds(judged)
    model = replace(_coefficients(labelled, None, ridge), accept=accept, none_at=none_at)
    return model, _report(labelled, judged)


def _report(labelled: Labelled, judged: Judged) -> Report:
    named = labelled.named
    return Report(
        mentions=len(named),
        named=int(named.sum()),
        proposal_recall=float((labelled.target >= 0)[named].mean()) if named.any() else float("nan"),
        accuracy=float(judged.right[named].mean()) if named.any() else float("nan"),
        calibration_error=judged.calibration_error(),
        log_loss=judged.log_loss(),
        kept=nested(labelled, (0.95, 0.99), outer=judged),
    )


def compare(
    old: Model, new: Model, labels: tables.Rows, register: Index, *, precision: float = 0.99, seen: bool = True
) -> Comparison:
    """Judge two models on the same labels, and refuse the new one where it is worse.

    Where the new model was fitted to these labels (`seen`), it is judged out of fold: models fitted like it to the other
    folds stand for it, with its own thresholds. It is refused when it links less or with a precision below the one asked
    for and the old one's, loses more named schools as none, or gives the truth less probability.
    """
    labelled = label(labels, register)
    before = judge(labelled, old)
    after = cross_validate(labelled) if seen else judge(labelled, new)
    was, now = judging.kept(before, old, precision), judging.kept(after, new, precision)
    losses = before.log_loss(), after.log_loss()
    return Comparison(precision, len(labelled.named), was, now, *losses, _refusal(was, now, losses, precision))


def _refusal(was: Kept, now: Kept, losses: tuple[float, float], precision: float) -> str:
    if now.precision < min(precision, was.precision):
        return f"The new model's links are right for {now.precision:.2%}, the old one's for {was.precision:.2%}."
    if now.named_lost > max(was.named_lost, 0.005):
        return f"The new model loses {now.named_lost:.2%} of named schools as none, the old one {was.named_lost:.2%}."
    if now.recall < was.recall - 0.002:
        return f"The new model links {now.recall:.1%} of named mentions, the old one {was.recall:.1%}."
    if losses[1] > losses[0] + WORSE_LOG_LOSS:
        return (
            f"The new model gives the truth less probability: log loss {losses[1]:.3f}, the old one's {losses[0]:.3f}."
        )
    return ""


def _coefficients(
    labelled: Labelled, include: npt.NDArray[np.bool_] | None, ridge: float, start: Model | None = None
) -> Model:
    """The conditional logit by penalised maximum likelihood (McFadden 1974), on the included mentions.

    The likelihood is concave, so that `start`, a model to begin from, only saves time.
    """
    part = labelled.evidence if include is None else _subset(labelled.evidence, include)
    target = labelled.target if include is None else _moved(labelled, include, part)
    picked = target >= 0
    fixed = np.array([BY_JUDGEMENT.get(key, np.nan) for key in CANDIDATE_TERMS])
    free = np.isnan(fixed)
    # Terms are scaled to like size while the optimiser works, so that it ends soon; the ridge is on the coefficients as written.
    scale = np.sqrt(np.concatenate([(part.terms[free] ** 2).mean(axis=1), (part.none**2).mean(axis=1)])) + SMALLEST
    split = int(free.sum())
    terms = np.ascontiguousarray(part.terms[free].T / scale[:split])
    none_terms = np.ascontiguousarray(part.none.T / scale[split:])
    offset = part.terms[~free].T @ fixed[~free]
    penalty = ridge / scale**2
    penalty[split] = 0.0

    def loss(beta: tables.Floats) -> tuple[float, tables.Floats]:
        scores, none = terms @ beta[:split] + offset, none_terms @ beta[split:]
        chance, chance_none = softmax(scores, none, part.bounds)
        told = np.where(picked, chance[np.maximum(target, 0)] if len(chance) else 1.0, chance_none)
        likelihood = np.log(np.maximum(told, 1e-300)).sum()
        gap = chance.copy()
        gap[target[picked]] -= 1.0
        gap_none = chance_none - ~picked
        gradient = np.concatenate([terms.T @ gap, none_terms.T @ gap_none]) + 2 * penalty * beta
        return float(-likelihood + (penalty * beta**2).sum()), gradient

    keys = [key for key, is_free in zip(CANDIDATE_TERMS, free.tolist(), strict=True) if is_free]
    bounds = [(0.0, None) if k in FOR else (None, 0.0) if k in AGAINST else (None, None) for k in keys]
    bounds += [(0.0, None) if k in FOR_NONE else (None, None) for k in NONE_TERMS]
    first = np.zeros(len(scale)) if start is None else np.concatenate([start.candidate[free], start.none]) * scale
    found = optimize.minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    coefficients = found.x / scale
    candidate = np.where(free, 0.0, fixed)
    candidate[free] = coefficients[:split]
    return Model(candidate, coefficients[split:], {}, {}, {})


def folds_of(labelled: Labelled, folds: int = FOLDS) -> npt.NDArray[np.int64]:
    """A fold for each mention, by a hash of its group: no school stands in two folds, and no seed is needed."""
    digests = [hashlib.sha256(g.encode()).digest() for g in labelled.group]
    return np.array([int.from_bytes(d[:8], "big") % folds for d in digests], dtype=np.int64)


def judge(labelled: Labelled, model: Model, include: npt.NDArray[np.bool_] | None = None) -> Judged:
    """Results of a model on labelled mentions (all, or the included)."""
    evidence, target, named = labelled.evidence, labelled.target, labelled.named
    if include is not None:
        part = _subset(evidence, include)
        target, named, evidence = _moved(labelled, include, part), named[include], part
    chance, none = model.probabilities(evidence)
    top = np.zeros(len(none))
    right = np.zeros(len(none), dtype=bool)
    for m, (a, b) in enumerate(zip(evidence.bounds[:-1].tolist(), evidence.bounds[1:].tolist(), strict=True)):
        if b > a:
            best = a + int(np.argmax(chance[a:b]))
            top[m] = chance[best]
            right[m] = best == target[m]
    return Judged(top, right, none, named)


def cross_validate(labelled: Labelled, within: npt.NDArray[np.bool_] | None = None, ridge: float = RIDGE) -> Judged:
    """Out-of-fold results: each mention is judged by a model that has seen no mention of its school."""
    fold = folds_of(labelled)
    inside = np.ones(len(fold), dtype=bool) if within is None else within
    size = len(fold)
    result = Judged(np.zeros(size), np.zeros(size, dtype=bool), np.zeros(size), labelled.named)
    whole = _coefficients(labelled, inside, ridge)
    for k in sorted(set(fold[inside].tolist())):
        model = _coefficients(labelled, inside & (fold != k), ridge, whole)
        held = inside & (fold == k)
        part = judge(labelled, model, held)
        result.top[held], result.right[held], result.none[held] = part.top, part.right, part.none
    return Judged(result.top[inside], result.right[inside], result.none[inside], labelled.named[inside])


def nested(
    labelled: Labelled, precisions: Sequence[float], folds: int = FOLDS, outer: Judged | None = None
) -> dict[float, Kept]:
    """The decision judged as a whole: for each fold, model and thresholds come from the other folds alone."""
    fold = folds_of(labelled, folds)
    judged = outer or cross_validate(labelled)
    return judging.kept_by_fold(judged, inner_thresholds(labelled, folds), fold, precisions)


def inner_thresholds(
    labelled: Labelled, folds: int = FOLDS
) -> dict[int, tuple[dict[float, float], dict[float, float]]]:
    """For each fold the thresholds that the other folds alone give, by a cross-validation within them."""
    fold = folds_of(labelled, folds)
    return {k: thresholds(cross_validate(labelled, fold != k)) for k in sorted(set(fold.tolist()))}


def _subset(evidence: Evidence, include: npt.NDArray[np.bool_]) -> Evidence:
    rows = np.repeat(include, np.diff(evidence.bounds))
    bounds = np.concatenate([[0], np.cumsum(np.diff(evidence.bounds)[include])])
    return Evidence(
        bounds,
        evidence.school[rows],
        evidence.form[rows],
        evidence.terms[:, rows],
        evidence.none[:, include],
        evidence.km[rows],
    )


def _moved(labelled: Labelled, include: npt.NDArray[np.bool_], part: Evidence) -> npt.NDArray[np.int64]:
    offset = labelled.target - labelled.evidence.bounds[:-1]
    return np.where(labelled.target[include] >= 0, offset[include] + part.bounds[:-1], -1)


def label(mentions: tables.Rows, register: Index) -> Labelled:
    """Evidence and truth of labelled mentions: a mentions table with ``truth`` or ``truth_urn`` (a URN or ``none``)."""
    given = tables.frame(mentions, "labelled mentions", ("mention",))
    truth_column = "truth" if "truth" in given.columns else "truth_urn"
    table = tables.frame(given, "labelled mentions", ("mention", truth_column))
    truth = tables.texts(table, truth_column)
    parts = [weigh(table.slice(start, BATCH), register)[1] for start in range(0, max(table.height, 1), BATCH)]
    evidence = _joined(parts)
    position = {urn: i for i, urn in enumerate(register.schools.urn)}
    named = np.array([t not in ("", "none") for t in truth], dtype=bool)
    wanted = np.array(
        [position.get(t, -1) if is_named else -1 for t, is_named in zip(truth, named.tolist(), strict=True)]
    )
    mention = np.repeat(np.arange(table.height), np.diff(evidence.bounds))
    target = np.full(table.height, -1, dtype=np.int64)
    hit = np.flatnonzero(evidence.school == wanted[mention]) if len(mention) else np.zeros(0, np.int64)
    target[mention[hit]] = hit
    words = [text.fold(mention).strip() for mention in tables.texts(table, "mention")]
    group = [t if is_named else w for t, is_named, w in zip(truth, named.tolist(), words, strict=True)]
    return Labelled(evidence, target, named, group)


def _joined(parts: Sequence[Evidence]) -> Evidence:
    sizes = np.concatenate([np.diff(p.bounds) for p in parts])
    return Evidence(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([p.school for p in parts]),
        np.concatenate([p.form for p in parts]),
        np.concatenate([p.terms for p in parts], axis=1),
        np.concatenate([p.none for p in parts], axis=1),
        np.concatenate([p.km for p in parts]),
    )


def to_toml(
    model: Model, accept: Mapping[float, float], none: Mapping[float, float], provenance: Mapping[str, Any]
) -> str:
    """The model as the text of its file."""
    lines = ["# Made by `python -m benchmarks.linkage fit`. Do not edit by hand.", "", "[provenance]"]
    lines += [f"{key} = {_toml(value)}" for key, value in provenance.items()]
    for section, keys, values in (
        ("candidate", CANDIDATE_TERMS, model.candidate),
        ("none", NONE_TERMS, model.none),
    ):
        lines += ["", f"[{section}]"] + [f"{key} = {value:.6f}" for key, value in zip(keys, values, strict=True)]
    for name, table in (("accept", accept), ("none", none)):
        lines += ["", f"[thresholds.{name}]"] + [f'"{p:g}" = {t:.4f}' for p, t in sorted(table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:.4f}" if isinstance(value, float) else str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
