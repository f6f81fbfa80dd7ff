"""The import of archives: what lands, what is set aside, what refuses the whole, and that the report always balances."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from childfirst.audit.actors import System
from childfirst.audit.models import Event
from childfirst.encounters import actions
from childfirst.encounters.archives import Limits, opened
from childfirst.encounters.importers import changed_words
from childfirst.encounters.models import ArchiveLine, Encounter, ImportReport, ReviewFlag
from childfirst.encounters.vocabulary import LineState
from childfirst.encounters.words import COLUMNS
from childfirst.shared.clock import LONDON
from childfirst.shared.errors import UserError
from tests.encounters import makers
from tests.encounters.makers import archive, row, rows, text_of

pytestmark = pytest.mark.django_db

BY = System("tests")


def run(path: Path, force: str | None = None) -> ImportReport:
    report = actions.import_archive(by=BY, path=path, force=force)
    assert report.read == report.landed + report.known + report.duplicates + report.set_aside
    return report


def refused(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        run(path)
    assert not Encounter.objects.exists()
    assert not ImportReport.objects.exists()
    assert not Event.objects.exists()
    return caught.value.sentence


class TestLanding:
    def test_a_row_becomes_an_encounter(self, tmp_path: Path) -> None:
        makers.areas()
        report = run(archive(tmp_path, [row(removal_of_more_than_just_outer_clothing="False")]))
        assert (report.read, report.landed, report.forces) == (1, 1, ["testshire"])
        one = Encounter.objects.get()
        assert one.school_id is None
        assert one.school_reason == "source_records_no_school"
        assert (one.kind, one.initiator, one.source, one.force) == (
            "stop_and_search",
            "unknown",
            "archive",
            "testshire",
        )
        assert (one.age_band, one.age, one.gender) == ("10-17", None, "male")
        assert (one.self_defined_ethnicity, one.officer_defined_ethnicity) == ("NS", "black")
        assert (one.outcome, one.outcome_linked, one.more_than_outer_clothing) == (
            "no_further_action",
            "not_recorded",
            "no",
        )
        assert (one.ward, one.borough, one.month) == ("W1", "B1", "2018-05")
        assert one.search_of == "person"
        assert one.recorded_by is None

    def test_times_are_utc_and_days_are_londons(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [row(Date="2018-04-30T23:05:00+00:00")]))
        one = Encounter.objects.get()
        assert one.occurred_at.astimezone(LONDON) == dt.datetime(2018, 5, 1, 0, 5, tzinfo=LONDON)
        assert one.month == "2018-05"
        assert one.time_precision == "minute"

    def test_winter_times_and_other_offsets(self, tmp_path: Path) -> None:
        listed = [row(Date="2018-05-03T18:00:00+02:00"), row(Date="2018-05-04T09:30:00Z"), row(Date="2018-05-05 10:00")]
        report = run(archive(tmp_path, listed))
        moments = list(Encounter.objects.order_by("occurred_at").values_list("occurred_at", flat=True))
        assert [moment.hour for moment in moments] == [16, 9, 9]
        assert any("without a zone" in note for note in report.details["notes"])

    def test_unknown_is_apart_from_not_stated(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [row(self_defined_ethnicity="", officer_defined_ethnicity="", gender="", outcome="")]))
        one = Encounter.objects.get()
        assert one.self_defined_ethnicity == "NR"
        assert one.officer_defined_ethnicity == "NR"
        assert (one.gender, one.outcome) == ("not_recorded", "not_recorded")

    def test_words_of_several_years_become_one_outcome(self, tmp_path: Path) -> None:
        listed = [
            row(Date="2018-05-01T10:00:00+00:00", Outcome="Suspect arrested"),
            row(Date="2018-05-01T11:00:00+00:00", Outcome="Arrest"),
            row(Date="2018-05-01T12:00:00+00:00", Outcome="arrest "),
        ]
        run(archive(tmp_path, listed))
        assert list(Encounter.objects.values_list("outcome", flat=True)) == ["arrest"] * 3

    def test_place_outside_the_areas_lands_and_is_counted(self, tmp_path: Path) -> None:
        makers.areas()
        report = run(archive(tmp_path, [row(Latitude="52.30", Longitude="-1.92")]))
        one = Encounter.objects.get()
        assert (one.ward, one.borough, one.lat) == ("", "", 52.30)
        assert any("outside the boroughs" in note for note in report.details["notes"])

    def test_missing_place_lands_as_unknown(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, [row(Latitude="", Longitude="")]))
        assert Encounter.objects.get().lon is None
        assert report.details["missing"]["2018-05"]["Latitude"] == 1

    def test_what_was_published_asks_nobody_here_for_a_review(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [row(age_range="under 10", removal_of_more_than_just_outer_clothing="True"), row()]))
        assert Encounter.objects.filter(more_than_outer_clothing="yes", age_band="0-9").count() == 1
        assert not ReviewFlag.objects.exists()

    def test_one_event_for_the_import(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, rows(5)))
        event = Event.objects.get()
        assert event.name == "encounters.archive.import"
        assert event.subject == f"encounters.importreport:{report.pk}"
        assert event.data == {"read": 5, "landed": 5, "known": 0, "duplicates": 0, "set_aside": 0}

    def test_open_words_land_and_are_counted(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, [row(Legislation="Moon Act 2031 (section 1)")]))
        assert Encounter.objects.get().legislation == "Moon Act 2031 (section 1)"
        assert report.details["new_words"] == {"Legislation": {"Moon Act 2031 (section 1)": 1}}


class TestMidnight:
    def test_a_few_at_midnight_are_at_midnight(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [*rows(30), row(Date="2018-05-02T23:00:00+00:00")]))
        assert not Encounter.objects.filter(time_precision="day").exists()

    def test_midnight_that_stands_out_is_time_not_known(self, tmp_path: Path) -> None:
        midnights = [row(Date=f"2018-05-{day:02d}T23:00:00+00:00") for day in range(1, 13)]
        report = run(archive(tmp_path, [*rows(30), *midnights]))
        assert Encounter.objects.filter(time_precision="day").count() == 12
        assert any("midnight stands out" in note for note in report.details["notes"])

    def test_dates_alone(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [row(Date="2018-05-02")]))
        one = Encounter.objects.get()
        assert one.time_precision == "day"
        assert one.occurred_at.astimezone(LONDON).date() == dt.date(2018, 5, 2)


class TestTwins:
    def test_equal_rows_land_once_with_their_lines(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, [row(), row(Gender="Female"), row(), row()]))
        assert (report.read, report.landed, report.duplicates) == (4, 2, 2)
        twins = ArchiveLine.objects.filter(state=LineState.DUPLICATE)
        assert [(line.line, line.same_as) for line in twins] == [
            (4, f"{makers.NAME} line 2"),
            (5, f"{makers.NAME} line 2"),
        ]

    def test_the_same_archive_again_changes_nothing(self, tmp_path: Path) -> None:
        path = archive(tmp_path, [*rows(20), row(), row()])
        run(path)
        before = list(Encounter.objects.order_by("id").values())
        report = run(path)
        assert (report.landed, report.known, report.duplicates) == (0, 21, 1)
        assert list(Encounter.objects.order_by("id").values()) == before
        assert ReviewFlag.objects.count() == 0

    def test_an_overlapping_archive_adds_only_what_is_new(self, tmp_path: Path) -> None:
        run(archive(tmp_path, rows(10)))
        june = "2018-06/2018-06-testshire-stop-and-search.csv"
        files = {makers.NAME: text_of([*rows(10), row()]), june: text_of([row(Date="2018-06-02T10:00:00+00:00")])}
        report = run(archive(tmp_path, files, "second.zip"))
        assert (report.read, report.known, report.landed) == (12, 10, 2)
        assert any("corrected versions" in note for note in report.details["notes"])

    def test_line_ends_encoding_and_order_of_columns_do_not_make_another_row(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [row()]))
        swapped = (*COLUMNS[5:], *COLUMNS[:5])
        for text in (text_of([row()], end="\r"), "\ufeff" + text_of([row()], end="\r\n"), text_of([row()], swapped)):
            assert run(archive(tmp_path, text)).known == 1
        assert Encounter.objects.count() == 1

    def test_the_same_row_of_two_forces_is_two_encounters(self, tmp_path: Path) -> None:
        other = makers.NAME.replace("testshire", "othershire")
        report = run(archive(tmp_path, {makers.NAME: text_of([row()]), other: text_of([row()])}))
        assert (report.landed, report.duplicates, report.forces) == (2, 0, ["othershire", "testshire"])

    def test_one_force_of_several(self, tmp_path: Path) -> None:
        other = makers.NAME.replace("testshire", "othershire")
        path = archive(tmp_path, {makers.NAME: text_of([row()]), other: text_of(rows(3))})
        assert run(path, force="Testshire Police").landed == 1
        with pytest.raises(UserError, match="othershire, testshire"):
            run(path, force="atlantis")


class TestSetAside:
    @pytest.mark.parametrize(
        ("changes", "column", "reason"),
        [
            ({"Date": "2099-05-03T10:00:00+00:00"}, "Date", "future"),
            ({"Date": ""}, "Date", "no date"),
            ({"Date": "yesterday"}, "Date", "not a date"),
            ({"Date": "2018-02-30T10:00:00+00:00"}, "Date", "not a date"),
            ({"Date": "0001-01-01T00:00:00+14:00"}, "Date", "not a date"),
            ({"Date": "9999-12-31T23:59:59-14:00"}, "Date", "not a date"),
            ({"Date": "2015-05-03T10:00:00+00:00"}, "Date", "month away"),
            ({"Latitude": "0", "Longitude": "0.0"}, "Latitude", "0, 0"),
            ({"Latitude": "51.5", "Longitude": ""}, "Latitude", "Only one"),
            ({"Latitude": "north", "Longitude": "-0.1"}, "Latitude", "not a number"),
            ({"Latitude": "48.85", "Longitude": "2.35"}, "Latitude", "Great Britain"),
            ({"self_defined_ethnicity": "Martian"}, "Self-defined ethnicity", "not known"),
            ({"officer_defined_ethnicity": "Green"}, "Officer-defined ethnicity", "not known"),
            ({"Gender": "Fluid"}, "Gender", "not known"),
            ({"age_range": "12-13"}, "Age range", "not known"),
            ({"Outcome": "Sent to the moon"}, "Outcome", "not known"),
            ({"Type": ""}, "Type", "no type"),
            (
                {"removal_of_more_than_just_outer_clothing": "Tr"},
                "Removal of more than just outer clothing",
                "not known",
            ),
            ({"Legislation": "x" * 300}, "Legislation", "too long"),
        ],
    )
    def test_a_row_that_cannot_be_true_is_set_aside_with_its_line(
        self, tmp_path: Path, changes: dict[str, str], column: str, reason: str
    ) -> None:
        report = run(archive(tmp_path, [*rows(3), row(**changes), row()]))
        assert (report.landed, report.set_aside) == (4, 1)
        line = ArchiveLine.objects.get(state=LineState.SET_ASIDE)
        assert (line.line, line.column) == (5, column)
        assert reason in line.reason
        assert report.details["examples"][0]["line"] == 5

    def test_an_unknown_ethnicity_is_named_as_a_new_word_and_lands_nowhere(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, [row(self_defined_ethnicity="Martian")]))
        assert report.details["new_words"] == {"Self-defined ethnicity": {"Martian": 1}}
        assert not Encounter.objects.exists()

    def test_a_file_cut_in_the_middle_of_a_row(self, tmp_path: Path) -> None:
        text = text_of(rows(3))
        report = run(archive(tmp_path, text[:-90]))
        assert (report.landed, report.set_aside) == (2, 1)
        line = ArchiveLine.objects.get()
        assert line.line == 4
        assert "cut in the middle" in line.reason

    def test_a_file_cut_in_the_middle_of_a_letter(self, tmp_path: Path) -> None:
        data = text_of([*rows(2), row(policing_operation="Operation Café")]).encode()
        report = run(archive(tmp_path, data[: data.index("é".encode()) + 1]))
        assert (report.landed, report.set_aside) == (2, 1)

    def test_a_stray_quotation_mark_spoils_its_own_line_alone(self, tmp_path: Path) -> None:
        lines = text_of(rows(4)).split("\n")
        lines[2] = '"' + lines[2]
        report = run(archive(tmp_path, "\n".join(lines)))
        assert (report.read, report.landed, report.set_aside) == (4, 3, 1)
        assert ArchiveLine.objects.get().line == 3

    def test_too_many_values(self, tmp_path: Path) -> None:
        text = text_of(rows(2)).rstrip("\n") + ",extra\n"
        report = run(archive(tmp_path, text))
        assert (report.landed, report.set_aside) == (1, 1)
        assert "16 values instead of 15" in ArchiveLine.objects.get().reason

    def test_every_line_is_kept_when_there_are_many(self, tmp_path: Path) -> None:
        listed = [{**one, "Gender": f"word {i}"} for i, one in enumerate(rows(500))]
        report = run(archive(tmp_path, [*listed, *({**one, "Gender": "Male"} for one in listed)]))
        assert (report.set_aside, ArchiveLine.objects.count(), len(report.details["examples"])) == (500, 500, 200)


class TestText:
    def test_old_mac_line_ends(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, text_of(rows(3), end="\r")))
        assert report.landed == 3
        assert any("old Mac" in note for note in report.details["notes"])

    def test_windows_line_ends(self, tmp_path: Path) -> None:
        assert run(archive(tmp_path, text_of(rows(3), end="\r\n"))).landed == 3

    def test_a_byte_order_mark(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, text_of(rows(3)).encode("utf-8-sig")))
        assert report.landed == 3
        assert any("byte order mark" in note for note in report.details["notes"])

    def test_windows_1252(self, tmp_path: Path) -> None:
        data = text_of([row(object_of_search="Café’s till")]).encode("cp1252")
        report = run(archive(tmp_path, data))
        assert Encounter.objects.get().object_of_search == "Café’s till"
        assert any("windows-1252" in note for note in report.details["notes"])

    def test_utf_16(self, tmp_path: Path) -> None:
        assert run(archive(tmp_path, text_of(rows(2)).encode("utf-16"))).landed == 2

    def test_quoted_values(self, tmp_path: Path) -> None:
        run(archive(tmp_path, [row(object_of_search='Knives, "sharp"')]))
        assert Encounter.objects.get().object_of_search == 'Knives, "sharp"'

    def test_null_characters_do_not_reach_the_database(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, [row(), row(Gender="Ma\x00le")]))
        assert (report.landed, report.set_aside) == (1, 1)
        assert "\x00" not in ArchiveLine.objects.get().value

    def test_columns_in_another_order_are_read_by_name(self, tmp_path: Path) -> None:
        columns = tuple(reversed(COLUMNS))
        report = run(archive(tmp_path, text_of([row()], columns)))
        assert Encounter.objects.get().gender == "male"
        assert any("another order" in note for note in report.details["notes"])

    def test_blank_lines_are_no_rows(self, tmp_path: Path) -> None:
        assert run(archive(tmp_path, "\n\n" + text_of(rows(2)) + "\n  \n")).read == 2

    def test_a_month_without_a_row(self, tmp_path: Path) -> None:
        report = run(archive(tmp_path, text_of([])))
        assert report.read == 0
        assert any("no row" in note for note in report.details["notes"])


class TestRefused:
    def test_a_missing_column(self, tmp_path: Path) -> None:
        columns = tuple(name for name in COLUMNS if name != "Outcome")
        sentence = refused(archive(tmp_path, text_of(rows(3), columns)))
        assert "no column “Outcome”" in sentence
        assert makers.NAME in sentence

    def test_a_renamed_column(self, tmp_path: Path) -> None:
        sentence = refused(archive(tmp_path, text_of(rows(3)).replace("Age range", "Age group", 1)))
        assert "no column “Age range”. It has “Age group” instead" in sentence

    def test_an_unknown_column(self, tmp_path: Path) -> None:
        columns = (*COLUMNS, "Shoe size")
        assert "“Shoe size”" in refused(archive(tmp_path, text_of(rows(3), columns)))

    def test_a_doubled_column(self, tmp_path: Path) -> None:
        columns = (*COLUMNS, "Gender")
        assert "“Gender” twice" in refused(archive(tmp_path, text_of(rows(3), columns)))

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Latitude", "Longitude"),
            ("Gender", "Age range"),
            ("Self-defined ethnicity", "Officer-defined ethnicity"),
            ("Legislation", "Object of search"),
            ("Type", "Outcome"),
            ("Date", "Type"),
        ],
    )
    def test_swapped_columns(self, tmp_path: Path, first: str, second: str) -> None:
        listed = [{**one, first: one[second], second: one[first]} for one in rows(3)]
        sentence = refused(archive(tmp_path, listed))
        assert "swapped" in sentence
        assert f"“{first}”" in sentence
        assert f"“{second}”" in sentence

    def test_an_empty_file(self, tmp_path: Path) -> None:
        assert "is empty" in refused(archive(tmp_path, ""))

    def test_one_bad_file_refuses_the_whole_archive(self, tmp_path: Path) -> None:
        june = "2018-06/2018-06-testshire-stop-and-search.csv"
        assert "2018-06" in refused(archive(tmp_path, {makers.NAME: text_of(rows(5)), june: ""}))

    def test_something_else_altogether(self, tmp_path: Path) -> None:
        assert "does not begin with the columns" in refused(archive(tmp_path, "<html>\n<body>not found</body>\n"))
        assert "not a text file" in refused(archive(tmp_path, bytes(range(128, 256)) * 10))

    def test_no_zip(self, tmp_path: Path) -> None:
        path = tmp_path / "plain.zip"
        path.write_bytes(b"this is no zip")
        assert "not a zip archive" in refused(path)
        assert "no file" in refused(tmp_path / "nothing.zip")
        whole = archive(tmp_path, rows(3)).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        assert "not a zip archive" in refused(path)

    def test_a_zip_without_our_files(self, tmp_path: Path) -> None:
        assert "no stop and search file" in refused(archive(tmp_path, {"readme.txt": "hello"}))

    def test_two_files_for_one_month(self, tmp_path: Path) -> None:
        twice = {makers.NAME: text_of(rows(1)), "again/" + makers.NAME: text_of(rows(1))}
        assert "two files" in refused(archive(tmp_path, twice))

    @pytest.mark.parametrize("name", ["../" + makers.NAME, "/etc/" + makers.NAME, "..\\x.csv", "C:/x.csv"])
    def test_a_path_that_leads_out(self, tmp_path: Path, name: str) -> None:
        assert "leads out of the archive" in refused(archive(tmp_path, {name: text_of(rows(1))}))

    def test_a_zip_bomb(self, tmp_path: Path) -> None:
        assert "zip bombs" in refused(archive(tmp_path, b"0" * 20_000_000))
        assert "zip bombs" in refused(archive(tmp_path, {makers.NAME: text_of(rows(1)), "bomb.bin": b"0" * 20_000_000}))

    def test_a_zip_bomb_that_lies_about_its_size(self, tmp_path: Path) -> None:
        path = archive(tmp_path, text_of(rows(1)) + " " * 5_000_000)
        data = bytearray(path.read_bytes())
        for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
            position = data.index(signature) + offset
            data[position : position + 4] = struct.pack("<I", 1000)
        path.write_bytes(bytes(data))
        assert "damaged" in refused(path)

    def test_limits_hold_while_reading(self, tmp_path: Path) -> None:
        path = archive(tmp_path, text_of(rows(50)))
        with opened(path, Limits(file_bytes=1000)) as found, pytest.raises(UserError, match="unpacks to more than"):
            found.read(found.members[0])
        with pytest.raises(UserError, match="far fewer"), opened(path, Limits(entries=0)):
            pass

    def test_a_damaged_file(self, tmp_path: Path) -> None:
        path = archive(tmp_path, text_of(rows(200)))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(bytes(data))
        assert "damaged" in refused(path)

    def test_a_damaged_file_of_a_rarer_compression(self, tmp_path: Path) -> None:
        path = tmp_path / "rare.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as zipped:
            zipped.writestr(makers.NAME, text_of(rows(50)))
        data = bytearray(path.read_bytes())
        start = 30 + len(makers.NAME) + 4  # after the local header and the LZMA version: the properties of the coder
        data[start] = 0xFF
        path.write_bytes(bytes(data))
        assert "damaged" in refused(path)

    def test_a_locked_file(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as zipped:
            zipped.writestr(makers.NAME, text_of(rows(1)))
        data = bytearray(out.getvalue())
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path = tmp_path / "locked.zip"
        path.write_bytes(bytes(data))
        assert "password" in refused(path)


def test_a_word_is_gone_only_where_it_would_have_been_seen() -> None:
    def months(*rows: int) -> Counter[str]:
        return Counter({f"2018-{number:02}": row for number, row in enumerate(rows, 1) if row})

    found = {
        "Outcome": {
            "Nothing found - no further action": months(60, 60, 0, 0, 0),
            "A no further action disposal": months(0, 0, 60, 60, 5),
            "Caution": months(20, 20, 20, 20, 0),
            "Rare": months(0, 1, 0, 0, 0),
        }
    }
    # The last month has five rows: that none of them is a caution says nothing.
    assert [(word["word"], word["first"], word["last"]) for word in changed_words(found)] == [
        ("Nothing found - no further action", "2018-01", "2018-02"),
        ("A no further action disposal", "2018-03", "2018-05"),
    ]
