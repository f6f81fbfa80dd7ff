"""Why a mention was, or was not, taken for a school: bars that add up to the score, and one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.matching import match_register
from childfirst.engines.linkage.model import Model, packaged
from childfirst.engines.linkage.pipeline import weigh
from childfirst.engines.linkage.terms import CANDIDATE_TERMS, NONE_TERMS
from childfirst.shared.errors import UserError


@dataclass(frozen=True, slots=True)
class Bar:
    """One term: its value for this mention and school, and the points that it gives (or takes) for the school against none."""

    key: str
    label: str
    value: float
    points: float


@dataclass(frozen=True)
class Explanation:
    """Why one school has its probability for one mention.

    `score` is the sum of the points of `bars` and equals the natural logarithm of the school's probability over that of none
    of these. `sentence` is the reason that the match itself gives.
    """

    urn: str | None
    name: str
    written: str
    probability: float
    p_none: float
    decision: str
    sentence: str
    score: float
    bars: tuple[Bar, ...]

    def rows(self) -> list[dict[str, Any]]:
        """The bars that say anything as plain rows, largest first."""
        said = [bar for bar in self.bars if bar.points]
        said.sort(key=lambda bar: (-abs(bar.points), bar.key))
        return [{"term": bar.label, "value": bar.value, "points": bar.points} for bar in said]


def explain(
    mention: str | Mapping[str, Any],
    register: Index,
    urn: str | int | None = None,
    *,
    precision: float = 0.99,
    model: Model | None = None,
) -> Explanation:
    """Explain one mention (text, or a row with the columns of a mentions table) for its best candidate or for `urn`.

    Raises UserError when `urn` was not among the candidates. Where nothing was proposed the bars are empty.
    """
    model = model or packaged()
    row = {"mention": mention} if isinstance(mention, str) else dict(mention)
    row.setdefault("id", "")
    match = match_register([row], register, precision=precision, model=model)[0]
    _, evidence = weigh(tables.frame([row], "mentions", ("id", "mention")), register)
    wanted = str(urn) if urn is not None else match.urn
    urns = [register.schools.urn[s] for s in evidence.school.tolist()]
    if wanted is None:
        return Explanation(None, "", "", 0.0, match.p_none, match.decision, match.reason, 0.0, ())
    if wanted not in urns:
        raise UserError(f"The school with URN {wanted} was not among the candidates for \u201c{row['mention']}\u201d.")
    at = urns.index(wanted)
    bars = _bars(CANDIDATE_TERMS, evidence.terms[:, at], model.candidate, 1.0)
    bars += _bars(NONE_TERMS, evidence.none[:, 0], model.none, -1.0)
    return Explanation(
        urn=wanted,
        name=register.schools.name[int(evidence.school[at])],
        written=register.form_written[int(evidence.form[at])],
        probability=next(c.probability for c in match.candidates if c.urn == wanted),
        p_none=match.p_none,
        decision=match.decision,
        sentence=match.reason,
        score=math.fsum(bar.points for bar in bars),
        bars=bars,
    )


def _bars(
    labels: Mapping[str, str], values: tables.Floats, coefficients: tables.Floats, sign: float
) -> tuple[Bar, ...]:
    points = sign * np.asarray(values) * coefficients
    return tuple(
        Bar(key, label, float(value), float(point))
        for (key, label), value, point in zip(labels.items(), values, points, strict=True)
    )
