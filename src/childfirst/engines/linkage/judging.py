"""Judging a model on labelled mentions: precision, recall, calibration, thresholds, and what a decision keeps of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.model import Model

PRECISIONS = (0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
NONE_PRECISIONS = (0.9, 0.95, 0.98, 0.99)
ONE_SIDED_70 = 0.5244
LEAST_LIKELY = 0.34


@dataclass(frozen=True)
class Judged:
    """Results: per mention the best candidate's probability, whether it is true, and the probability of none."""

    top: tables.Floats
    right: npt.NDArray[np.bool_]
    none: tables.Floats
    named: npt.NDArray[np.bool_]

    def accepted(self, threshold: float) -> tuple[float, float]:
        """Precision of links accepted at a threshold and their share of the mentions that name a school."""
        taken = self.top >= threshold
        right = int((taken & self.right).sum())
        return (right / int(taken.sum()) if taken.any() else float("nan")), right / max(int(self.named.sum()), 1)

    def recall_at(self, precision: float) -> float:
        """The largest share of named mentions that any threshold links at this precision (with hindsight)."""
        order = np.argsort(-self.top, kind="stable")
        right = np.cumsum(self.right[order])
        enough = np.flatnonzero(right / np.arange(1, len(order) + 1) >= precision)
        return float(right[enough[-1]] / max(int(self.named.sum()), 1)) if len(enough) else 0.0

    def calibration_error(self, bins: int = 10) -> float:
        """Expected calibration error of the best candidate's probability, over bins of equal count."""
        order = np.argsort(self.top, kind="stable")
        parts = [part for part in np.array_split(order, bins) if len(part)]
        gaps = [abs(self.top[p].mean() - self.right[p].mean()) * len(p) for p in parts]
        return float(sum(gaps) / len(order))

    def log_loss(self) -> float:
        """Mean surprise (natural logarithm) at the truth: the best candidate where it is right, none where none is named."""
        other = np.maximum(1 - self.top - self.none, 0)
        told = np.where(self.named, np.where(self.right, self.top, other), self.none)
        return float(-np.log(np.clip(told, 1e-4, 1)).mean())


@dataclass(frozen=True)
class Kept:
    """What a threshold kept: precision of what it took, the share it took of what there was, wrongly lost."""

    precision: float
    recall: float
    review: float
    none_precision: float
    none_recall: float
    named_lost: float


def thresholds(judged: Judged) -> tuple[dict[float, float], dict[float, float]]:
    """For each precision the least probability at which links, and nones, kept it out of fold.

    Kept means: the lower end of the one-sided 70 % Wilson interval of the precision reached it.
    """
    accept = {p: _least(judged.top, judged.right, p, LEAST_LIKELY) for p in PRECISIONS}
    none = {p: _least(judged.none, ~judged.named, p, 0.5) for p in NONE_PRECISIONS}
    return accept, none


def _least(chance: tables.Floats, right: npt.NDArray[np.bool_], precision: float, floor: float) -> float:
    order = np.argsort(-chance, kind="stable")
    taken = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / taken
    z2 = ONE_SIDED_70**2
    middle = share + z2 / (2 * taken)
    spread = ONE_SIDED_70 * np.sqrt(share * (1 - share) / taken + z2 / (4 * taken**2))
    enough = np.flatnonzero((middle - spread) / (1 + z2 / taken) >= precision)
    if not len(enough):
        return max(precision, round(float(chance.max(initial=0.0)), 4))
    return round(float(min(max(chance[order[enough[-1]]], floor), 0.9999)) + 5e-5, 4)


def kept(judged: Judged, model: Model, precision: float) -> Kept:
    """What a model's thresholds for a precision keep of judged mentions."""
    accepted, none = decisions(judged, model, precision)
    return shares(judged, accepted, none)


def decisions(judged: Judged, model: Model, precision: float) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which mentions are accepted, and which are decided to name no school."""
    accepted = (judged.top >= model.accept_threshold(precision)) & (judged.top > judged.none)
    return accepted, (judged.none >= model.none_threshold(precision)) & (judged.none > judged.top)


def shares(judged: Judged, accepted: npt.NDArray[np.bool_], none: npt.NDArray[np.bool_]) -> Kept:
    """The shares of decisions; NaN where there is nothing to share."""
    named = judged.named
    return Kept(
        precision=_share(accepted & judged.right, accepted),
        recall=_share(accepted & judged.right, named),
        review=float((~accepted & ~none).mean()),
        none_precision=_share(none & ~named, none),
        none_recall=_share(none & ~named, ~named),
        named_lost=_share(none & named, named),
    )


def _share(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")


def kept_by_fold(
    judged: Judged,
    inner: Mapping[int, tuple[dict[float, float], dict[float, float]]],
    fold: npt.NDArray[np.int64],
    precisions: Sequence[float],
) -> dict[float, Kept]:
    """As `kept`, with thresholds for each fold that come from the other folds."""
    found = {}
    for precision in precisions:
        accepted, none = decisions_by_fold(judged, inner, fold, precision)
        found[precision] = shares(judged, accepted, none)
    return found


def decisions_by_fold(
    judged: Judged,
    inner: Mapping[int, tuple[dict[float, float], dict[float, float]]],
    fold: npt.NDArray[np.int64],
    precision: float,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """As `decisions`, with thresholds for each fold that come from the other folds."""
    accepted, none = np.zeros(len(fold), dtype=bool), np.zeros(len(fold), dtype=bool)
    for k, (accept_table, none_table) in inner.items():
        of_fold = Model(np.zeros(0), np.zeros(0), accept_table, none_table, {})
        here_accepted, here_none = decisions(judged, of_fold, precision)
        accepted |= here_accepted & (fold == k)
        none |= here_none & (fold == k)
    return accepted, none
