"""The pages as a person meets them: cases without scripts, files with a mapping screen, quality with its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from childfirst.encounters.matching import actions, importing, queries, uploads
from childfirst.encounters.matching.models import Case, ImportRun
from childfirst.encounters.models import Encounter
from childfirst.people.models import Organisation
from childfirst.people.vocabulary import Role
from childfirst.places.models import School
from tests.encounters.matching.makers import columns, doubtful, imported, row, write

pytestmark = pytest.mark.django_db
COLLEGE = 100002


@pytest.fixture
def analyst(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.ANALYST)


def test_a_case_shows_words_options_and_reasons(analyst: Client, tmp_path: Path) -> None:
    case = doubtful(tmp_path, 3)
    page = analyst.get(f"/matching/review/{case.pk}/").content.decode()
    for said in (
        "St Josephs",
        "3 records",
        "1. St Joseph",
        "Test Road",
        "URN 10000",
        "What speaks for and against",
        "data-matching-keys",
    ):
        assert said in page
    case.refresh_from_db()
    assert case.claimed_by == analyst.account  # type: ignore[attr-defined]


def test_a_choice_leads_on_to_the_next_case(analyst: Client, tmp_path: Path) -> None:
    first, second = doubtful(tmp_path, 5), doubtful(tmp_path, 1, words="Larkfield")
    answer = analyst.post(f"/matching/review/{first.pk}/", {"answer": str(COLLEGE)}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/matching/review/{second.pk}/"
    assert "5 records settled" in answer.content.decode()
    assert Encounter.objects.filter(school_id=COLLEGE).count() == 5


def test_another_school_is_searched_without_scripts(analyst: Client, tmp_path: Path) -> None:
    case = doubtful(tmp_path)
    address = f"/matching/review/{case.pk}/"
    empty = analyst.post(address, {}).content.decode()
    assert "Select which school is meant, or none" in empty
    several = analyst.post(address, {"answer": "other", "school_text": "larkfield"}).content.decode()
    assert "Larkfield Primary School" in several and "Larkfield High School" in several
    analyst.post(address, {"answer": "other", "school_text": "Marram Academy"})
    assert Encounter.objects.first().school.name == "Marram Academy"  # type: ignore[union-attr]


def test_a_decided_case_cannot_be_decided_again_and_can_be_undone(analyst: Client, tmp_path: Path) -> None:
    case = doubtful(tmp_path)
    analyst.post(f"/matching/review/{case.pk}/", {"answer": "none"})
    analyst.post(f"/matching/review/{case.pk}/", {"answer": str(COLLEGE)})
    assert Encounter.objects.filter(school_reason="text_names_no_school").count() == 3
    page = analyst.get(f"/matching/review/{case.pk}/").content.decode()
    assert "Undo this decision" in page and "Save and go on" not in page
    case.refresh_from_db()
    answer = analyst.post(f"/matching/decisions/{case.decision_id}/undo/", follow=True)
    assert "Save and go on" in answer.content.decode()
    assert Encounter.objects.filter(school_reason="text_not_yet_matched").count() == 3


def test_a_case_that_another_has_shows_who_waits(
    analyst: Client, client_for: Callable[..., Client], tmp_path: Path
) -> None:
    case = doubtful(tmp_path)
    analyst.get(f"/matching/review/{case.pk}/")
    page = client_for(Role.ANALYST).get(f"/matching/review/{case.pk}/").content.decode()
    assert "Another reviewer is working on this case" in page and "Save and go on" not in page


def test_a_school_that_closed_meanwhile_is_said_in_the_form(analyst: Client, tmp_path: Path) -> None:
    case = doubtful(tmp_path)
    School.objects.filter(pk=COLLEGE).update(status="closed", closed_on="2020-08-31")
    page = analyst.get(f"/matching/review/{case.pk}/").content.decode()
    assert "closed on 31 August 2020, before this encounter" in page
    refused = analyst.post(f"/matching/review/{case.pk}/", {"answer": str(COLLEGE)}).content.decode()
    assert "There is a problem" in refused and Case.objects.get().decision_id is None


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script> St Josephs", "=cmd|' /C calc'!A0 st josephs", "مدرسة", "🙂 st josephs"]
)
def test_words_are_shown_as_they_were_written(analyst: Client, tmp_path: Path, words: str) -> None:
    imported(tmp_path, [row(1, words, borough="", lat="", lon="", age="")])
    page = analyst.get(f"/matching/review/{Case.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page and 'dir="auto"' in page


def test_the_keys_can_be_turned_off(analyst: Client, tmp_path: Path) -> None:
    case = doubtful(tmp_path)
    analyst.post("/matching/review/keys/")
    page = analyst.get(f"/matching/review/{case.pk}/").content.decode()
    assert "data-matching-keys" not in page and "matching.js" not in page and "Turn the keys on" in page


def test_lists_of_cases(analyst: Client, tmp_path: Path) -> None:
    imported(
        tmp_path, [row(1, "Fennick"), row(2, "not at school"), row(3, "St Josephs", borough="", lat="", lon="", age="")]
    )
    for kind, words in (("accept", "Fennick"), ("none", "not at school"), ("open", "St Josephs")):
        page = analyst.get("/matching/cases/", {"kind": kind}).content.decode()
        assert words in page and page.count("/matching/review/0") == 1
    assert "There is no such case" in analyst.get("/matching/cases/", {"kind": "open", "words": "zzz"}).content.decode()


class TestUpload:
    def _bring(self, analyst: Client, content: bytes, name: str = "records.csv", system: str = "Connect") -> ImportRun:
        answer = analyst.post("/matching/imports/new/", {"file": SimpleUploadedFile(name, content), "system": system})
        assert answer.status_code == 302, answer.content.decode()
        return ImportRun.objects.latest("id")

    def _told(self, **changes: str) -> dict[str, str]:
        return {**dict(columns().columns), "all_kind": "safeguarding", **changes}

    def test_from_the_file_to_its_report(
        self, analyst: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("django.db.transaction.on_commit", lambda then, **options: then())
        run = self._bring(analyst, write(tmp_path, [row(1), row(2, sex="=purple()")]).read_bytes())
        page = analyst.get(f"/matching/imports/{run.pk}/columns/").content.decode()
        assert "School: Marram Academy" in page and run.state == "mapping"
        assert analyst.post(f"/matching/imports/{run.pk}/columns/", self._told()).status_code == 302
        run.refresh_from_db()
        assert (run.state, run.landed, run.set_aside, run.upload) == ("done", 1, 1, "")
        assert not list(uploads.folder().iterdir())
        shown = analyst.get(f"/matching/imports/{run.pk}/").content.decode()
        assert "The word is not known here" in shown
        lines = b"".join(analyst.get(f"/matching/imports/{run.pk}/lines.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert list(csv.reader(io.StringIO(lines)))[1] == [
            "set_aside",
            "3",
            "Sex",
            "'=purple()",
            "The word is not known here.",
        ]

    def test_a_remembered_mapping_is_chosen(self, analyst: Client, tmp_path: Path) -> None:
        imported(tmp_path, [row(1)])
        run = self._bring(analyst, write(tmp_path, [row(2)]).read_bytes())
        page = analyst.get(f"/matching/imports/{run.pk}/columns/").content.decode()
        assert "A file with the same columns came before" in page
        assert '<option value="safeguarding" selected>' in page

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("a.xlsx", b"PK\x03\x04", "Choose a CSV file"),
            ("a.csv", b"", "empty"),
            ("a.csv", b"PK\x03\x04", "is a spreadsheet"),
            ("a.csv", b"A,A\n1,2\n", "twice"),
            ("../../evil.csv", b"\x00\x01", "not a text file"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_is_said_at_the_box(
        self, analyst: Client, name: str, content: bytes, says: str
    ) -> None:
        page = analyst.post("/matching/imports/new/", {"file": SimpleUploadedFile(name, content), "system": "x"})
        assert page.status_code == 200 and says in page.content.decode()
        assert not ImportRun.objects.exists() and not list(uploads.folder().iterdir())

    def test_what_a_mapping_lacks_is_said(self, analyst: Client, tmp_path: Path) -> None:
        run = self._bring(analyst, write(tmp_path, [row(1)]).read_bytes())
        address = f"/matching/imports/{run.pk}/columns/"
        assert (
            "the column of “What was written about the school”"
            in analyst.post(address, self._told(words="")).content.decode()
        )
        assert "what kind of encounter" in analyst.post(address, self._told(all_kind="")).content.decode()
        assert "chosen for two fields" in analyst.post(address, self._told(age="Sex")).content.decode()

    def test_a_stopped_import_goes_on_from_its_page(
        self, analyst: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = self._bring(analyst, write(tmp_path, [row(n) for n in range(20)]).read_bytes())
        whole, calls = importing.land_batch, []
        monkeypatch.setattr(importing.go_on, "__kwdefaults__", {**importing.go_on.__kwdefaults__, "batch": 8})

        def once(**told: object) -> ImportRun:
            calls.append(1)
            if len(calls) == 2:
                raise importing.UserError("The disk is full.")
            return whole(**told)  # type: ignore[arg-type]

        monkeypatch.setattr(importing, "land_batch", once)
        analyst.post(f"/matching/imports/{run.pk}/columns/", self._told())
        page = analyst.get(f"/matching/imports/{run.pk}/").content.decode()
        assert "The disk is full." in page and "Go on where it stopped" in page
        analyst.post(f"/matching/imports/{run.pk}/go-on/")
        run.refresh_from_db()
        assert (run.state, run.landed, run.known, Encounter.objects.count()) == ("done", 20, 0, 20)

    def test_a_file_is_thrown_away(self, analyst: Client, tmp_path: Path) -> None:
        run = self._bring(analyst, write(tmp_path, [row(1)]).read_bytes())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.db.transaction.on_commit", lambda then, **options: then())
            analyst.post(f"/matching/imports/{run.pk}/discard/")
        assert not ImportRun.objects.exists() and not list(uploads.folder().iterdir())


class TestQuality:
    def test_shares_and_words(self, analyst: Client, tmp_path: Path) -> None:
        Organisation.objects.create(name="Westside Team", kind="force")
        rows = [row(n, "not at school", team="Westside Team") for n in range(7)] + [
            row(20 + n, "=1+1") for n in range(6)
        ]
        rows += [row(40, "abroad"), row(41, team="Westside Team"), row(42, incident="03/06/2026")]
        imported(tmp_path, rows)
        page = analyst.get("/matching/quality/").content.decode()
        for said in ("Records that name a school, by month and source", "Westside Team (8)", "not at school", "12.5%"):
            assert said in page
        assert "abroad" not in page
        words = b"".join(analyst.get("/matching/quality/words.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert "not at school,7" in words and "'=1+1,6" in words and "abroad" not in words

    def test_a_supervisor_sees_counts_of_their_teams_alone(
        self, client_for: Callable[..., Client], tmp_path: Path
    ) -> None:
        supervisor = client_for(Role.NEIGHBOURHOOD_SUPERVISOR)
        own = supervisor.account.current_memberships().get().organisation  # type: ignore[attr-defined]
        Organisation.objects.create(name="Team elsewhere", kind="force")
        rows = [row(n, "not at school", team=own.name) for n in range(7)] + [row(30, team="Team elsewhere")]
        imported(tmp_path, rows)
        page = supervisor.get("/matching/quality/").content.decode()
        assert f"{own.name} (7)" in page
        assert "Team elsewhere" not in page and "not at school" not in page
        assert supervisor.get("/matching/quality/words.csv").status_code == 403


class TestNames:
    def test_two_persons(self, analyst: Client, client_for: Callable[..., Client]) -> None:
        told = {"alias": "Joes", "school_text": "St Joseph's College", "school": str(COLLEGE), "why": "All say so."}
        analyst.post("/matching/names/new/", told)
        proposal = queries.proposals()[0].get()
        own = analyst.get(f"/matching/names/{proposal.pk}/").content.decode()
        assert "Another reviewer decides" in own and "Agree to the name" not in own
        assert analyst.post(f"/matching/names/{proposal.pk}/", {"do": "agree"}).status_code == 403
        second = client_for(Role.ANALYST)
        assert "Agree to the name" in second.get(f"/matching/names/{proposal.pk}/").content.decode()
        second.post(f"/matching/names/{proposal.pk}/", {"do": "agree"})
        assert queries.candidates([queries.Asked("Joes")])[0].candidates[0][0] == COLLEGE

    def test_refused_with_a_reason(self, analyst: Client, client_for: Callable[..., Client]) -> None:
        proposal = actions.propose_alias(by=analyst.account, alias="Joes", school=COLLEGE, why="Yes.")  # type: ignore[attr-defined]
        second = client_for(Role.ANALYST)
        address = f"/matching/names/{proposal.pk}/"
        assert "why the name is refused" in second.post(address, {"reason": ""}).content.decode()
        second.post(address, {"reason": "It is the primary school."})
        assert "Refused: It is the primary school." in second.get("/matching/names/").content.decode()

    def test_the_words_of_a_case_are_proposed(self, analyst: Client, tmp_path: Path) -> None:
        case = doubtful(tmp_path)
        assert 'value="St Josephs"' in analyst.get("/matching/names/new/", {"case": case.pk}).content.decode()
