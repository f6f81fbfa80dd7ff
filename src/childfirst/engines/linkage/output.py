"""Plain files out: CSV and Parquet, written beside their place and moved there whole."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from childfirst.engines.linkage.files import PARQUET_SUFFIXES, suffix
from childfirst.shared.errors import UserError

COLUMNS = ("id", "urn", "probability", "p_none", "decision", "candidates", "reason")
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("urn", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("p_none", pa.float64(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),
        pa.field("candidates", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
FORMULA = r"^[=+\-@\t\r]"
NUMBER = r"^[+\-]?[0-9]+(?:\.[0-9]+)?$"


def harmless(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; plain numbers stay numbers."""
    risky = text.str.contains(FORMULA) & ~text.str.contains(NUMBER)
    return pl.when(risky).then(pl.lit("'") + text).otherwise(text)


def cell(text: pl.Expr) -> pl.Expr:
    """Text as a cell of a CSV: harmless, and quoted where it must be (RFC 4180)."""
    safe = harmless(text)
    quoted = pl.lit('"') + safe.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.when(safe.str.contains('[",\r\n]')).then(quoted).otherwise(safe)


def csv_rest(answers: pl.DataFrame) -> pl.Series:
    """All cells of a row but the id, as the text of a CSV line."""
    six = [
        pl.Series(name, [f"{value:.6f}" for value in answers[name].to_list()], dtype=pl.String)
        for name in ("probability", "p_none")
    ]
    said = answers.with_columns(six)
    cells = [cell(pl.col("urn")), *(pl.col(s.name) for s in six), pl.col("decision")]
    cells += [cell(pl.col("candidates")), cell(pl.col("reason"))]
    return said.select(pl.concat_str(cells, separator=",").alias("rest"))["rest"]


class Writer:
    """Takes blocks of ids and answers in order. Made by `writing`."""

    def __init__(self, file: IO[bytes], parquet: bool) -> None:
        self._file = file
        self._parquet = pq.ParquetWriter(file, SCHEMA, compression="zstd") if parquet else None
        if not parquet:
            file.write((",".join(COLUMNS) + "\n").encode())

    def write(self, ids: pl.Series, answers: pl.DataFrame) -> None:
        """One block; `answers` has the columns but the id, and ``rest`` (see `csv_rest`) where the file is a CSV."""
        if self._parquet is not None:
            table = answers.select(COLUMNS[1:]).insert_column(0, ids.alias("id")).to_arrow()
            self._parquet.write_table(table.cast(SCHEMA))
            return
        frame = pl.DataFrame([ids.alias("id"), answers["rest"]])
        lines = frame.select(
            pl.concat_str([cell(pl.col("id")), pl.lit(","), pl.col("rest"), pl.lit("\n")]).alias("line")
        )
        for text in _bytes(lines["line"]):
            self._file.write(text)

    def close(self) -> None:
        """Finish the file's format."""
        if self._parquet is not None:
            self._parquet.close()


def _bytes(lines: pl.Series) -> Iterator[Any]:
    """The text of all lines, one after another, without copying it line by line."""
    array = lines.to_arrow()
    for part in array.chunks if isinstance(array, pa.ChunkedArray) else [array]:
        part = part.cast(pa.large_string())
        _, offsets, text = part.buffers()
        ends = memoryview(offsets).cast("q")
        yield memoryview(text)[ends[part.offset] : ends[part.offset + len(part)]]


@contextmanager
def writing(path: Path, what: str) -> Iterator[IO[bytes]]:
    """A file to write that takes its place only when all went well; nothing is left where it did not."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.resolve().parent)
    except OSError as error:
        raise UserError(f"The {what} {path} could not be written: {error.strerror or error}.") from error
    try:
        with os.fdopen(handle, "wb") as raw:
            if path.suffix.lower() == ".gz":
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=3, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield raw
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        raise UserError(f"The {what} {path} could not be written: {error.strerror or error}.") from error
    finally:
        if os.path.exists(name):
            os.unlink(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def is_parquet(path: Path) -> bool:
    """Whether a file of this name is written as Parquet."""
    return suffix(path) in PARQUET_SUFFIXES
