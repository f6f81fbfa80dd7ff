"""Fitting the model to labelled mentions, and judging it by cross-validation that keeps each school in one part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import optimize

from childfirst.engines.linkage import tables, text
from childfirst.engines.linkage.evidence import Evidence
from childfirst.engines.linkage.matching import weigh
from childfirst.engines.linkage.model import Model, softmax
from childfirst.engines.linkage.register import Register
from childfirst.engines.linkage.terms import CANDIDATE_TERMS, NONE_TERMS

RIDGE = 0.3
# Terms that the labels cannot inform (they have no sex of child and no closed school): set by judgement.
BY_JUDGEMENT = {"child_sex": -2.0, "closed": -1.5}
# A term that speaks for a school must not count against it, nor the other way round: a bar means what its label says.
FOR = frozenset(
    [
        "typed_found",
        "same_words",
        "letters",
        "letters_close",
        "rare_words",
        "first_word",
        "kind_agrees",
        "faith_agrees",
        "sex_agrees",
        "initials",
        "initials_length",
        "near",
        "borough_of_record",
        "borough_typed",
        "street_typed",
        "age_fits",
        "margin",
    ]
)
AGAINST = frozenset(
    [
        "typed_unexplained",
        "kind_conflicts",
        "kind_untyped",
        "faith_conflicts",
        "sex_conflicts",
        "former_name",
        "distance",
        "distance_primary",
        "very_far",
        "borough_typed_differs",
        "street_word_unexplained",
        "age_outside",
        "better_rivals",
        "nearer_rivals",
        "namesakes_afar",
        "outside_england",
    ]
)
FOR_NONE = frozenset(["says_none", "says_none_only", "no_name", "one_word", "only_borough", "outside", "no_cue"])
PRECISIONS = (0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
NONE_PRECISIONS = (0.9, 0.95, 0.98, 0.99)
FOLDS = 5
ONE_SIDED_80 = 0.8416


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
class Judged:
    """Out-of-fold results: per mention the best candidate's probability, whether it is true, and the probability of none."""

    top: tables.Floats
    right: npt.NDArray[np.bool_]
    none: tables.Floats
    named: npt.NDArray[np.bool_]

    def accepted(self, threshold: float) -> tuple[float, float]:
        """Precision of links accepted at a threshold and their share of the mentions that name a school."""
        taken = self.top >= threshold
        right = int((taken & self.right).sum())
        return (right / int(taken.sum()) if taken.any() else float("nan")), right / max(int(self.named.sum()), 1)

    def calibration_error(self, bins: int = 10) -> float:
        """Expected calibration error of the best candidate's probability, over bins of equal count."""
        order = np.argsort(self.top, kind="stable")
        parts = [part for part in np.array_split(order, bins) if len(part)]
        gaps = [abs(self.top[p].mean() - self.right[p].mean()) * len(p) for p in parts]
        return float(sum(gaps) / len(order))


def fit(labelled: Labelled, include: npt.NDArray[np.bool_] | None = None, ridge: float = RIDGE) -> Model:
    """Fit the conditional logit by penalised maximum likelihood (McFadden 1974), on the included mentions."""
    part = labelled.evidence if include is None else _subset(labelled.evidence, include)
    target = labelled.target if include is None else _moved(labelled, include, part)
    picked = target >= 0
    fixed = np.array([BY_JUDGEMENT.get(key, np.nan) for key in CANDIDATE_TERMS])
    free = np.isnan(fixed)
    terms = part.terms[:, free]
    split = int(free.sum())
    penalised = np.ones(split + len(NONE_TERMS))
    penalised[split] = 0.0

    def loss(beta: tables.Floats) -> tuple[float, tables.Floats]:
        scores, none = terms @ beta[:split], part.none @ beta[split:]
        chance, chance_none = softmax(scores, none, part.bounds)
        likelihood = np.log(
            np.maximum(np.where(picked, chance[np.maximum(target, 0)] if len(chance) else 1.0, chance_none), 1e-300)
        ).sum()
        gap = chance.copy()
        gap[target[picked]] -= 1.0
        gap_none = chance_none - ~picked
        gradient = np.concatenate([terms.T @ gap, part.none.T @ gap_none]) + 2 * ridge * penalised * beta
        return float(-likelihood + ridge * (penalised * beta**2).sum()), gradient

    keys = [key for key, is_free in zip(CANDIDATE_TERMS, free.tolist(), strict=True) if is_free]
    bounds = [(0.0, None) if k in FOR else (None, 0.0) if k in AGAINST else (None, None) for k in keys]
    bounds += [(0.0, None) if k in FOR_NONE else (None, None) for k in NONE_TERMS]
    found = optimize.minimize(
        loss, np.zeros(len(penalised)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    candidate = np.where(free, 0.0, fixed)
    candidate[free] = found.x[:split]
    return Model(candidate, found.x[split:], {}, {}, {})


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
    for k in sorted(set(fold[inside].tolist())):
        model = fit(labelled, inside & (fold != k), ridge)
        held = inside & (fold == k)
        part = judge(labelled, model, held)
        result.top[held], result.right[held], result.none[held] = part.top, part.right, part.none
    return Judged(result.top[inside], result.right[inside], result.none[inside], labelled.named[inside])


def thresholds(judged: Judged) -> tuple[dict[float, float], dict[float, float]]:
    """For each precision the least probability at which links, and nones, kept it out of fold.

    Kept means: the lower end of the one-sided 80 % Wilson interval of the precision reached it.
    """
    accept = {p: _least(judged.top, judged.right, p) for p in PRECISIONS}
    none = {p: _least(judged.none, ~judged.named, p) for p in NONE_PRECISIONS}
    return accept, none


def _least(chance: tables.Floats, right: npt.NDArray[np.bool_], precision: float) -> float:
    order = np.argsort(-chance, kind="stable")
    taken = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / taken
    z2 = ONE_SIDED_80**2
    middle = share + z2 / (2 * taken)
    spread = ONE_SIDED_80 * np.sqrt(share * (1 - share) / taken + z2 / (4 * taken**2))
    enough = np.flatnonzero((middle - spread) / (1 + z2 / taken) >= precision)
    if not len(enough):
        return max(precision, round(float(chance.max(initial=0.0)), 4))
    # At least 0.5: a link is never accepted, and a none never decided, when something else is as likely.
    return round(float(min(max(chance[order[enough[-1]]], 0.5), 0.9999)) + 5e-5, 4)


def _rows(evidence: Evidence, include: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.repeat(include, np.diff(evidence.bounds))


def _subset(evidence: Evidence, include: npt.NDArray[np.bool_]) -> Evidence:
    rows = _rows(evidence, include)
    bounds = np.concatenate([[0], np.cumsum(np.diff(evidence.bounds)[include])])
    return Evidence(
        bounds,
        evidence.school[rows],
        evidence.form[rows],
        evidence.terms[rows],
        evidence.none[include],
        evidence.km[rows],
    )


def _moved(labelled: Labelled, include: npt.NDArray[np.bool_], part: Evidence) -> npt.NDArray[np.int64]:
    offset = labelled.target - labelled.evidence.bounds[:-1]
    return np.where(labelled.target[include] >= 0, offset[include] + part.bounds[:-1], -1)


def label(mentions: pl.DataFrame, register: Register) -> Labelled:
    """Evidence and truth of labelled mentions: the columns of a mentions table and ``truth_urn`` (a URN or ``none``)."""
    table = tables.frame(mentions, "labelled mentions", ("id", "mention", "truth_urn"))
    truth = tables.texts(table, "truth_urn")
    _, evidence = weigh(table, register)
    position = {urn: i for i, urn in enumerate(register.schools.urn)}
    named = np.array([t not in ("", "none") for t in truth], dtype=bool)
    target = np.full(table.height, -1, dtype=np.int64)
    for m in np.flatnonzero(named).tolist():
        a, b = int(evidence.bounds[m]), int(evidence.bounds[m + 1])
        at = np.flatnonzero(evidence.school[a:b] == position.get(truth[m], -1))
        if len(at):
            target[m] = a + int(at[0])
    words = [text.fold(mention).strip() for mention in tables.texts(table, "mention")]
    group = [t if is_named else w for t, is_named, w in zip(truth, named.tolist(), words, strict=True)]
    return Labelled(evidence, target, named, group)


@dataclass(frozen=True)
class Kept:
    """What a threshold kept out of fold: precision of what it took, the share it took of what there was, wrongly lost."""

    precision: float
    recall: float
    review: float
    none_precision: float
    none_recall: float
    named_lost: float


def nested(labelled: Labelled, precisions: Sequence[float], folds: int = FOLDS) -> dict[float, Kept]:
    """The decision judged as a whole: for each fold, model and thresholds come from the other folds alone."""
    fold = folds_of(labelled, folds)
    outer = cross_validate(labelled)
    inner = {k: thresholds(cross_validate(labelled, fold != k)) for k in range(folds)}
    return {p: _kept(outer, inner, fold, p) for p in precisions}


def _kept(
    outer: Judged,
    inner: Mapping[int, tuple[dict[float, float], dict[float, float]]],
    fold: npt.NDArray[np.int64],
    precision: float,
) -> Kept:
    accepted = np.zeros(len(fold), dtype=bool)
    decided_none = np.zeros(len(fold), dtype=bool)
    for k, (accept, none) in inner.items():
        model = Model(np.zeros(0), np.zeros(0), accept, none, {})
        held = fold == k
        accepted |= held & (outer.top >= model.accept_threshold(precision)) & (outer.top > outer.none)
        decided_none |= held & (outer.none >= model.none_threshold(precision)) & (outer.none > outer.top)
    named = outer.named
    return Kept(
        precision=float((accepted & outer.right).sum() / accepted.sum()),
        recall=float((accepted & outer.right).sum() / named.sum()),
        review=float((~accepted & ~decided_none).mean()),
        none_precision=float((decided_none & ~named).sum() / decided_none.sum()),
        none_recall=float((decided_none & ~named).sum() / (~named).sum()),
        named_lost=float((decided_none & named).sum() / named.sum()),
    )


def to_toml(
    model: Model, accept: Mapping[float, float], none: Mapping[float, float], provenance: Mapping[str, Any]
) -> str:
    """The model as the text of its file."""
    lines = ["# Made by `python benchmarks/linkage.py fit`. Do not edit by hand.", "", "[provenance]"]
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
