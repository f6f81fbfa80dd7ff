"""Files as they come: encodings, line ends, cut rows, and what is no table at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from childfirst.places.reading import Sheet, Source
from childfirst.shared.errors import UserError
from childfirst.shared.quality import QualityReport

ROWS = "urn,name\n900001,Brook School\n900002,Pêche School\n"


def read(data: bytes, name: str = "schools.csv") -> tuple[Sheet, QualityReport, list[tuple[int, dict[str, str]]]]:
    sheet = Sheet.open(Source.of(name, data))
    report = QualityReport(name)
    return sheet, report, list(sheet.rows(report))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ROWS.encode(), "UTF-8"),
        (ROWS.encode("utf-8-sig"), "UTF-8 with a byte order mark"),
        (ROWS.encode("cp1252"), "windows-1252"),
        (ROWS.encode("utf-16"), "UTF-16"),
        (ROWS.replace("ê", "\x81").encode("latin-1"), "ISO 8859-1"),
        (ROWS.replace("\n", "\r").encode(), "UTF-8"),
        (ROWS.replace("\n", "\r\n").encode(), "UTF-8"),
        (b"\n\n" + ROWS.encode() + b"\n,\n", "UTF-8"),
        (ROWS.replace(",", ";").encode(), "UTF-8"),
        (ROWS.replace(",", "\t").encode(), "UTF-8"),
    ],
)
def test_every_usual_form_reads_alike(data: bytes, encoding: str):
    sheet, report, rows = read(data)
    assert sheet.encoding == encoding
    assert sheet.header == ("urn", "name")
    assert [row["urn"] for _, row in rows] == ["900001", "900002"]
    assert (report.read, report.set_aside) == (2, 0)


def test_old_macintosh_line_ends_and_other_separators_are_told():
    assert "Macintosh" in read(ROWS.replace("\n", "\r").encode())[0].notes[0]
    assert "tabs" in read(ROWS.replace(",", "\t").encode())[0].notes[0]
    assert not read(ROWS.encode())[0].notes


def test_lines_are_those_of_the_file_also_behind_a_name_on_two_lines():
    data = b'urn,name\n900001,"Brook\nSchool"\n900002,Fen School\n900003\n900004,A,B\n'
    _, report, rows = read(data)
    assert [line for line, _ in rows] == [2, 4]
    assert [(e.line, e.reason) for e in report.examples] == [
        (5, "The row has fewer columns than the header."),
        (6, "The row has more columns than the header."),
    ]
    assert report.read == 4


def test_a_file_cut_inside_a_quoted_name_says_so_and_keeps_the_rest():
    _, report, rows = read(b'urn,name\n900001,Brook\n900002,"Fen Sch')
    assert [row["urn"] for _, row in rows] == ["900001"]
    assert report.examples[0].line == 3 and "cut inside it" in report.examples[0].reason
    assert report.read == 2


def test_a_quotation_mark_in_the_wrong_place_costs_one_row_only():
    _, report, rows = read(b'urn,name\n900001,"Brook" School\n900002,Fen\n')
    assert [row["urn"] for _, row in rows] == ["900002"]
    assert report.set_aside == 1 and report.examples[0].line == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"SQLite format 3\0rest", "a database"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"urn,name\0\n", "not a text file"),
        (b"urn,urn\n1,2\n", "two columns named urn"),
        ("urn".encode("utf-16")[:-1] + b"", "breaks off"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes, sentence: str):
    with pytest.raises(UserError, match=sentence):
        Sheet.open(Source.of("schools.csv", data))


def test_files_that_are_not_there(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(UserError, match="There is no file"):
            Source.read(path)
