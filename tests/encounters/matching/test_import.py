"""Files of earlier records: what lands, what is set aside, cut off and gone on, brought twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from childfirst.audit.models import Event
from childfirst.encounters import facts
from childfirst.encounters.matching import files, importing, mapping
from childfirst.encounters.matching.models import Case, ImportRun, Mention, RunLine, Written
from childfirst.encounters.matching.models import Mapping as MappingRow
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.people.models import Organisation
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from tests.encounters.matching.makers import BY, HEADER, columns, imported, row, write

pytestmark = pytest.mark.django_db

LONG = "He was seen near the gates. " * 350


class TestLanding:
    def test_each_record_has_a_school_or_says_why_not(self, tmp_path: Path) -> None:
        words = ["Marram Academy", "st josephs", "not at school", "", "Fennick"]
        run = imported(tmp_path, [row(n, one, age="") for n, one in enumerate(words)])
        assert (run.rows_done, run.landed, run.state) == (5, 5, "done")
        assert (run.accepted, run.to_review, run.names_none, run.without_text) == (2, 1, 1, 1)
        said = Encounter.objects.order_by("written__line").values_list("school__name", "school_reason")
        assert list(said) == [
            ("Marram Academy", ""),
            (None, "text_not_yet_matched"),
            (None, "text_names_no_school"),
            (None, "source_records_no_school"),
            ("Fennick Academy", ""),
        ]

    def test_what_a_record_says_lands(self, tmp_path: Path) -> None:
        team = Organisation.objects.create(name="Westside Team", kind="force")
        told = {"team": "WESTSIDE team", "sex": "Male", "person": "AB/1234", "incident": "2026-06-01 16:05"}
        imported(tmp_path, [row(1, **told)])
        one = Encounter.objects.get()
        assert (one.team, one.gender, one.age, one.age_band, one.borough) == (team, "male", 14, "10-17", "B1")
        assert (one.source, one.force, one.kind, one.recorded_by) == ("legacy", "connect", "safeguarding", None)
        assert one.occurred_at == dt.datetime(2026, 6, 1, 15, 5, tzinfo=dt.UTC)  # British Summer Time
        assert len(one.child_reference) == 64
        fact = facts.table("2026-06").to_pylist()[0]
        assert (fact["source"], fact["school_field"], fact["team"]) == (
            "Earlier records: connect",
            "recorded",
            "Westside Team",
        )

    def test_a_day_alone_is_a_day_alone(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(1, incident="01/06/2026")])
        one = Encounter.objects.get()
        assert one.time_precision == "day" and clock.local(one.occurred_at).hour == 0

    def test_a_borough_without_a_place_is_found_by_its_name_or_code(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(n, lat="", lon="", borough=b) for n, b in enumerate(["eastside", "B2", "Elsewhere"])])
        assert list(Encounter.objects.order_by("written__line").values_list("borough", flat=True)) == ["B2", "B2", ""]
        run = ImportRun.objects.get()
        assert run.details["new_words"] == {"Borough": {"Elsewhere": 1}}
        assert set(Mention.objects.values_list("borough", flat=True)) == {"Eastside", "Elsewhere"}

    def test_old_records_call_for_no_review_and_no_notice(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(1, "Marram Academy", age="9")])
        assert Encounter.objects.get().school_id is not None
        assert not ReviewFlag.objects.exists()

    def test_ten_thousand_identical_strings_are_one_case(self, tmp_path: Path) -> None:
        rows = [row(n, "St Josephs", age="", incident="01/06/2026", lat="", lon="") for n in range(10_000)]
        run = imported(tmp_path, rows)
        assert run.landed == run.to_review == 10_000
        case = Case.objects.get()
        assert (case.records, Mention.objects.count()) == (10_000, 1)
        assert case.value == pytest.approx(10_000 * Mention.objects.get().bits)

    @pytest.mark.parametrize(
        "words",
        ["🙂🙂", "مدرسة المارام", "=HYPERLINK(1)", "x" * 400, LONG[:9_900], "St\u200b Jo\x07sephs", "'; DROP TABLE"],
    )
    def test_any_words_land(self, tmp_path: Path, words: str) -> None:
        run = imported(tmp_path, [row(1, words)])
        assert run.landed == 1
        one = Encounter.objects.get()
        assert (one.school_id is None) == (one.school_reason in ("text_not_yet_matched", "text_names_no_school"))
        assert "\x07" not in Mention.objects.get().words


class TestSettingAside:
    @pytest.mark.parametrize(
        ("changes", "column", "reason"),
        [
            ({"incident": ""}, "Incident date", "no date"),
            ({"incident": "yesterday"}, "Incident date", "cannot be read"),
            ({"incident": "29/03/2026 01:30"}, "Incident date", "no such time"),
            ({"incident": "01/01/2090"}, "Incident date", "future"),
            ({"incident": "01/01/2019"}, "Incident date", "too old to be kept"),
            ({"lat": "51.5", "lon": ""}, "Lat", "half given"),
            ({"lat": "0", "lon": "0"}, "Lat", "not in Great Britain"),
            ({"age": "fourteen"}, "Age", "not a number of years"),
            ({"age": "140"}, "Age", "not a number of years"),
            ({"sex": "purple"}, "Sex", "not known here"),
            ({"record": ""}, "Record", "no number"),
            ({"person": "John Smith"}, "Person", "name must never"),
            ({"school": LONG + LONG}, "School", "10,000 letters"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_true(self, tmp_path: Path, changes: dict[str, str], column: str, reason: str) -> None:
        words = changes.pop("school", "Marram Academy")
        run = imported(tmp_path, [row(1), row(2, words, **changes)])
        assert (run.landed, run.set_aside) == (1, 1)
        line = RunLine.objects.get()
        assert (line.line, line.column) == (3, column)
        assert reason in line.reason
        assert LONG[:50] not in line.value

    def test_rows_of_another_length_and_open_quotation_marks(self, tmp_path: Path) -> None:
        good = ",".join(row(1).values())
        text = "\n".join([",".join(HEADER), good, "a,b", good.replace("CR000001", "CR2") + ",more"]) + "\n"
        path = tmp_path / "records.csv"
        path.write_text(text)
        run = importing.import_records(by=BY, path=path, columns=columns())
        assert (run.rows_done, run.landed, run.set_aside) == (3, 1, 2)
        assert [line.line for line in RunLine.objects.all()] == [3, 4]

    def test_a_narrative_with_line_breaks_is_one_value(self, tmp_path: Path) -> None:
        run = imported(tmp_path, [row(1, "Attends\nMarram\r\nAcademy, says mother"), row(2, sex="purple")])
        assert run.landed == 1
        assert "Attends Marram Academy" in Mention.objects.get().words
        assert RunLine.objects.get().line == 5


class TestFiles:
    def test_encodings(self, tmp_path: Path) -> None:
        for number, encoding in enumerate(["utf-8", "utf-8-sig", "utf-16", "cp1252"]):
            path = write(tmp_path, [row(number, "École Marram")], f"{encoding}.csv", encoding=encoding)
            run = importing.import_records(by=BY, path=path, columns=columns())
            assert run.landed == 1
        assert set(Mention.objects.values_list("words", flat=True)) == {"École Marram"}
        assert any("windows-1252" in note for note in ImportRun.objects.first().details["notes"])  # type: ignore[union-attr]

    def test_semicolons_and_tabs(self, tmp_path: Path) -> None:
        for number, delimiter in enumerate([";", "\t", "|"]):
            path = write(tmp_path, [row(number)], f"{number}.csv", delimiter=delimiter)
            assert importing.import_records(by=BY, path=path, columns=columns()).landed == 1

    def test_parquet(self, tmp_path: Path) -> None:
        rows = [row(n) for n in range(2_500)]
        frame = pl.DataFrame(rows).with_columns(pl.col("Age").cast(pl.Int64), pl.col("Lat").cast(pl.Float64))
        path = tmp_path / "records.parquet"
        frame.write_parquet(path)
        run = importing.import_records(by=BY, path=path, columns=columns(), batch=700)
        assert (run.rows_done, run.landed) == (2_500, 2_500)
        assert Encounter.objects.filter(age=14, lat=51.48).count() == 2_500

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("a.csv", b"", "is empty"),
            ("a.csv", b"\n\n", "not even a line"),
            ("a.csv", b"School,Date\n", "no row below"),
            ("a.csv", b"School,School\na,b\n", "twice"),
            ("a.csv", b"PK\x03\x04xl/workbook", "spreadsheet"),
            ("a.csv", b"School\x00,Date\na,b\n", "not a text file"),
            ("a.csv", "Schüle,Date\na,b\n".encode()[:-1] + b"\xc3", "cut off"),
            ("a.csv", b"School,D\x81te\na,b\n", "neither UTF-8 nor"),
            ("a.parquet", b"PAR1 no", "not a Parquet file"),
            ("a.xlsx", b"PK", "must be a CSV"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_is_one_sentence(self, tmp_path: Path, name: str, content: bytes, says: str) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=says):
            importing.import_records(by=BY, path=tmp_path / name, columns=columns())
        assert not ImportRun.objects.exists()

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("School,Date\nx,01/06/2026\n")
        with pytest.raises(UserError, match=r"no columns “Record” and “Incident date”. It has: School, Date"):
            importing.import_records(
                by=BY,
                path=tmp_path / "a.csv",
                columns=columns(borough="", lat="", lon="", age="", gender="", team="", child_reference=""),
            )

    def test_lines_of_the_old_mac(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(write(tmp_path, [row(1), row(2)]).read_bytes().replace(b"\r\n", b"\r"))
        assert importing.import_records(by=BY, path=path, columns=columns()).landed == 2


class Cut(Exception):
    """The process is gone."""


class TestGoingOn:
    def test_cut_off_in_the_middle_it_goes_on(self, tmp_path: Path) -> None:
        bare = {"borough": "", "lat": "", "lon": "", "age": ""}
        path = write(
            tmp_path, [row(n, "Marram Academy") if n % 2 else row(n, "St Josephs", **bare) for n in range(100)]
        )

        def cut(done: int, total: int | None) -> None:
            if done >= 40:
                raise Cut

        with pytest.raises(Cut):
            importing.import_records(by=BY, path=path, columns=columns(), batch=20, progress=cut)
        run = ImportRun.objects.get()
        assert (run.state, run.rows_done, Encounter.objects.count()) == ("running", 40, 40)
        steps: list[int] = []
        again = importing.import_records(
            by=BY, path=path, columns=columns(), batch=20, progress=lambda done, total: steps.append(done)
        )
        assert (again.pk, again.state, again.landed, again.known) == (run.pk, "done", 100, 0)
        assert steps == [60, 80, 100]
        assert Encounter.objects.count() == Written.objects.count() == 100
        assert Case.objects.get(verdict="review").records == 50

    def test_a_batch_lands_whole_or_not_at_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write(tmp_path, [row(n) for n in range(30)])
        whole, calls = importing.landing._count_up, []

        def fail(*args: Any) -> None:
            calls.append(1)
            if len(calls) == 2:
                raise Cut
            whole(*args)

        monkeypatch.setattr(importing.landing, "_count_up", fail)
        with pytest.raises(Cut):
            importing.import_records(by=BY, path=path, columns=columns(), batch=10)
        assert Encounter.objects.count() == ImportRun.objects.get().rows_done == Mention.objects.get().records == 10

    def test_the_same_file_again_changes_nothing(self, tmp_path: Path) -> None:
        rows = [row(n) for n in range(30)]
        imported(tmp_path, rows)
        before = list(Encounter.objects.order_by("pk").values()), list(Case.objects.values())
        again = imported(tmp_path, rows)
        assert (again.landed, again.known, again.state) == (0, 30, "done")
        assert before == (list(Encounter.objects.order_by("pk").values()), list(Case.objects.values()))

    def test_files_that_overlap(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(n) for n in range(30)])
        second = imported(tmp_path, [row(n) for n in range(20, 50)])
        assert (second.landed, second.known) == (20, 10)

    def test_a_record_that_came_with_other_values_is_left_and_said(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(1, "Marram Academy")])
        second = imported(tmp_path, [row(1, "Fennick Academy")])
        assert (second.landed, second.known) == (0, 1)
        assert Encounter.objects.get().school.name == "Marram Academy"  # type: ignore[union-attr]
        assert any("1 records were here already with other values" in note for note in second.details["notes"])

    def test_twins_in_a_file(self, tmp_path: Path) -> None:
        run = imported(tmp_path, [row(1), row(1), row(1, "Fennick Academy"), row(2)], batch=2)
        assert (run.landed, run.duplicates, run.set_aside) == (2, 1, 1)
        assert sorted(RunLine.objects.values_list("state", "line")) == [("duplicate", 3), ("set_aside", 4)]

    def test_without_a_number_a_row_is_known_by_all_its_values(self, tmp_path: Path) -> None:
        mapped = columns(reference="")
        first = imported(tmp_path, [row(1), row(2), row(2, age="15")], columns=mapped)
        assert (first.landed, first.duplicates) == (2, 1)
        assert imported(tmp_path, [row(3, age="15"), row(4, age="16")], columns=mapped).known == 1

    def test_two_processes_cannot_both_land_a_batch(self, tmp_path: Path) -> None:
        path = write(tmp_path, [row(n) for n in range(10)])
        opened = files.open_file(path)
        first = importing.begin_run(by=BY, opened=opened, columns=columns())
        second = importing.begin_run(by=BY, opened=opened, columns=columns())
        assert first.pk == second.pk
        importing.go_on(by=BY, run=first, opened=opened, columns=columns())
        with pytest.raises(UserError, match="Another process"):
            importing.go_on(by=BY, run=second, opened=opened, columns=columns())
        assert Encounter.objects.count() == 10 and ImportRun.objects.get().state == "done"

    def test_each_batch_leaves_an_event(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(n) for n in range(25)], batch=10)
        landed = Event.objects.filter(name="encounters.records.land")
        assert [event.data["landed"] for event in landed.order_by("number")] == [10, 10, 5]


class TestMapping:
    def test_from_toml(self, tmp_path: Path) -> None:
        file = tmp_path / "mapping.toml"
        file.write_text('system = "Connect"\n[columns]\nwords = "S"\noccurred_at = "D"\n[constants]\nkind = "victim"\n')
        found = mapping.from_toml(file)
        assert (found.system, found.columns, found.constants) == (
            "connect",
            {"words": "S", "occurred_at": "D"},
            {"kind": "victim"},
        )

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("system = ", "not TOML"),
            ('system = "x"', "needs a table"),
            ('system = "x"\n[columns]\nwords = "S"', "Date, or date and time"),
            ('system = ""\n[columns]\nwords = "S"\noccurred_at = "D"', "Name the records system"),
            ('system = "x"\n[columns]\nwords = "S"\noccurred_at = "S"', "chosen for two fields"),
            ('system = "x"\n[columns]\nwords = "S"\noccurred_at = "D"', "what kind of encounter"),
            ('system = "x"\n[columns]\nwords = "S"\noccurred_at = "D"\nlat = "L"', "both a latitude"),
            ('system = "x"\n[columns]\nwords = "S"\noccurred_at = "D"\ncolour = "L"', "no field colour"),
            ('system = "x"\n[columns]\nwords = "S"\noccurred_at = "D"\n[constants]\nkind = "victim"\nage = "3"', "one value for all"),
        ],
    )  # fmt: skip
    def test_what_a_mapping_must_say(self, tmp_path: Path, text: str, says: str) -> None:
        file = tmp_path / "mapping.toml"
        file.write_text(text)
        with pytest.raises(UserError, match=says):
            mapping.from_toml(file)

    def test_columns_are_guessed_by_their_names(self) -> None:
        assert mapping.guess(("Record_ID", "Incident Date", "SCHOOL NAME", "lat", "Long", "Notes")) == {
            "words": "SCHOOL NAME", "occurred_at": "Incident Date", "reference": "Record_ID", "lat": "lat", "lon": "Long",
        }  # fmt: skip

    def test_a_mapping_is_remembered_for_files_with_the_same_columns(self, tmp_path: Path) -> None:
        imported(tmp_path, [row(1)])
        imported(tmp_path, [row(2)])
        remembered = MappingRow.objects.get()
        assert remembered.header == files.open_file(write(tmp_path, [row(9)])).header_key
        assert remembered.columns["words"] == "School"
