"""The model: a conditional logit over candidates and "none of these", read from a small file with its provenance."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.evidence import Evidence
from childfirst.engines.linkage.terms import CANDIDATE_TERMS, NONE_TERMS
from childfirst.shared.errors import UserError


@dataclass(frozen=True)
class Model:
    """Coefficients in the order of `terms`, and what they rest on.

    A candidate's score is the sum of its terms times `candidate`; the score of none is the sum of its terms times `none`.
    Probabilities are proportional to the exponential of the scores. `accept` and `none_at` map a precision to the least
    probability at which a link, or a none, kept that precision in cross-validation.
    """

    candidate: tables.Floats
    none: tables.Floats
    accept: Mapping[float, float]
    none_at: Mapping[float, float]
    provenance: Mapping[str, Any]

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the coefficients and thresholds: equal models, equal hashes."""
        told = [
            dict(zip(CANDIDATE_TERMS, self.candidate.tolist(), strict=True)),
            dict(zip(NONE_TERMS, self.none.tolist(), strict=True)),
            sorted(self.accept.items()),
            sorted(self.none_at.items()),
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def scores(self, evidence: Evidence) -> tuple[tables.Floats, tables.Floats]:
        """Scores of the candidates and of none; each row is summed term by term, so batches do not change a bit."""
        return _weighted(evidence.terms, self.candidate), _weighted(evidence.none, self.none)

    def probabilities(self, evidence: Evidence) -> tuple[tables.Floats, tables.Floats]:
        """Probabilities of the candidates and of none; for each mention they sum to 1."""
        return softmax(*self.scores(evidence), evidence.bounds)

    def accept_threshold(self, precision: float) -> float:
        """The least probability at which a link is accepted for a wished precision in (0, 1)."""
        return _threshold(self.accept, precision)

    def none_threshold(self, precision: float) -> float:
        """The least probability of none at which a mention is decided to name no school."""
        return _threshold(self.none_at, precision)


def _weighted(terms: tables.Floats, coefficients: tables.Floats) -> tables.Floats:
    total = np.zeros(terms.shape[1])
    for k in range(terms.shape[0]):
        total += terms[k] * coefficients[k]
    return total


def softmax(
    scores: tables.Floats, none: tables.Floats, bounds: npt.NDArray[np.int64]
) -> tuple[tables.Floats, tables.Floats]:
    """Probabilities within each mention's candidates and none, from scores."""
    count = np.diff(bounds)
    mention = np.repeat(np.arange(len(none)), count)
    some = count > 0
    peak = none.copy()
    if len(scores):
        peak[some] = np.maximum(peak[some], np.maximum.reduceat(scores, bounds[:-1][some]))
    weight = np.exp(scores - peak[mention])
    none_weight = np.exp(none - peak)
    # bincount adds one after the other, so that a mention's sum has the same bits in every batch.
    total = none_weight + np.bincount(mention, weights=weight, minlength=len(none))
    return weight / total[mention], none_weight / total


def _threshold(table: Mapping[float, float], precision: float) -> float:
    if not 0 < precision < 1:
        raise UserError(f"The precision must lie between 0 and 1, not at {precision:g}.")
    known = sorted(table)
    at_least = [p for p in known if p >= precision]
    if not at_least:
        # Beyond what the labels can show, the probability itself is the only warrant.
        return max(precision, table[known[-1]])
    return table[at_least[0]]


@lru_cache(maxsize=1)
def packaged() -> Model:
    """The model that ships in `model.toml`. Raises UserError when the file does not fit this version's terms."""
    source = resources.files("childfirst.engines.linkage").joinpath("model.toml").read_text(encoding="utf-8")
    return from_toml(source)


def from_toml(source: str) -> Model:
    """Read a model file; every term of this version must have a coefficient, and no other."""
    data = tomllib.loads(source)
    return Model(
        candidate=_ordered(data, "candidate", CANDIDATE_TERMS),
        none=_ordered(data, "none", NONE_TERMS),
        accept={float(k): float(v) for k, v in data["thresholds"]["accept"].items()},
        none_at={float(k): float(v) for k, v in data["thresholds"]["none"].items()},
        provenance=data["provenance"],
    )


def _ordered(data: Mapping[str, Any], section: str, keys: Mapping[str, str]) -> tables.Floats:
    given = data[section]
    if set(given) != set(keys):
        wrong = ", ".join(sorted(set(given) ^ set(keys)))
        raise UserError(
            f"The model file does not fit this version of the matcher: its {section} terms differ in {wrong}."
        )
    return np.array([float(given[key]) for key in keys])
