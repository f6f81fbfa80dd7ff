"""Whatever a file holds, it is read or refused with a sentence, and every row is accounted for."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from childfirst.encounters.archives import cut, decode, opened
from childfirst.encounters.checks import read_date
from childfirst.encounters.importers import Reading, read_force
from childfirst.encounters.words import CLOSED, COLUMNS
from childfirst.shared.errors import UserError
from childfirst.shared.quality import QualityReport
from tests.encounters import makers

NOW = dt.datetime(2018, 6, 1, tzinfo=dt.UTC)

anything = st.text(st.characters(codec="utf-8"), max_size=30)
known = st.sampled_from(sorted(word for column in CLOSED.values() for word in column))
value = st.one_of(
    anything,
    known,
    st.just(""),
    st.floats().map(str),
    st.datetimes().map(dt.datetime.isoformat),
    st.sampled_from(list(makers.ROW.values())),
)
messy_row = st.fixed_dictionaries({name: st.one_of(value, st.just(makers.ROW[name])) for name in COLUMNS})
relaxed = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data: bytes) -> QualityReport | None:
    """The report on an archive of one file, or None when it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = makers.archive(Path(folder), data)
        reading = Reading(QualityReport("archive.zip"))
        try:
            with opened(path) as archive:
                frame = read_force(archive, makers.FORCE, reading, NOW, lambda size: None)
        except UserError:
            return None
        report = reading.report
        report.landed = frame.height
        assert frame["source_row_key"].is_unique().all()
        assert len(reading.lines) == report.set_aside + report.duplicates
        return report


@relaxed
@given(st.lists(messy_row, max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_rows_of_anything(listed: list[dict[str, str]], end: str) -> None:
    report = read(makers.text_of(listed, end=end).encode())
    assert report is None or report.balanced()


@relaxed
@given(st.lists(messy_row, min_size=1, max_size=3), st.data())
def test_files_cut_anywhere(listed: list[dict[str, str]], data: st.DataObject) -> None:
    whole = makers.text_of(listed).encode()
    report = read(whole[: data.draw(st.integers(0, len(whole)))])
    assert report is None or report.balanced()


@relaxed
@given(st.binary(max_size=400), st.booleans())
def test_bytes_of_anything(data: bytes, with_header: bool) -> None:
    header = (",".join(COLUMNS) + "\n").encode() if with_header else b""
    report = read(header + data)
    assert report is None or report.balanced()


@given(st.text(max_size=40))
def test_dates_of_anything(text: str) -> None:
    moment, day_only, naive = read_date(text)
    assert moment is None or moment.tzinfo is dt.UTC
    assert not (day_only and naive)


@given(st.text(max_size=200))
def test_every_line_that_is_not_blank_is_a_row(text: str) -> None:
    header = ",".join(COLUMNS)
    sheet = cut(header + "\n" + text, "f.csv", COLUMNS)
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    assert len(sheet.rows) + len(sheet.broken) == len(lines)


@given(st.text(st.characters(codec="cp1252"), max_size=100))
def test_decoding_never_fails_on_text(text: str) -> None:
    assert decode(text.encode("utf-8"), "f.csv")[0] == text.removeprefix("\ufeff").replace("\x00", "\ufffd")
