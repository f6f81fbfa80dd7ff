"""Plain files, block by block."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childfirst.engines.linkage import files, output
from childfirst.engines.linkage.files import Source
from childfirst.shared.errors import UserError

COLUMNS = {"id": "id", "mention": "mention", "age": "age"}


def rows(path: Path, **more: str) -> tuple[list[tuple[object, ...]], Source]:
    """All rows of a file, and the source with its report."""
    source = Source(path, "mentions", COLUMNS, ("id", "mention"), **more)
    return [row for block in source.blocks() for row in block.rows()], source


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,mention\n1,a\n", [("1", "a")]),
        ("\ufeffID; Mention \n1;a,b\n", [("1", "a,b")]),
        ("\r\n\r\nid,mention\r\n1,a\r\n", [("1", "a")]),
        ("id|other|mention\n1|x|a\n", [("1", "a")]),
        ("mention,id\na,1\n", [("1", "a")]),
        ('id,"two\nlines",mention\n1,x,"a ""b"" c"\n', [("1", 'a "b" c')]),
        ("id,mention,age\n1,a,\n", [("1", "a", "")]),
        ("id,mention\n1,\u202e\u05d0\u05d1 \U0001f600\n", [("1", "\u202e\u05d0\u05d1 \U0001f600")]),
        ("id,mention,,\n1,a,,\n", [("1", "a")]),
        ("id,mention\n1,last line without an end", [("1", "last line without an end")]),
    ],
)
def test_csv_as_people_write_it(tmp_path: Path, content: str, expected: list[tuple[str, ...]]) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(content.encode())
    assert rows(path)[0] == expected


def test_other_encodings_by_name(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    for encoding in ("windows-1252", "utf-16", "utf-8-sig"):
        path.write_bytes("id,mention\n1,Collège\n".encode(encoding))
        assert rows(path, encoding=encoding)[0] == [("1", "Collège")]
    path.write_bytes("id,mention\n1,Collège\n2,b\n".encode("windows-1252"))
    with pytest.raises(UserError, match=r"line 2 has a byte that is not; .* --encoding windows-1252"):
        rows(path)


def test_blocks_do_not_change_rows_nor_lose_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK_BYTES", 256)
    path = tmp_path / "m.csv"
    lines = [f'{i},"a {i}\n, b"' if i % 7 else f"{i},x,y,z" for i in range(500)]
    path.write_text("id,mention\n" + "\n".join(lines) + "\n", encoding="utf-8")
    shares: list[float] = []
    source = Source(path, "mentions", COLUMNS, ("id", "mention"))
    blocks = list(source.blocks(shares.append))
    assert len(blocks) > 10
    assert pl.concat(blocks)["id"].to_list() == [str(i) for i in range(500) if i % 7]
    assert source.report.balanced()
    assert source.report.set_aside == 72
    assert sum(shares) == pytest.approx(1)


def test_a_record_longer_than_a_block_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK_BYTES", 256)
    path = tmp_path / "m.csv"
    path.write_text("id,mention\n1," + "x" * 2000 + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="one record of more than"):
        rows(path)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1),
            st.sampled_from(["=1+1", "+44", "-5", "@x", "\tx", "a,b", 'a"b', "a\nb", "-5.5", "plain", "- n/a", ""]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_can_be_read_and_runs_nothing(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    answers = pl.DataFrame(
        {
            "urn": [urn for _, urn in pairs],
            "probability": [0.5] * len(pairs),
            "p_none": [0.5] * len(pairs),
            "decision": ["review"] * len(pairs),
            "candidates": ['[{"urn": "1", "probability": 0.5}]'] * len(pairs),
            "reason": [text for text, _ in pairs],
        }
    )
    path = tmp_path_factory.mktemp("written") / "out.csv"
    with output.writing(path, "output file") as file:
        writer = output.Writer(file, parquet=False)
        writer.write(pl.Series([text for text, _ in pairs]), answers.with_columns(output.csv_rest(answers)))
        writer.close()
    with path.open(encoding="utf-8", newline="") as opened:
        header, *lines = list(csv.reader(opened))
    assert header == list(output.COLUMNS)
    back = dict(zip(header, zip(*lines, strict=True), strict=True))
    for column, given_ in (
        ("id", [t for t, _ in pairs]),
        ("urn", [u for _, u in pairs]),
        ("reason", [t for t, _ in pairs]),
    ):
        for written, text in zip(back[column], given_, strict=True):
            assert written.removeprefix("'") == text or written == text
            runs = written.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not runs or written.lstrip("+-").replace(".", "", 1).isdigit()


def test_nothing_is_left_where_writing_failed(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before", encoding="utf-8")

    def half() -> None:
        with output.writing(path, "output file") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert path.read_text(encoding="utf-8") == "before"
