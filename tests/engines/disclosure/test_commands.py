"""`childfirst protect` on plain files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from childfirst.cli import main

INNER = "area,outcome,count\nA,x,3\nA,y,20\nB,x,9\nB,y,14\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["protect", *map(str, arguments)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "stops.csv"
    path.write_text(INNER)
    return path


def test_a_table_goes_in_and_a_safe_one_comes_out(table, tmp_path):
    out, certificate = tmp_path / "safe.csv", tmp_path / "certificate.json"
    result = run(table, "--out", out, "--certificate", certificate)
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 9
    small = next(row for row in rows if (row["area"], row["outcome"]) == ("A", "x"))
    assert small == {"area": "A", "outcome": "x", "count": "", "status": "hidden_primary"}
    assert json.loads(certificate.read_text())["proved"] is True
    assert "9 cells: 5 shown" in result.stderr


def test_the_same_file_gives_the_same_bytes_whatever_the_order_of_rows(table, tmp_path):
    first = run(table).stdout
    lines = INNER.splitlines()
    table.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    assert run(table).stdout == first


def test_margins_in_the_file_are_checked_and_say_what_is_published(table):
    table.write_text(INNER + "A,Total,23\nB,total,23\n")
    result = run(table)
    assert result.exit_code == 0
    assert "A,Total," in result.stdout
    assert "Total,Total" not in result.stdout


def test_other_column_names_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("\ufeffarea,searches\nA,7\nB,9\n".encode())
    assert run(path).exit_code == 0
    path.write_text("n,area\n7,A\n9,B\n")
    assert run(path, "--count", "n").stdout.splitlines()[0] == "area,count,status"


def test_zeros_can_be_hidden(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("area,count\nA,0\nB,9\nC,9\n")
    assert "A,0,true_zero" in run(path).stdout
    assert "A,,hidden_primary" in run(path, "--hide-zeros").stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"area,count\n", "no row with counts"),
        (b"area,count\nA,-1\n", "line 2: '-1' is not a count"),
        (b"area,count\nA,1.5\n", "line 2: '1.5' is not a count"),
        (b"area,count\nA,\n", "an unknown count is not zero"),
        (b"area,count\nA,1\nA,2\n", "line 3: A occurs twice"),
        (b"area,count\nA,1,2\n", "line 2: 3 columns where 2"),
        (b"area,count\n,1\n", "line 2: area is empty"),
        (b"area,area,count\nA,B,1\n", "a name of its own"),
        (b"count\n3\n", "no column to break the counts down by"),
        (b"area,status,count\nA,x,1\n", "may not be called 'status'"),
        (b"area,count\nA,7\nB,8\nTotal,14\n", "line 4: the margin Total is given as 14"),
        (b"area,count\nTotal,14\n", "no row with counts"),
        (b"area,count\n\x96A,7\n", "not UTF-8"),
        (b"PK\x03\x04\0\0", "not a CSV file"),
        (b'area,count\n"A,7\n', "line"),
        (b"area,count\nA,99999999999999999999\n", "is not a count"),
    ],
)
def test_bad_files_get_one_sentence_and_nothing_is_written(tmp_path, content, sentence):
    path, out = tmp_path / "t.csv", tmp_path / "out.csv"
    path.write_bytes(content)
    result = run(path, "--out", out)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert not out.exists()


def test_bad_arguments(table, tmp_path):
    assert "cannot be read" in run(tmp_path / "none.csv").output
    assert "there is no column 'n'" in run(table, "--count", "n").output
    assert "at least 2" in run(table, "--threshold", "1").output
    assert "three different files" in run(table, "--out", table).output
    assert "cannot be written" in run(table, "--out", tmp_path / "no" / "where.csv").output
    assert table.read_text() == INNER
