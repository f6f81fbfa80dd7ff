"""What a reference to one of the room's records shows to a person who may see it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.places import permissions, queries
from childfirst.places.models import ImportReport, TermDates
from childfirst.shared.references import Resolved, register


def school(key: str, user: Any) -> Resolved | None:
    """The school's name of today; closed schools say so."""
    found = queries.school(key) if permissions.can_read(user) else None
    if found is None:
        return None
    return Resolved(
        f"{found.name} (closed)" if found.is_closed else found.name, reverse("places:school", args=[found.urn])
    )


def area(key: str, user: Any) -> Resolved | None:
    """The area's name."""
    found = queries.area(key) if permissions.can_read(user) else None
    return None if found is None else Resolved(found.name, reverse("places:area", args=[found.code]))


def term_dates(key: str, user: Any) -> Resolved | None:
    """The term with its days, leading to its authority's page."""
    found = permissions.visible_to(user, TermDates.objects.filter(pk=key)).first()
    return None if found is None else Resolved(str(found), reverse("places:term_dates", args=[found.la_code]))


def report(key: str, user: Any) -> Resolved | None:
    """The report of an import, for those who may import."""
    found = permissions.reports_visible_to(user, ImportReport.objects.defer("details").filter(pk=key)).first()
    return None if found is None else Resolved(f"Import of {found.source}", reverse("places:report", args=[found.pk]))


def register_all() -> None:
    """Called once when the application starts."""
    register("places.school", school)
    register("places.area", area)
    register("places.termdates", term_dates)
    register("places.importreport", report)
