"""Who may open which page of places."""

from __future__ import annotations

import datetime as dt
from typing import Any

from childfirst.people.models import Account
from childfirst.people.permissions import roles_with
from childfirst.people.vocabulary import Permission
from childfirst.places.models import ImportReport, TermDates
from childfirst.shared.quality import QualityReport
from tests.places.makers import make_area, make_school, square
from tests.routes import Route

READERS = roles_with(Permission.PLACES_READ)
IMPORTERS = roles_with(Permission.PLACES_IMPORT)


def a_school(account: Account | None) -> dict[str, Any]:
    return {"urn": make_school(900001).urn}


def an_area(account: Account | None) -> dict[str, Any]:
    return {"code": make_area("E09000099", square(0, 0), kind="borough").code}


def outlines(account: Account | None) -> dict[str, Any]:
    an_area(account)
    return {"kind": "borough"}


def a_term(account: Account | None) -> dict[str, Any]:
    row, _ = TermDates.objects.get_or_create(
        la_code="999", kind="term", starts_on=dt.date(2025, 9, 2),
        defaults={"name": "Autumn", "ends_on": dt.date(2025, 12, 18)},
    )  # fmt: skip
    return {"la_code": "999", "row_id": row.pk}


def an_authority(account: Account | None) -> dict[str, Any]:
    return {"la_code": a_term(account)["la_code"]}


def a_report(account: Account | None) -> dict[str, Any]:
    details = QualityReport("schools.csv").as_json()
    report = ImportReport.objects.create(
        kind="schools", source="schools.csv", sha256="0" * 64, read=0, landed=0, known=0, duplicates=0, set_aside=0,
        details=details, imported_by="audit.system:test",
    )  # fmt: skip
    return {"report_id": report.pk}


TERM = {
    "kind": "term", "name": "Spring", "starts_on-day": "5", "starts_on-month": "1", "starts_on-year": "2026",
    "ends_on-day": "27", "ends_on-month": "3", "ends_on-year": "2026",
}  # fmt: skip

ROUTES = [
    Route("places:index", READERS),
    Route("places:school-suggestions", READERS),
    Route("places:school", READERS, a_school),
    Route("places:areas", READERS),
    Route("places:area", READERS, an_area),
    Route("places:publish", IMPORTERS, outlines, method="post", expect=302),
    Route("places:authorities", READERS),
    Route("places:term_dates", READERS, an_authority),
    Route("places:add_term_dates", IMPORTERS, an_authority),
    Route("places:add_term_dates", IMPORTERS, an_authority, method="post", data=TERM, expect=302, label="saving"),
    Route("places:edit_term_dates", IMPORTERS, a_term),
    Route("places:edit_term_dates", IMPORTERS, a_term, method="post", data=TERM, expect=302, label="saving"),
    Route("places:remove_term_dates", IMPORTERS, a_term, method="post", expect=302),
    Route("places:imports", IMPORTERS),
    Route("places:report", IMPORTERS, a_report),
    Route("places:set_aside_csv", IMPORTERS, a_report),
    Route("api:places_search_schools", READERS),
    Route("api:places_school", READERS, a_school),
    Route("api:places_areas", READERS),
    Route("api:places_area", READERS, an_area),
]
