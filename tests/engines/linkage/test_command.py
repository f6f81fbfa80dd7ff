"""The command `childfirst match`: files in, a file out, one sentence for each mistake."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from childfirst.engines.linkage.commands import match
from childfirst.shared.errors import UserError


@pytest.fixture
def folder(tmp_path: Path, register_rows: list[dict[str, Any]]) -> Path:
    """A folder with a register and mentions as CSV and Parquet."""
    table = pl.DataFrame(register_rows, infer_schema_length=None)
    table.write_csv(tmp_path / "register.csv")
    table.write_parquet(tmp_path / "register.parquet")
    mentions = (
        'id,mention,lat,lon,other\nb,larkfield primary,51.5,-0.1,x\na,n/a,,,\n=1+1,"quillon,\nacademy",51.6,-0.4,\n'
    )
    (tmp_path / "mentions.csv").write_text(mentions, encoding="utf-8-sig")
    (tmp_path / "aliases.csv").write_text("urn,alias\n5,Dunmarrow Comprehensive\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str, mentions: str = "mentions.csv", register: str = "register.csv") -> Result:
    """Run the command in the folder."""
    arguments = [str(folder / mentions), "--register", str(folder / register), "--out", str(folder / "out.csv"), *more]
    return CliRunner().invoke(match, arguments)


def test_rows_come_out_in_order(folder: Path) -> None:
    result = run(folder, "--aliases", str(folder / "aliases.csv"))
    assert result.exit_code == 0, result.output
    assert "3 mentions against" in result.output
    rows = list(csv.DictReader((folder / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == ["b", "a", "'=1+1"]
    assert [row["urn"] for row in rows] == ["1", "", "5"]
    assert rows[1]["decision"] == "none"
    listed = json.loads(rows[0]["candidates"])
    assert listed[0]["urn"] == "1"
    assert listed[0]["probability"] == pytest.approx(float(rows[0]["probability"]))
    assert list(rows[0]) == ["id", "urn", "probability", "p_none", "decision", "candidates", "reason"]


def test_parquet_in_and_out(folder: Path) -> None:
    out = folder / "out.parquet"
    result = run(folder, "--out", str(out), register="register.parquet")
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(out)["id"].to_list() == ["b", "a", "=1+1"]


def test_columns_can_be_named(folder: Path) -> None:
    (folder / "mine.csv").write_text("ref,school_text\n1,quillon\n", encoding="utf-8")
    result = run(folder, "--column", "id=ref", "--column", "mention=school_text", mentions="mine.csv")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"id,mention\n", "has no rows below its header"),
        (b"id,mention\n1,caf\xe9\n", "is not in UTF-8: line 2"),
        (b"id,words\n1,x\n", "has no column mention"),
        (b"id,mention,mention\n1,x,y\n", "more than once"),
        (b"id,mention\n1,a,b\n", "3 values in record 2"),
        (b"i\x00d,mention\n1,a\n", "is not a text file"),
    ],
)
def test_bad_files_get_one_sentence(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "bad.csv").write_bytes(content)
    result = run(folder, mentions="bad.csv")
    assert isinstance(result.exception, UserError)
    assert sentence in str(result.exception)
    assert not (folder / "out.csv").exists()


def test_files_that_are_not_there_or_not_tables(folder: Path) -> None:
    assert "There is no mentions file" in str(run(folder, mentions="absent.csv").exception)
    assert "must be a .csv or a .parquet" in str(run(folder, mentions="mentions.xlsx").exception)
    (folder / "broken.parquet").write_bytes(b"PAR1 no")
    assert "not a Parquet file" in str(run(folder, mentions="broken.parquet").exception)
    assert "could not be written" in str(run(folder, "--out", str(folder / "no" / "out.csv")).exception)


@pytest.mark.parametrize(
    "more", [("--precision", "1.5"), ("--out", "out.xlsx"), ("--column", "school=x"), ("--column", "mention")]
)
def test_wrong_use_is_refused(folder: Path, more: tuple[str, ...]) -> None:
    assert run(folder, *more).exit_code == 2


def test_an_input_is_not_overwritten(folder: Path) -> None:
    result = run(folder, "--out", str(folder / "mentions.csv"))
    assert result.exit_code == 2
    assert "also an input" in result.output
    missing = run(folder, "--column", "mention=nowhere")
    assert "has no column nowhere" in str(missing.exception)
