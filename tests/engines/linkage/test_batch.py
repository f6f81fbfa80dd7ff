"""Batches inside Polars, DuckDB and Spark give the bits that plain matching gives."""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from childfirst.engines.linkage import Register, batch
from childfirst.engines.linkage.matching import SCHEMA
from childfirst.shared.errors import UserError

ROWS: list[dict[str, Any]] = [
    {"id": "a", "mention": "larkfield primary", "lat": 51.5, "lon": -0.1, "age": 9, "record_borough": "Northam"},
    {"id": "b", "mention": "st brides", "lat": None, "lon": None, "age": None, "record_borough": None},
    {"id": "c", "mention": "n/a", "lat": None, "lon": None, "age": 14, "record_borough": "Westerby"},
    {"id": "d", "mention": "larkfield primary", "lat": 51.5, "lon": -0.1, "age": 9, "record_borough": "Northam"},
    {"id": "e", "mention": "tamsin grove sch", "lat": 51.62, "lon": -0.42, "age": 15, "record_borough": "Westerby"},
    {"id": "f", "mention": "Dunmarrow comp", "lat": 51.6, "lon": -0.4, "age": 15, "record_borough": "Westerby"},
    {"id": "g", "mention": "", "lat": 51.6, "lon": -0.4, "age": 15, "record_borough": "Westerby"},
    {"id": "h", "mention": None, "lat": 51.6, "lon": -0.4, "age": 15, "record_borough": "Westerby"},
] * 5  # fmt: skip
FRAME = pl.DataFrame([row | {"id": f"{row['id']}{i}"} for i, row in enumerate(ROWS)], infer_schema_length=None)


@pytest.fixture(scope="module")
def plain(register: Register) -> pa.Table:
    """What matching all rows at once gives."""
    return register.match(FRAME).to_arrow()


def in_batches(size: int, frame: pl.DataFrame = FRAME) -> list[pa.RecordBatch]:
    """The rows cut into batches."""
    return frame.to_arrow().to_batches(max_chunksize=size)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("remembered", [0, 2, 1000])
def test_however_the_stream_is_cut(register: Register, plain: pa.Table, size: int, remembered: int) -> None:
    out = list(batch.match_batches(in_batches(size), register, remembered=remembered))
    assert [b.num_rows for b in out] == [b.num_rows for b in in_batches(size)]
    assert pa.Table.from_batches(out, SCHEMA).equals(plain)


def test_an_empty_batch_and_no_batch(register: Register) -> None:
    empty = pa.RecordBatch.from_pylist([], schema=FRAME.to_arrow().schema)
    out = list(batch.match_batches([empty], register))
    assert [(b.num_rows, b.schema) for b in out] == [(0, SCHEMA)]
    assert list(batch.match_batches([], register)) == []


def test_columns_may_have_other_names(register: Register, plain: pa.Table) -> None:
    theirs = FRAME.rename({"id": "ref", "mention": "school_text"}).with_columns(pl.lit("other").alias("mention"))
    columns = {"id": "ref", "mention": "school_text"}
    out = batch.match_batches(in_batches(9, theirs), register, columns=columns)
    assert pa.Table.from_batches(out, SCHEMA).equals(plain)
    with pytest.raises(UserError, match="has no column mention"):
        list(batch.match_batches(in_batches(9, FRAME.drop("mention")), register))
    with pytest.raises(UserError, match="has no column ref"):
        list(batch.match_batches(in_batches(9), register, columns=columns))


def test_inside_polars(register: Register, plain: pa.Table) -> None:
    matcher = batch.polars_matcher(register)
    assert matcher(FRAME).to_arrow().cast(SCHEMA).equals(plain)
    lazy = (
        FRAME.lazy().map_batches(matcher, schema=batch.POLARS_SCHEMA).filter(pl.col("decision") == "accept").collect()
    )
    assert lazy["id"].to_list() == [
        i for i, d in zip(plain["id"].to_pylist(), plain["decision"].to_pylist(), strict=True) if d == "accept"
    ]


def test_inside_duckdb(register: Register, plain: pa.Table) -> None:
    with duckdb.connect() as connection:
        connection.register("given", FRAME.to_arrow())
        connection.execute("create table records as from given")
        reader = connection.cursor().sql("from records").to_arrow_reader(6)
        matched = pa.RecordBatchReader.from_batches(SCHEMA, batch.match_batches(reader, register))
        connection.register("matched", matched)
        back = connection.sql("from matched").to_arrow_table()
    assert back.cast(SCHEMA).equals(plain)


def test_what_travels_to_spark_is_whole(register: Register, plain: pa.Table) -> None:
    matcher = pickle.loads(pickle.dumps(batch.spark_matcher(register)))  # noqa: S301 - made in the line itself
    batch._registers.clear()
    assert pa.Table.from_batches(matcher(in_batches(11)), SCHEMA).equals(plain)
    frames = [b.to_pandas() for b in in_batches(11)]
    back = pa.concat_tables(
        pa.Table.from_pandas(f, schema=SCHEMA, preserve_index=False) for f in matcher.in_pandas(frames)
    )
    assert back.equals(plain.replace_schema_metadata()) or back.replace_schema_metadata().equals(plain)


SPARK = """
import pickle, sys
from pyspark.sql import SparkSession
from childfirst.engines.linkage import batch
folder = sys.argv[1]
register = pickle.load(open(f"{folder}/register.pickle", "rb"))
spark = (
    SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "7").getOrCreate()
)
records = spark.read.parquet(f"{folder}/records.parquet").repartition(3)
sent = batch.spark_matcher(register, context=spark.sparkContext)
records.mapInArrow(sent, batch.SPARK_SCHEMA).write.parquet(f"{folder}/arrow")
carried = batch.spark_matcher(register)
records.mapInPandas(carried.in_pandas, batch.SPARK_SCHEMA).write.parquet(f"{folder}/pandas")
spark.stop()
"""


def spark_missing() -> str:
    """Why Spark cannot run here; empty where it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "there is no Java"
    return ""


@pytest.mark.skipif(bool(spark_missing()), reason=f"Spark did not run: {spark_missing()}")
@pytest.mark.timeout(900)
def test_inside_spark(register: Register, plain: pa.Table, tmp_path: Path) -> None:
    (tmp_path / "register.pickle").write_bytes(pickle.dumps(register))
    FRAME.write_parquet(tmp_path / "records.parquet")
    (tmp_path / "run.py").write_text(SPARK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "run.py"), str(tmp_path)],
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    order = {i: n for n, i in enumerate(plain["id"].to_pylist())}
    for how in ("arrow", "pandas"):
        back = pq.read_table(tmp_path / how)
        back = back.take(sorted(range(back.num_rows), key=lambda n: order[back["id"][n].as_py()]))
        assert back.cast(SCHEMA).combine_chunks().equals(plain.combine_chunks()), how
