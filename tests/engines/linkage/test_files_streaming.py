"""A file in blocks, with little remembered, comes out as it does in one piece."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from childfirst.engines.linkage import Register, files
from childfirst.engines.linkage.output import Writer, writing
from childfirst.engines.linkage.review import Reviews
from childfirst.engines.linkage.streaming import Tally, match_file

SAID = [
    "larkfield primary",
    "st brides",
    "n/a",
    "tamsin grove",
    "quillon",
    "ottermoor juniors",
    "larkfield",
    "",
    "=1+1",
    "xyz",
]
COLUMNS = {"id": "id", "mention": "mention", "age": "age"}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A thousand records of few words, some of them hurt."""
    dice = random.Random(4)
    lines = ["id,mention,age"]
    lines += [
        "a,b" if i % 211 == 5 else f'{i},"{dice.choice(SAID)}",{dice.choice(["9", "", "15", "old"])}'
        for i in range(1000)
    ]
    path = tmp_path / "records.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def matched(
    path: Path, register: Register, folder: Path, *, remembered: int = 1000, told: list[float] | None = None
) -> Tally:
    """Match the file; `out.csv` and `review.csv` lie in the folder then."""
    folder.mkdir()
    parts = folder / "parts"
    parts.mkdir()
    reviews = Reviews(parts, {"1": "Copper Lane"})
    source = files.Source(path, "mentions", COLUMNS, ("id", "mention"))
    with writing(folder / "out.csv", "output file") as file:
        writer = Writer(file, parquet=False)
        tally = match_file(
            source,
            register,
            writer,
            csv=True,
            reviews=reviews,
            remembered=remembered,
            on_progress=None if told is None else told.append,
        )
        writer.close()
    reviews.write(folder / "review.csv")
    assert tally.rows == source.report.landed
    assert source.report.set_aside == 5
    return tally


@pytest.mark.parametrize(("block", "remembered"), [(256, 0), (300, 3), (1000, 1000), (1 << 21, 1)])
def test_blocks_and_what_is_remembered_change_no_byte(
    records: Path, register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, remembered: int
) -> None:
    whole = matched(records, register, tmp_path / "whole")
    monkeypatch.setattr(files, "BLOCK_BYTES", block)
    told: list[float] = []
    parts = matched(records, register, tmp_path / "parts", remembered=remembered, told=told)
    for name in ("out.csv", "review.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    assert parts.decisions == whole.decisions
    assert sum(parts.decisions.values()) == parts.rows == 995
    assert parts.unreadable["age"] == whole.unreadable["age"]
    assert sum(told) == pytest.approx(1)
    assert whole.matched <= 40
    assert parts.matched >= whole.matched


def test_rows_are_those_of_matching_at_once(records: Path, register: Register, tmp_path: Path) -> None:
    matched(records, register, tmp_path / "whole")
    out = pl.read_csv(tmp_path / "whole" / "out.csv", infer_schema=False)
    good = [line for line in records.read_text(encoding="utf-8").splitlines()[1:] if line != "a,b"]
    rows = [
        dict(zip(("id", "mention", "age"), (part.strip('"') for part in line.split(",")), strict=True)) for line in good
    ]
    plain = register.match(rows).to_arrow().to_pylist()
    assert out["id"].to_list() == [row["id"] for row in plain]
    assert [urn or None for urn in out["urn"].to_list()] == [row["urn"] for row in plain]
    assert out["decision"].to_list() == [row["decision"] for row in plain]
    assert out["probability"].to_list() == [f"{row['probability']:.6f}" for row in plain]
    assert out["reason"].to_list() == [row["reason"] for row in plain]
