"""From mentions to a table of matches: read, propose, weigh, turn into probabilities, decide, give the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from childfirst.engines.linkage import decision, tables, text
from childfirst.engines.linkage.decision import Standing
from childfirst.engines.linkage.evidence import Evidence, gather
from childfirst.engines.linkage.model import Model, packaged
from childfirst.engines.linkage.propose import Circumstances, propose
from childfirst.engines.linkage.reading import Reading
from childfirst.engines.linkage.register import Register, borough_key, sphere
from childfirst.engines.linkage.terms import CANDIDATE_TERMS

BATCH = 512
_INITIALS, _SAME, _BOROUGH = (
    list(CANDIDATE_TERMS).index(key) for key in ("initials", "same_words", "borough_of_record")
)
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


@dataclass(frozen=True)
class MatchTable:
    """Matches in the order of the mentions. Iterate for `Match` objects, or take `to_arrow()` or `to_polars()`."""

    register: Register
    precision: float
    ids: list[str]
    decisions: list[str]
    reasons: list[str]
    p_none: tables.Floats
    bounds: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    probability: tables.Floats

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Match:
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)} matches")
        row %= len(self)
        schools = self.register.schools
        candidates = tuple(
            Candidate(schools.urn[s], schools.name[s], schools.borough[s], p)
            for s, p in zip(
                self.school[self.bounds[row] : self.bounds[row + 1]].tolist(),
                self.probability[self.bounds[row] : self.bounds[row + 1]].tolist(),
                strict=True,
            )
        )
        best = candidates[0] if candidates else None
        return Match(
            id=self.ids[row],
            urn=best.urn if best else None,
            probability=best.probability if best else 0.0,
            p_none=float(self.p_none[row]),
            decision=self.decisions[row],
            candidates=candidates,
            reason=self.reasons[row],
        )

    def __iter__(self) -> Iterator[Match]:
        return (self[row] for row in range(len(self)))

    def counts(self) -> dict[str, int]:
        """How many mentions each decision has."""
        return {d: self.decisions.count(d) for d in (decision.ACCEPT, decision.REVIEW, decision.NONE)}

    def to_arrow(self) -> pa.Table:
        """The columns ``id``, ``urn``, ``probability``, ``p_none``, ``decision``, ``candidates`` and ``reason``."""
        urn = self.register.schools.urn
        has = np.diff(self.bounds) > 0
        first = np.where(has, self.bounds[:-1], 0)
        best = [urn[self.school[i]] if h else None for i, h in zip(first.tolist(), has.tolist(), strict=True)]
        top = np.where(has, self.probability[first], 0.0) if len(self.probability) else np.zeros(len(self))
        pairs = pa.StructArray.from_arrays(
            [pa.array([urn[s] for s in self.school.tolist()], pa.string()), pa.array(self.probability, pa.float64())],
            names=["urn", "probability"],
        )
        listed = pa.ListArray.from_arrays(pa.array(self.bounds, pa.int32()), pairs)
        columns = [
            pa.array(self.ids, pa.string()),
            pa.array(best, pa.string()),
            pa.array(top),
            pa.array(self.p_none),
            pa.array(self.decisions, pa.string()),
            listed,
            pa.array(self.reasons, pa.string()),
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)

    def to_polars(self) -> pl.DataFrame:
        """The same columns as a polars frame."""
        return tables.from_arrow(self.to_arrow())


def match_register(
    mentions: tables.Rows,
    register: Register,
    *,
    precision: float = 0.99,
    model: Model | None = None,
    on_progress: Callable[[int], object] | None = None,
) -> MatchTable:
    """Match mentions against an index; see `childfirst.engines.linkage.match`.

    `on_progress` is called after each batch with the number of mentions that it held.
    """
    model = model or packaged()
    accept_at, none_at = model.accept_threshold(precision), model.none_threshold(precision)
    table = tables.frame(mentions, "mentions", ("id", "mention"))
    parts: list[_Part] = []
    for start in range(0, table.height, BATCH):
        rows = table.slice(start, BATCH)
        parts.append(_match_batch(rows, register, model, accept_at, none_at))
        if on_progress is not None:
            on_progress(rows.height)
    sizes = np.concatenate([[0], *(np.diff(p.bounds) for p in parts)]).astype(np.int64)
    return MatchTable(
        register=register,
        precision=precision,
        ids=tables.texts(table, "id"),
        decisions=[d for p in parts for d in p.decisions],
        reasons=[r for p in parts for r in p.reasons],
        p_none=np.concatenate([np.zeros(0), *(p.p_none for p in parts)]),
        bounds=np.cumsum(sizes),
        school=np.concatenate([np.zeros(0, dtype=np.int64), *(p.school for p in parts)]),
        probability=np.concatenate([np.zeros(0), *(p.probability for p in parts)]),
    )


def circumstances(table: pl.DataFrame) -> Circumstances:
    """What the rows of a mentions table say besides the words."""
    sexes = {"female": 1, "f": 1, "girl": 1, "male": 2, "m": 2, "boy": 2}
    return Circumstances(
        borough=[borough_key(b) for b in tables.texts(table, "record_borough")],
        point=sphere(*tables.coordinates(table)),
        age=tables.numbers(table, "age"),
        day=tables.days(table, "date"),
        sex=np.array([sexes.get(g.casefold(), 0) for g in tables.texts(table, "gender")], dtype=np.int64),
    )


def weigh(table: pl.DataFrame, register: Register) -> tuple[list[Reading], Evidence]:
    """Readings of and evidence for a batch of mentions."""
    readings = [register.reader.read(mention) for mention in tables.texts(table, "mention")]
    around = circumstances(table)
    return readings, gather(readings, around, propose(readings, around, register), register)


@dataclass(frozen=True)
class _Part:
    decisions: list[str]
    reasons: list[str]
    p_none: tables.Floats
    bounds: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    probability: tables.Floats


def _match_batch(rows: pl.DataFrame, register: Register, model: Model, accept_at: float, none_at: float) -> _Part:
    readings, evidence = weigh(rows, register)
    chance, p_none = model.probabilities(evidence)
    mention = np.repeat(np.arange(len(readings)), np.diff(evidence.bounds))
    order = np.lexsort((evidence.school, -chance, mention))
    decisions: list[str] = []
    reasons: list[str] = []
    for m, reading in enumerate(readings):
        ranked = order[evidence.bounds[m] : evidence.bounds[m + 1]]
        best = _standing(evidence, chance, int(ranked[0]), reading, register) if len(ranked) else None
        second = _standing(evidence, chance, int(ranked[1]), reading, register) if len(ranked) > 1 else None
        decided = decision.decide(best, float(p_none[m]), reading, accept_at, none_at)
        decisions.append(decided)
        reasons.append(decision.reason(decided, best, second, float(p_none[m]), reading, register))
    return _Part(decisions, reasons, p_none, evidence.bounds, evidence.school[order], chance[order])


def _standing(evidence: Evidence, chance: tables.Floats, row: int, reading: Reading, register: Register) -> Standing:
    terms = evidence.terms[row]
    own = set(register.forms[int(evidence.form[row])].words)
    return Standing(
        school=int(evidence.school[row]),
        form=int(evidence.form[row]),
        probability=float(chance[row]),
        km=float(evidence.km[row]),
        by_initials=bool(terms[_INITIALS]),
        same_words=bool(terms[_SAME]),
        in_borough=bool(terms[_BOROUGH]),
        explains_none=reading.says_none and set(text.tokens(reading.none_words)) <= own,
    )
