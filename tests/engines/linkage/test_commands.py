"""The command `childfirst match`: files in, files out, one sentence for each mistake."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from childfirst.engines.linkage import streaming
from childfirst.engines.linkage.commands import match
from childfirst.shared.errors import UserError

HEADER = ["id", "urn", "probability", "p_none", "decision", "candidates", "reason"]


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


def out(folder: Path, name: str = "out.csv") -> list[dict[str, str]]:
    """The rows of a CSV that was written."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_come_out_in_order(folder: Path) -> None:
    result = run(folder, "--aliases", str(folder / "aliases.csv"))
    assert result.exit_code == 0, result.output
    assert "3 mentions against" in result.output
    assert "MB of memory" in result.output
    rows = out(folder)
    assert [row["id"] for row in rows] == ["b", "a", "'=1+1"]
    assert [row["urn"] for row in rows] == ["1", "", "5"]
    assert rows[1]["decision"] == "none"
    assert list(rows[0]) == HEADER
    for row in rows:
        listed = json.loads(row["candidates"])
        assert sum(c["probability"] for c in listed) + float(row["p_none"]) == pytest.approx(1, abs=1e-4)
        if listed:
            assert listed[0] == {"urn": row["urn"], "probability": pytest.approx(float(row["probability"]))}


@pytest.mark.parametrize("name", ["out.parquet", "out.csv.gz"])
def test_the_same_rows_in_every_format(folder: Path, name: str) -> None:
    assert run(folder).exit_code == 0
    result = run(folder, "--out", str(folder / name), register="register.parquet")
    assert result.exit_code == 0, result.output
    plain = out(folder)
    if name == "out.csv.gz":
        assert gzip.decompress((folder / name).read_bytes()) == (folder / "out.csv").read_bytes()
        return
    table = pl.read_parquet(folder / name)
    assert table.columns == HEADER
    assert table["id"].to_list() == ["b", "a", "=1+1"]
    assert table["candidates"].to_list() == [row["candidates"] for row in plain]
    assert [f"{p:.6f}" for p in table["probability"]] == [row["probability"] for row in plain]


def test_every_kind_of_input_says_the_same(folder: Path) -> None:
    assert run(folder).exit_code == 0
    expected = (folder / "out.csv").read_bytes()
    raw = (folder / "mentions.csv").read_bytes()
    text = raw.decode("utf-8-sig")
    (folder / "packed.csv.gz").write_bytes(gzip.compress(raw))
    (folder / "semicolons.csv").write_text(text.replace(",x", ";x").replace("quillon,\n", "quillon~"), encoding="utf-8")
    pl.read_csv(raw).write_csv(folder / "semicolons.csv", separator=";", line_terminator="\r\n")
    pl.read_csv(raw).write_csv(folder / "tabs.tsv", separator="\t")
    pl.read_csv(raw).write_parquet(folder / "mentions.parquet")
    (folder / "wide.csv").write_bytes(text.encode("utf-16"))
    for name, more in {
        "packed.csv.gz": (), "semicolons.csv": (), "tabs.tsv": (), "mentions.parquet": (), "wide.csv": ("--encoding", "utf-16"),
    }.items():  # fmt: skip
        (folder / "out.csv").unlink()
        result = run(folder, *more, mentions=name)
        assert result.exit_code == 0, (name, result.output, result.exception)
        assert (folder / "out.csv").read_bytes() == expected, name


def test_columns_can_be_named_and_case_does_not_matter(folder: Path) -> None:
    (folder / "mine.csv").write_text("ref, School_Text ,MENTION\n1,quillon,larkfield primary\n", encoding="utf-8")
    result = run(folder, "--column", "id=ref", "--column", "mention=school_text", mentions="mine.csv")
    assert result.exit_code == 0, result.output
    assert out(folder)[0]["urn"] == "5"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"id,mention\n", "has no rows below its header"),
        (b"id,mention", "has no rows below its header"),
        (b"id,mention\n1,caf\xe9\n", "is not in UTF-8: line 2"),
        ("id,mention\n1,x\n".encode("utf-16"), "is in UTF-16"),
        (b"id,words\n1,x\n", "has no column mention; it has id and words"),
        (b"mention\nx\n", "has no column id"),
        (b"id,mention,mention\n1,x,y\n", "more than once"),
        (b"id,mention\n1,a,b\n", "no rows below its header that can be read: has 3 values"),
        (b"i\x00d,mention\n1,a\n", "is not a text file"),
        (b'id,mention\n1,"never closed\n2,b\n3,c\n', "a quotation mark that is never closed"),
    ],
)
def test_bad_files_get_one_sentence(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "bad.csv").write_bytes(content)
    result = run(folder, mentions="bad.csv")
    assert isinstance(result.exception, UserError)
    assert sentence in str(result.exception)
    assert "Traceback" not in result.output
    left = {path.name for path in folder.iterdir()}
    assert left == {"register.csv", "register.parquet", "mentions.csv", "aliases.csv", "bad.csv"}


def test_what_cannot_be_read_is_counted(folder: Path) -> None:
    (folder / "odd.csv").write_bytes(
        b"id,mention,lat,lon,age,date\n"
        b"1,larkfield primary,51.5,-0.1,nine,2024-02-30\n"
        b"1,quillon,151.5,-0.1,9,soon\n"
        b"too,few\n"
        b",no id\x00 here,,,,\n"
        b"5,too,many,1,2,3,4,5\n"
        b"6,n/a,,,9.5,27/03/2024\n"
    )
    result = run(folder, mentions="odd.csv")
    assert result.exit_code == 0, result.output
    assert [row["id"] for row in out(folder)] == ["1", "1", "", "6"]
    assert "Set aside, and not in the output: 2 records of 6" in result.output
    assert "record 4: has 2 values, but the header has 6 columns" in result.output
    assert "because it cannot be read: age in 1 row, e.g. “nine” (id 1)" in result.output
    assert "lat in 1 row" in result.output
    assert "date in 2 rows" in result.output
    assert "With an id that an earlier row has: 1 row." in result.output
    assert "Without an id: 1 row." in result.output
    assert "With NUL characters, which were left out: 1 row." in result.output


def test_long_text_and_a_swallowing_quotation_mark(folder: Path) -> None:
    narrative = "The child was seen near the park. " * 300
    (folder / "long.csv").write_text(
        f'id,mention,age\n1,{narrative} Pupil at Quillon Academy,12\n2,"open\n3,x,4\n4,y,5\n', encoding="utf-8"
    )
    result = run(folder, mentions="long.csv")
    assert result.exit_code == 0, result.output
    assert "a quotation mark that is never closed took in 2 further lines" in result.output


def test_files_that_are_not_there_or_not_tables(folder: Path) -> None:
    assert "There is no mentions file" in str(run(folder, mentions="absent.csv").exception)
    assert "must be a .csv, .csv.gz or .parquet" in str(run(folder, mentions="mentions.xlsx").exception)
    (folder / "broken.parquet").write_bytes(b"PAR1 no")
    assert "not a Parquet file" in str(run(folder, mentions="broken.parquet").exception)
    (folder / "broken.csv.gz").write_bytes(gzip.compress(b"id,mention\n1,a\n")[:-9])
    assert "cannot be read" in str(run(folder, mentions="broken.csv.gz").exception)
    assert "could not be written" in str(run(folder, "--out", str(folder / "no" / "out.csv")).exception)
    assert "no encoding named klingon" in str(run(folder, "--encoding", "klingon").exception)


def test_parquet_columns_of_every_type(folder: Path) -> None:
    rows = {
        "id": [1, 2, None],
        "mention": pl.Series(["larkfield primary", "quillon", None], dtype=pl.Categorical),
        "age": ["9.0", "10", "x"],
        "lat": [51.5, None, float("nan")],
        "lon": pl.Series([-0.1, None, 1.0], dtype=pl.Float32),
        "date": [dt.datetime(2024, 1, 1), None, dt.datetime(2020, 1, 1)],  # noqa: DTZ001 - as a file holds it
        "record_borough": [None, None, None],
        "blob": [b"1", b"2", b"3"],
    }
    pl.DataFrame(rows).write_parquet(folder / "types.parquet")
    result = run(folder, mentions="types.parquet")
    assert result.exit_code == 0, result.output
    assert [(row["id"], row["urn"]) for row in out(folder)] == [("1", "1"), ("2", "5"), ("", "")]
    assert "age in 1 row, e.g. “x” (no id)" in result.output
    pl.DataFrame({"id": [1], "mention": [["quillon"]]}).write_parquet(folder / "lists.parquet")
    assert "column mention of the mentions file lists.parquet holds lists" in str(
        run(folder, mentions="lists.parquet").exception
    )
    pl.DataFrame({"id": [], "mention": []}).write_parquet(folder / "empty.parquet")
    assert "has no rows." in str(run(folder, mentions="empty.parquet").exception)


def test_a_register_that_is_none(folder: Path) -> None:
    (folder / "names.csv").write_text("school,name\n1,Quillon\n", encoding="utf-8")
    assert "no column urn" in str(run(folder, register="names.csv").exception)
    (folder / "names.csv").write_text("urn,name\n1,Quillon\n1,Larkfield\n", encoding="utf-8")
    assert "more than once" in str(run(folder, register="names.csv").exception)
    (folder / "names.csv").write_text("urn,name\n1,Quillon, Westerby\n2,Larkfield\n", encoding="utf-8")
    assert "record 2 has 3 values" in str(run(folder, register="names.csv").exception)


@pytest.mark.parametrize(
    "more",
    [
        ("--precision", "1.5"),
        ("--column", "school=x"),
        ("--column", "mention"),
        ("--explain", "quillon"),
        ("--about", "age=9"),
        ("--processes", "0"),
    ],
)
def test_wrong_use_is_refused(folder: Path, more: tuple[str, ...]) -> None:
    assert run(folder, *more).exit_code == 2


def test_an_input_is_not_overwritten(folder: Path) -> None:
    for option in ("--out", "--review"):
        assert "is also an input" in str(run(folder, option, str(folder / "mentions.csv")).exception)
    assert "is also an input" in str(run(folder, "--review", str(folder / "out.csv")).exception)
    assert "has no column nowhere" in str(run(folder, "--column", "mention=nowhere").exception)


def test_the_review_file_has_what_to_decide(folder: Path) -> None:
    lines = [
        "id,mention,age",
        *(f"{i},st brides primary,9" for i in range(5)),
        "x,larkfield,",
        "y,tamsin grove,",
        "z,n/a,",
    ]
    lines += ["f,=st brides primary,9"]
    (folder / "asked.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run(folder, "--review", str(folder / "review.csv"), mentions="asked.csv")
    assert result.exit_code == 0, result.output
    rows = out(folder, "review.csv")
    reviewed = [row for row in out(folder) if row["decision"] == "review"]
    assert sum(int(row["records"]) for row in rows) == len(reviewed)
    assert f"{len(rows)} groups for {len(reviewed)} records" in result.output
    assert list(rows[0]) == [
        "records", "mention", "age", "options", "none", "explanation", "decision", "first_id", "bits",
    ]  # fmt: skip
    first = rows[0]
    assert (first["records"], first["mention"], first["decision"], first["first_id"]) == (
        "5",
        "st brides primary",
        "",
        "0",
    )
    assert "3 St Bride's Catholic Primary School (Northam)" in first["options"]
    assert "4 St Bride's Catholic Primary School (Westerby)" in first["options"]
    assert not any(row["mention"].startswith("=") for row in rows)
    bits = [float(row["bits"]) for row in rows]
    assert bits == sorted(bits, reverse=True)


def test_a_review_file_may_be_empty_or_parquet(folder: Path) -> None:
    (folder / "none.csv").write_text("id,mention\n1,n/a\n", encoding="utf-8")
    assert run(folder, "--review", str(folder / "review.csv"), mentions="none.csv").exit_code == 0
    assert out(folder, "review.csv") == []
    (folder / "some.csv").write_text("id,mention\n1,larkfield\n", encoding="utf-8")
    assert run(folder, "--review", str(folder / "review.parquet"), mentions="some.csv").exit_code == 0
    assert pl.read_parquet(folder / "review.parquet")["mention"].to_list() == ["larkfield"]


def test_explain_says_why(folder: Path) -> None:
    base = ["--register", str(folder / "register.csv"), "--explain"]
    result = CliRunner().invoke(
        match, [*base, "larkfeild prim", "--about", "age=9", "--about", "lat=51.5", "--about", "lon=-0.1"]
    )
    assert result.exit_code == 0, result.output
    assert "1 Larkfield Primary School (Northam)" in result.output
    assert "█" in result.output
    assert "none of these" in result.output
    nothing = CliRunner().invoke(match, [*base, "校"])
    assert nothing.exit_code == 0, nothing.output
    assert "must be a number" in str(CliRunner().invoke(match, [*base, "x", "--about", "age=old"]).exception)
    assert CliRunner().invoke(match, [*base, "x", "--about", "height=2"]).exit_code == 2
    assert CliRunner().invoke(match, ["--register", str(folder / "register.csv")]).exit_code == 2


def test_helper_processes_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["id,mention"] + [f"{i},larkfield {i % 40} primary" for i in range(200)]
    (folder / "many.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(folder, "--processes", "1", mentions="many.csv").exit_code == 0
    alone = (folder / "out.csv").read_bytes()
    monkeypatch.setattr(streaming, "HELPERS_FROM", 10)
    monkeypatch.setattr(streaming, "ASKED_AT_ONCE", 7)
    result = run(folder, "--processes", "2", mentions="many.csv")
    assert result.exit_code == 0, result.output
    assert "2 helper processes" in result.output
    assert (folder / "out.csv").read_bytes() == alone


def test_a_helper_that_dies_is_said() -> None:
    future: Future[pl.DataFrame] = Future()
    future.set_exception(BrokenProcessPool())
    with pytest.raises(UserError, match="try again with --processes 1"):
        streaming._result(future)()
