"""The pages and the API, as a person or a program meets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from childfirst.audit.actors import System
from childfirst.people.vocabulary import Role
from childfirst.places import actions
from childfirst.places.models import Area, ImportReport, School, TermDates
from childfirst.shared import references
from tests.places.makers import SOUTH, WEST, make_area, make_link, make_name, make_school, square

pytestmark = [pytest.mark.django_db(databases=["default", "published"]), pytest.mark.database]
BY = System("test")


@pytest.fixture
def officer(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.WARD_OFFICER)


@pytest.fixture
def administrator(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.ADMINISTRATOR)


@pytest.fixture
def town() -> None:
    borough = make_area("E09000099", square(0, 0, 3000), kind="borough", name="Fenborough", source="A survey")
    ward = make_area("E05000001", square(0, 0), name="Brook ward", parent=borough)
    old = make_school(
        900001, "Aldersey Academy", status="closed", closed_on=dt.date(2021, 8, 31), easting=WEST + 500, northing=SOUTH + 500,
        ward=ward, borough=borough, known={"name": "2022-10-01", "town": "2025-07-01", "outdated_closing": "2000-01-01"},
    )  # fmt: skip
    make_name(old, "Brook <b>Boys</b> School", valid_to=dt.date(2019, 8, 31))
    make_school(
        900002, "Fen Academy", easting=WEST + 600, northing=SOUTH + 600, ward=ward, borough=borough, phase="primary"
    )
    make_school(900003, "Before School", status="closed")
    make_link(900001, 900002, manner="merged", happened_on=dt.date(2021, 9, 1))
    make_link(900001, 900003, kind="predecessor")
    make_link(900001, 999998, kind="sixth_form", linked_name="Far College")


@pytest.mark.usefixtures("town")
class TestSchools:
    def test_the_search_works_without_scripts(self, officer: Client):
        page = officer.get("/places/", {"school_text": "brook boys"}).content.decode()
        assert "1 school for “brook boys”" in page
        assert reverse("places:school", args=[900001]) in page
        assert "was Brook &lt;b&gt;Boys&lt;/b&gt; School until 31 August 2019" in page
        assert "No school was found for" in officer.get("/places/", {"school_text": "zzzz"}).content.decode()

    def test_a_choice_from_the_suggestions_leads_to_the_school(self, officer: Client):
        answer = officer.get("/places/", {"school_text": "Fen Academy", "school": "900002"})
        assert answer.status_code == 302 and answer["Location"] == reverse("places:school", args=[900002])
        changed = officer.get("/places/", {"school_text": "Aldersey", "school": "900002"})
        assert changed.status_code == 200 and "Aldersey Academy" in changed.content.decode()

    def test_suggestions_have_the_form_that_the_search_box_reads(self, officer: Client):
        answer = officer.get("/places/schools/suggestions/", {"q": "fen ac"}).json()
        assert answer == {
            "results": [{"value": "900002", "text": "Fen Academy", "hint": "URN 900002"}],
            "more": False,
        }
        assert officer.get("/places/schools/suggestions/", {"q": "f"}).json()["results"] == []

    def test_a_closed_school_shows_what_it_was_and_what_it_became(self, officer: Client):
        page = officer.get("/places/schools/900001/").content.decode()
        for words in ("closed on 31 August 2021", "Its place was taken by", "Fen Academy", "by merger", "1 September 2021",
                      "What it came from", "Before School", "Far College (999998)", "shares a sixth form",
                      "Until 31 August 2019", "Fenborough", "<svg", "Brook &lt;b&gt;"):  # fmt: skip
            assert words in page, words
        assert "style=" not in page and "<b>Boys" not in page

    def test_as_it_was_on_a_day(self, officer: Client):
        asked = {"on-day": "1", "on-month": "3", "on-year": "2018"}
        page = officer.get("/places/schools/900001/", asked).content.decode()
        assert "On 1 March 2018" in page and page.count("Brook &lt;b&gt;Boys&lt;/b&gt; School") == 2
        wrong = officer.get("/places/schools/900001/", {**asked, "on-month": "13"}).content.decode()
        assert "There is a problem" in wrong

    def test_unknown_is_said(self, officer: Client):
        School.objects.filter(urn=900003).update(absent_on=dt.date(2025, 7, 1), status="")
        page = officer.get("/places/schools/900003/").content.decode()
        assert page.count("not known") >= 5 and "does not list this school any more" in page
        assert officer.get("/places/schools/999999/").status_code == 404
        assert officer.get("/places/schools/99999999999999999999/").status_code == 404


@pytest.mark.usefixtures("town")
class TestAreas:
    def test_the_map_counts_open_schools(self, officer: Client):
        page = officer.get("/places/areas/?kind=ward").content.decode()
        assert "Open schools by ward" in page and "Brook ward" in page and "Publish the outlines" not in page
        assert officer.get("/places/areas/?kind=nonsense").status_code == 200
        Area.objects.filter(kind="ward").delete()
        Area.objects.all().delete()
        assert "No areas have been brought in" in officer.get("/places/areas/").content.decode()

    def test_an_area_lists_its_parts_and_schools(self, officer: Client):
        page = officer.get("/places/areas/E09000099/").content.decode()
        assert "1 open, 2 with those that have closed" in page and "Brook ward" in page
        assert officer.get("/places/areas/E00000000/").status_code == 404

    def test_larger_areas_count_what_their_boroughs_hold(self, officer: Client):
        unit = make_area("BCU-FEN", square(0, 0, 3000), kind="command_unit", name="Fen")
        Area.objects.filter(code="E09000099").update(parent=unit)
        assert "1 open, 2 with" in officer.get("/places/areas/BCU-FEN/").content.decode()

    def test_an_administrator_publishes_outlines(self, administrator: Client):
        answer = administrator.post("/places/areas/publish/borough/", follow=True)
        assert "as version 1" in answer.content.decode()
        empty = administrator.post("/places/areas/publish/force/", follow=True)
        assert "no police force areas to publish" in empty.content.decode()
        assert administrator.post("/places/areas/publish/county/").status_code == 404


class TestTermDates:
    form = {
        "kind": "term", "name": "Autumn", "starts_on-day": "2", "starts_on-month": "9", "starts_on-year": "2025",
        "ends_on-day": "18", "ends_on-month": "12", "ends_on-year": "2025",
    }  # fmt: skip

    def test_added_changed_and_removed(self, administrator: Client):
        administrator.post("/places/term-dates/999/add/", self.form)
        row = TermDates.objects.get()
        page = administrator.get("/places/term-dates/999/").content.decode()
        assert "School year 2025/26" in page and "2 September 2025 to 18 December 2025" in page
        administrator.post(f"/places/term-dates/999/{row.pk}/", {**self.form, "name": "Autumn term"})
        assert TermDates.objects.get().name == "Autumn term"
        assert administrator.get(f"/places/term-dates/998/{row.pk}/").status_code == 404
        administrator.post(f"/places/term-dates/999/{row.pk}/remove/")
        assert not TermDates.objects.exists()

    def test_mistakes_come_back_in_the_form(self, administrator: Client):
        administrator.post("/places/term-dates/999/add/", self.form)
        for change, words in (
            ({"ends_on-year": "2024"}, "Last day must be the same as or after"),
            ({"name": ""}, "Enter the name"),
            ({}, "overlap another term"),
            ({"starts_on-day": "31"}, "must be a real date"),
        ):
            page = administrator.post("/places/term-dates/999/add/", {**self.form, **change}).content.decode()
            assert "There is a problem" in page and words in page

    def test_the_list_of_authorities_leads_to_each(self, administrator: Client):
        make_school(la_code="999", la_name="Fenshire")
        answer = administrator.get("/places/term-dates/", {"authority": "999"})
        assert answer.status_code == 302 and answer["Location"] == "/places/term-dates/999/"
        administrator.post("/places/term-dates/999/add/", self.form)
        assert "Fenshire" in administrator.get("/places/term-dates/").content.decode()
        assert "There is a problem" in administrator.get("/places/term-dates/", {"authority": "1"}).content.decode()


class TestReports:
    def test_what_an_import_set_aside_can_be_read_and_downloaded(self, administrator: Client):
        data = b"urn,name,open_date,town,postcode\n=1+1,Fen School,,Fen,\n900001,Fen School,,Fen,X1\n"
        report = actions.import_schools(by=BY, source=actions.Source.of("open-2025-07.csv", data))
        listed = administrator.get("/places/imports/").content.decode()
        assert "open-2025-07.csv" in listed and "2 read, 1 landed, 1 set aside" in listed
        page = administrator.get(f"/places/imports/{report.pk}/").content.decode()
        assert "The URN is not a number of six digits." in page and "“X1” (1)" in page and "by test" in page
        sheet = administrator.get(f"/places/imports/{report.pk}/set-aside.csv").content.decode().splitlines()
        assert sheet[1].startswith("open-2025-07.csv,2,urn,'=1+1,")
        assert administrator.get("/places/imports/nothing/").status_code == 404


@pytest.mark.usefixtures("town")
class TestApi:
    def test_search_and_school(self, officer: Client):
        found = officer.get("/api/places/schools", {"q": "academy", "limit": 1}).json()
        assert found["more"] is True and [r["value"] for r in found["results"]] == ["900002"]
        one = officer.get("/api/places/schools/900001", {"on": "2018-03-01"}).json()
        assert one["current_successors"] == [900002] and one["then"]["name"] == "Brook <b>Boys</b> School"
        assert one["ward"] == "E05000001"
        assert officer.get("/api/places/schools/999999").status_code == 404
        assert officer.get("/api/places/schools", {"q": "a", "limit": 0}).status_code == 422
        assert officer.get("/api/places/schools", {"q": "\0"}).status_code == 400

    def test_areas(self, officer: Client):
        assert [a["code"] for a in officer.get("/api/places/areas", {"kind": "ward"}).json()] == ["E05000001"]
        one = officer.get("/api/places/areas/E05000001").json()
        assert one["parent"] == "E09000099" and one["geometry"]["type"] == "MultiPolygon"
        lon, lat = one["geometry"]["coordinates"][0][0][0]
        assert 0 < lon < 1 and 52 < lat < 53
        assert officer.get("/api/places/areas/x%00y").status_code == 400
        assert officer.get("/api/places/areas/xy").status_code == 404

    def test_strangers_are_turned_away(self):
        assert Client().get("/api/places/schools").status_code in (302, 401)


@pytest.mark.usefixtures("town")
def test_references_lead_to_the_pages_for_those_who_may(account_for: Callable[..., object]):
    officer, administrator = account_for(Role.WARD_OFFICER), account_for(Role.ADMINISTRATOR)
    school = School.objects.get(urn=900001)
    assert references.resolve(school.reference, officer) == references.Resolved(
        "Aldersey Academy (closed)", "/places/schools/900001/"
    )
    assert references.resolve("places.area:E05000001", officer).title == "Brook ward"
    assert references.resolve(school.reference, None) is None
    report = ImportReport.objects.create(
        kind="schools", source="a.csv", sha256="", read=0, landed=0, known=0, duplicates=0, set_aside=0, details={},
        imported_by="audit.system:test",
    )  # fmt: skip
    assert references.resolve(report.reference, officer) is None
    assert references.resolve(report.reference, administrator).title == "Import of a.csv"
    row = TermDates.objects.create(
        la_code="999", kind="term", name="A", starts_on=dt.date(2025, 9, 2), ends_on=dt.date(2025, 12, 1)
    )
    assert references.resolve(row.reference, officer).url == "/places/term-dates/999/"
