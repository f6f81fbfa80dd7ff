"""The table of matches: one row per mention, its candidates, its decision and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from childfirst.engines.linkage import decision, tables
from childfirst.engines.linkage.deletions import spread
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.memory import Solved

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("urn", pa.string()),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("p_none", pa.float64(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),
        pa.field(
            "candidates", pa.list_(pa.struct([("urn", pa.string()), ("probability", pa.float64())])), nullable=False
        ),
        pa.field("reason", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A school that may be meant, with its probability."""

    urn: str
    name: str
    borough: str
    probability: float


@dataclass(frozen=True, slots=True)
class Match:
    """One mention's result: `candidates` are best first; their probabilities and `p_none` sum to 1."""

    id: str
    urn: str | None
    probability: float
    p_none: float
    decision: str
    candidates: tuple[Candidate, ...]
    reason: str

    def options(self, coverage: float = 0.97) -> tuple[Candidate, ...]:
        """The fewest candidates that, with none of these, hold the wished probability: what a reviewer is shown."""
        held, shown = self.p_none, 0
        while held < coverage and shown < len(self.candidates):
            held += self.candidates[shown].probability
            shown += 1
        return self.candidates[:shown]

    def weights(self, least: float = 0.001) -> dict[str, float]:
        """The mention shared out over the schools, for statistics: URN to weight; the weights sum to ``1 - p_none``.

        Candidates under `least` are left out and their weight goes to the others in proportion.
        """
        kept = {c.urn: c.probability for c in self.candidates if c.probability >= least}
        total = sum(kept.values())
        return {urn: p * (1 - self.p_none) / total for urn, p in kept.items()} if total else {}


@dataclass(frozen=True)
class MatchTable:
    """Matches in the order of the mentions. Iterate for `Match` objects, or take `to_arrow()` or `to_polars()`.

    Mentions that say the same stand once in `solved`; `row` leads from each mention to its place there.
    """

    register: Index
    precision: float
    ids: list[str]
    row: npt.NDArray[np.int64]
    solved: Solved

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Match:
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)} matches")
        at = int(self.row[row])
        schools = self.register.schools
        chosen = self.solved.candidates(at)
        candidates = tuple(
            Candidate(schools.urn[s], schools.name[s], schools.borough[s], p)
            for s, p in zip(self.solved.school[chosen].tolist(), self.solved.probability[chosen].tolist(), strict=True)
        )
        best = candidates[0] if candidates else None
        return Match(
            id=self.ids[row],
            urn=best.urn if best else None,
            probability=best.probability if best else 0.0,
            p_none=float(self.solved.p_none[at]),
            decision=self.solved.decisions[at],
            candidates=candidates,
            reason=self.solved.reasons[at],
        )

    def __iter__(self) -> Iterator[Match]:
        return (self[row] for row in range(len(self)))

    @property
    def decisions(self) -> list[str]:
        """``accept``, ``review`` or ``none`` for each mention."""
        listed = self.solved.decisions
        return [listed[i] for i in self.row.tolist()]

    @property
    def reasons(self) -> list[str]:
        """The reason for each mention."""
        listed = self.solved.reasons
        return [listed[i] for i in self.row.tolist()]

    @property
    def p_none(self) -> tables.Floats:
        """The probability of none of these for each mention."""
        return self.solved.p_none[self.row]

    @property
    def probability(self) -> tables.Floats:
        """The probability of the best candidate for each mention; 0 where nothing was proposed."""
        return self._best()[1][np.unique(self.row, return_inverse=True)[1]] if len(self) else np.zeros(0)

    def counts(self) -> dict[str, int]:
        """How many mentions each decision has."""
        listed = self.decisions
        return {d: listed.count(d) for d in (decision.ACCEPT, decision.REVIEW, decision.NONE)}

    def _best(self) -> tuple[list[str | None], tables.Floats]:
        used = np.unique(self.row)
        has = self.solved.count[used] > 0
        first = np.where(has, self.solved.start[used], 0)
        urn = self.register.schools.urn
        if not has.any():
            return [None] * len(used), np.zeros(len(used))
        best = self.solved.school[first].tolist()
        listed = [urn[s] if h else None for s, h in zip(best, has.tolist(), strict=True)]
        return listed, np.where(has, self.solved.probability[first], 0.0)

    def to_arrow(self) -> pa.Table:
        """The columns ``id``, ``urn``, ``probability``, ``p_none``, ``decision``, ``candidates`` and ``reason``.

        ``urn`` is the best candidate; ``candidates`` lists all of them, best first.
        """
        used, place = np.unique(self.row, return_inverse=True)
        at = pa.array(place, pa.int64())
        urn, probability = self._best()
        solved, told = self.solved, used.tolist()
        count = solved.count[used]
        chosen = spread(solved.start[used], count)
        names = pa.array(self.register.schools.urn, pa.string()).take(pa.array(solved.school[chosen]))
        pairs = pa.StructArray.from_arrays([names, pa.array(solved.probability[chosen])], names=["urn", "probability"])
        columns = (
            pa.array(urn, pa.string()),
            pa.array(probability, pa.float64()),
            pa.array(solved.p_none[used], pa.float64()),
            pa.array([solved.decisions[i] for i in told], pa.string()),
            pa.ListArray.from_arrays(pa.array(np.concatenate([[0], np.cumsum(count)]), pa.int32()), pairs),
            pa.array([solved.reasons[i] for i in told], pa.string()),
        )
        if not np.array_equal(place, np.arange(len(used))):
            columns = tuple(column.take(at) for column in columns)
        return pa.Table.from_arrays([pa.array(self.ids, pa.string()), *columns], schema=SCHEMA)

    def to_polars(self) -> pl.DataFrame:
        """The same columns as a polars frame."""
        return tables.from_arrow(self.to_arrow())

    def fractional(self, least: float = 0.001) -> pl.DataFrame:
        """Each mention shared out over its candidates, for statistics: ``id``, ``urn``, ``borough``, ``weight``.

        The weights of a mention sum to ``1 - p_none``: sums of weights by school or borough estimate counts without
        accepting or refusing a single link. Candidates under `least` are left out, their weight goes to the others.
        """
        schools = self.register.schools
        position = {urn: i for i, urn in enumerate(schools.urn)}
        listed = [(m.id, urn, schools.borough[position[urn]], w) for m in self for urn, w in m.weights(least).items()]
        return pl.DataFrame(
            listed,
            schema={"id": pl.String, "urn": pl.String, "borough": pl.String, "weight": pl.Float64},
            orient="row",
        )
