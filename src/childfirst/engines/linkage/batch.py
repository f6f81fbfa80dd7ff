"""The matcher over streams of Arrow batches: inside Polars, DuckDB and Spark, with the same bits as `Register.match`.

Rows that say the same are matched once, within a batch and across batches; what is remembered is bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.matching import SCHEMA
from childfirst.engines.linkage.register import Register

if TYPE_CHECKING:
    import pandas as pd

CONTEXT = ("record_borough", "lat", "lon", "age", "date", "gender")
READ = ("mention", *CONTEXT)
REMEMBERED = 300_000
SPARK_SCHEMA = (
    "id string, urn string, probability double, p_none double, decision string, "
    "candidates array<struct<urn: string, probability: double>>, reason string"
)

_registers: dict[str, Register] = {}


def distinct(table: pl.DataFrame) -> tuple[pl.DataFrame, tables.Integers, tables.Integers]:
    """The first of the rows that say the same to the matcher, in order; for each row, which of them it is; and how many say it.

    The first has a column ``_row``: where in `table` it stands. Columns that the matcher does not read are left out.
    """
    said = [name for name in READ if name in table.columns]
    groups = table.select(said).with_row_index("_row").group_by(said, maintain_order=True).agg(pl.col("_row"))
    counts = groups["_row"].list.len().to_numpy().astype(np.int64)
    which = np.empty(table.height, dtype=np.int64)
    if table.height:
        which[groups["_row"].explode().to_numpy()] = np.repeat(np.arange(groups.height), counts)
    return groups.with_columns(pl.col("_row").list.first()), which, counts


def key(row: tuple[object, ...]) -> bytes:
    """128 bits that stand for a row's values."""
    return hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Answers:
    """Answers to what was asked before, as rows of frames; forgets all when it would hold more than `limit` answers.

    Ask `place` for the positions of some rows: those not known get positions at the end, and their answers must be given
    to `add` in that order before `take` is asked for them. `renewed` starts anew when these are too many.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self.limit = limit
        self._at: dict[bytes, int] = {}
        self._frames: list[pl.DataFrame] = []

    def place(self, rows: pl.DataFrame) -> tuple[tables.Integers, list[int]]:
        """Positions of the rows' answers, and which of the rows are new."""
        positions = np.empty(rows.height, dtype=np.int64)
        new: list[int] = []
        for i, row in enumerate(rows.iter_rows()):
            known = len(self._at)
            positions[i] = self._at.setdefault(key(row), known)
            if len(self._at) > known:
                new.append(i)
        return positions, new

    def add(self, answers: pl.DataFrame) -> None:
        """The answers of the rows that were new, in the order in which they were placed."""
        if answers.height:
            self._frames.append(answers)

    def take(self, positions: npt.NDArray[np.int64]) -> pl.DataFrame:
        """The answers at positions."""
        if len(self._frames) > 1:
            self._frames = [pl.concat(self._frames)]
        return self._frames[0][positions]

    def renewed(self) -> Answers:
        """These answers, or none where there are too many."""
        return Answers(self.limit) if len(self._at) > self.limit else self


def match_batches(
    batches: Iterable[pa.RecordBatch | pa.Table],
    register: Register,
    *,
    precision: float = 0.99,
    columns: Mapping[str, str] | None = None,
    remembered: int = REMEMBERED,
) -> Iterator[pa.RecordBatch]:
    """Match a stream of Arrow batches with the columns of a mentions table; one batch of `SCHEMA` comes out for each.

    `columns` maps the matcher's names to the batches' own. The rows, and every bit of them, are those of
    ``register.match(all rows).to_arrow()``, however the stream is cut. Raises UserError for a missing column.

    DuckDB: ``match_batches(connection.cursor().sql("from records").to_arrow_reader(), register)``; what comes out, as a
    ``pyarrow.RecordBatchReader.from_batches(SCHEMA, ...)``, can be queried like a table. Polars: `polars_matcher`.
    """
    answers = Answers(remembered)
    for batch in batches:
        table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        frame = renamed(tables.from_arrow(table), columns or {})
        tables.frame(frame, "mentions", ("id", "mention"))
        rows, which, _ = distinct(frame)
        answers = answers.renewed()
        positions, new = answers.place(rows.drop("_row"))
        if new:
            fresh = rows[new].with_columns(pl.lit("").alias("id"))
            answers.add(register.match(fresh, precision=precision).to_polars())
        yield _out(frame, answers.take(positions[which]) if frame.height else None)


def _out(frame: pl.DataFrame, answers: pl.DataFrame | None) -> pa.RecordBatch:
    if answers is None:
        return pa.RecordBatch.from_pylist([], schema=SCHEMA)
    said = answers.with_columns(pl.Series("id", tables.texts(frame, "id"), dtype=pl.String)).to_arrow()
    return said.select(SCHEMA.names).cast(SCHEMA).combine_chunks().to_batches()[0]


def renamed(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns that the matcher reads under its own names: `columns` maps them to the frame's. Raises UserError."""
    for theirs in columns.values():
        tables.frame(frame, "mentions", (theirs,))
    wanted = {name: columns.get(name, name) for name in ("id", *READ)}
    return frame.select(pl.col(theirs).alias(ours) for ours, theirs in wanted.items() if theirs in frame.columns)


def polars_matcher(
    register: Register, *, precision: float = 0.99, columns: Mapping[str, str] | None = None
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """For ``LazyFrame.map_batches(matcher, schema=POLARS_SCHEMA)`` or on a frame: the matches of a frame's rows."""

    def matcher(frame: pl.DataFrame) -> pl.DataFrame:
        found = match_batches([frame.to_arrow()], register, precision=precision, columns=columns)
        return tables.from_arrow(pa.Table.from_batches(found, SCHEMA))

    return matcher


class SparkMatcher:
    """A function for Spark's ``mapInArrow``; `in_pandas` is the one for ``mapInPandas``.

    It travels with the index inside it, or, given Spark's context, as a broadcast that each worker fetches once. A Python
    worker unpacks an index once, however many tasks it runs.
    """

    def __init__(self, register: Register, precision: float, columns: Mapping[str, str], context: Any = None) -> None:
        packed = register.to_bytes()
        self.precision, self.columns, self.fingerprint = precision, dict(columns), register.fingerprint
        self._packed = packed if context is None else None
        self._broadcast: Any = None if context is None else context.broadcast(packed)

    def _register(self) -> Register:
        if self.fingerprint not in _registers:
            packed = self._packed if self._packed is not None else self._broadcast.value
            _registers.clear()
            _registers[self.fingerprint] = Register.from_bytes(packed)
        return _registers[self.fingerprint]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Match Arrow batches, as `match_batches`."""
        return match_batches(batches, self._register(), precision=self.precision, columns=self.columns)

    def in_pandas(self, frames: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Match pandas frames."""
        batches = (pa.RecordBatch.from_pandas(frame, preserve_index=False) for frame in frames)
        return (batch.to_pandas() for batch in self(batches))


def spark_matcher(
    register: Register,
    *,
    precision: float = 0.99,
    columns: Mapping[str, str] | None = None,
    context: Any = None,
) -> SparkMatcher:
    """The matcher inside Spark: ``records.mapInArrow(spark_matcher(register), SPARK_SCHEMA)``.

    Give ``context=spark.sparkContext`` where there is one: the index is then sent to each machine once. Without it
    (Spark Connect) the index travels with the plan. The rows are those of `match_batches`, bit for bit.
    """
    return SparkMatcher(register, precision, columns or {}, context)


POLARS_SCHEMA = dict(tables.from_arrow(pa.Table.from_batches([], SCHEMA)).schema)
