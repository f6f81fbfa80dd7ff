"""How good the data about schools are: who names a school, how fast the missing ones are found, what the unmatched words say.

Shares count every encounter that the person may see counted. A share of nothing is "no cases", not zero. Words are listed only where
more than five records say the same: what fewer say may be about one child.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as When
from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models import When as If
from django.urls import reverse

from childfirst.design.charts import Cell, Series, bar, line
from childfirst.design.figures import Figure, Table
from childfirst.encounters.facts import source_name
from childfirst.encounters.matching import permissions
from childfirst.encounters.matching.models import Case
from childfirst.encounters.matching.vocabulary import Answer, Verdict
from childfirst.encounters.models import Encounter
from childfirst.encounters.vocabulary import SchoolReason, Source
from childfirst.shared import clock
from childfirst.shared.text import count_of

MONTHS = 24
MOST_SERIES = 6
FEWEST_RECORDS = 6
"""Words are shown from this many records on."""
WORDS_LISTED = 100
SECONDS_OF_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some encounters name a school of the register."""

    label: str
    named: int
    total: int

    @property
    def cell(self) -> Cell:
        """The share in percent."""
        return Cell.of(100 * self.named / self.total) if self.total else Cell.no_cases()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table behind a part of the page, as it is downloaded."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def _counted(rows: QuerySet[Encounter], *by: str) -> list[tuple[Any, ...]]:
    found = rows.order_by().values(*by).annotate(total=Count("pk"), named=Count("school"))
    return list(found.order_by(*by).values_list(*by, "named", "total"))


def by_source(user: Any) -> list[Share]:
    """The share of each source."""
    rows = permissions.counted_for(user)
    return [Share(source_name(s, force), named, total) for s, force, named, total in _counted(rows, "source", "force")]


def by_team(user: Any) -> list[Share]:
    """The share of each team, of what was recorded or imported with a team."""
    rows = permissions.counted_for(user).filter(team__isnull=False)
    return [Share(name, named, total) for name, named, total in _counted(rows, "team__name")]


def by_month(user: Any) -> tuple[list[str], dict[str, list[Share]]]:
    """Months (``2026-03``), the last 24 that have records, and for each source its share in each of them."""
    rows = permissions.counted_for(user)
    months = sorted(rows.order_by().values_list("month", flat=True).distinct())[-MONTHS:]
    counted = _counted(rows.filter(month__in=months), "source", "force", "month")
    found: dict[str, dict[str, Share]] = {}
    for source, force, month, named, total in counted:
        found.setdefault(source_name(source, force), {})[month] = Share(month, named, total)
    return months, {
        name: [shares.get(month, Share(month, 0, 0)) for month in months] for name, shares in sorted(found.items())
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """Schools that were "not yet known": how many of a team wait, are overdue, were found, and in how many days (median)."""

    team: str
    waiting: int
    overdue: int
    found: int
    median_days: float | None


def waiting(user: Any, today: dt.date) -> list[Waiting]:
    """Follow-ups by team. Days count from the recording to the answer."""
    rows = permissions.counted_for(user).filter(source__in=(Source.FORM, Source.API))
    open_ones = rows.filter(school_reason=SchoolReason.NOT_YET_KNOWN)
    counted = open_ones.order_by().values("team__name").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(follow_up_due__lt=today))
    )  # fmt: skip
    still = {row["team__name"]: (row["n"], row["late"]) for row in counted}
    days: dict[str, list[float]] = {}
    resolved = rows.filter(school_resolved_at__isnull=False).values_list(
        "team__name", "created_at", "school_resolved_at"
    )
    for team, made, answered in resolved.iterator(5_000):
        if answered is not None:
            days.setdefault(team, []).append(max(0.0, (answered - made).total_seconds() / SECONDS_OF_A_DAY))
    return [
        Waiting(
            team or "",
            *still.get(team, (0, 0)),
            len(days.get(team, ())),
            statistics.median(days[team]) if days.get(team) else None,
        )
        for team in sorted({*still, *days}, key=lambda name: name or "")
    ]


def unmatched_words() -> list[tuple[str, int]]:
    """Words that name no school of the register, said the matcher or a person, with their records; more than five of each."""
    names_none = Q(decision__answer=Answer.NONE) | Q(decision__isnull=True, verdict=Verdict.NONE)
    found = Case.objects.filter(names_none).order_by().values("words_key").annotate(sum_of_records=Sum("records"))
    listed = list(
        found.filter(sum_of_records__gte=FEWEST_RECORDS).order_by("-sum_of_records", "words_key")[:WORDS_LISTED]
    )
    keys = [row["words_key"] for row in listed]
    # The spelling of most records comes last, and stays.
    spelt = dict(
        Case.objects.filter(names_none, words_key__in=keys).order_by("records").values_list("words_key", "words")
    )
    return [(spelt[row["words_key"]], row["sum_of_records"]) for row in listed]


@dataclass(frozen=True, slots=True)
class Texts:
    """What became of the free text of earlier records: how many records each way."""

    accepted: int
    decided: int
    waiting: int
    none: int


def texts() -> Texts:
    """Records by what became of their words."""
    kind = When(
        If(decision__isnull=False, then=Value("decided")),
        If(verdict=Verdict.ACCEPT, then=Value("accepted")),
        If(verdict=Verdict.NONE, then=Value("none")),
        default=Value("waiting"),
    )
    found = dict(Case.objects.order_by().annotate(kind=kind).values_list("kind").annotate(n=Sum("records")))
    return Texts(*(found.get(name) or 0 for name in ("accepted", "decided", "waiting", "none")))


def figures(user: Any) -> Iterable[Figure]:
    """The charts of the page, each with its table and CSV."""
    months, shares = by_month(user)
    if len(months) > 1:
        title = "Records that name a school, by month and source"
        labels = [clock.format_month(month) for month in months]
        busiest = sorted(shares, key=lambda name: -sum(share.total for share in shares[name]))[:MOST_SERIES]
        series = [Series(name, tuple(share.cell for share in shares[name])) for name in sorted(busiest)]
        yield Figure(
            id="months",
            title=title,
            summary="Per cent of the records of a month. Open archives of the police say nothing about schools.",
            drawing=line(id="months-chart", title=title, labels=labels, series=series, unit="percent", maximum=100),
            table=Table.of(title, labels, series, label_header="Month", unit="percent"),
            csv_url=reverse("matching:quality_csv", args=["months"]),
        )
    for slug, title, found in (
        ("sources", "Records that name a school, by source", by_source(user)),
        ("teams", "Records that name a school, by team", by_team(user)),
    ):
        if found:
            series = [Series("Share", tuple(share.cell for share in found))]
            labels = [f"{share.label} ({share.total:,})" for share in found]
            yield Figure(
                id=slug,
                title=title,
                summary="Per cent; in brackets, how many records there are.",
                drawing=bar(id=f"{slug}-chart", title=title, labels=labels, series=series, unit="percent", maximum=100),
                table=Table.of(title, labels, series, label_header=slug[:-1].capitalize(), unit="percent"),
                csv_url=reverse("matching:quality_csv", args=[slug]),
            )


def _months_sheet(user: Any) -> Sheet:
    _, shares = by_month(user)
    rows = [(one.label, name, one.named, one.total) for name, listed in shares.items() for one in listed]
    return Sheet(("month", "source", "with_school", "records"), rows)


def _shares_sheet(name: str, found: Sequence[Share]) -> Sheet:
    return Sheet((name, "with_school", "records"), [(one.label, one.named, one.total) for one in found])


def _waiting_sheet(user: Any) -> Sheet:
    rows = [
        (one.team, one.waiting, one.overdue, one.found, "" if one.median_days is None else round(one.median_days, 2))
        for one in waiting(user, clock.today())
    ]
    return Sheet(("team", "waiting", "overdue", "found", "median_days_to_find"), rows)


SHEETS: dict[str, Callable[[Any], Sheet]] = {
    "months": _months_sheet,
    "sources": lambda user: _shares_sheet("source", by_source(user)),
    "teams": lambda user: _shares_sheet("team", by_team(user)),
    "follow-ups": _waiting_sheet,
    "words": lambda user: Sheet(("words", "records"), list(unmatched_words())),
}
"""The files behind the page; that of the words is for reviewers alone."""


def days_words(days: float | None) -> str:
    """A median in words: ``2.5 days``, ``under an hour``; nothing where none was found."""
    if days is None:
        return "none found yet"
    if days < 1 / 24:
        return "under an hour"
    if days < 1:
        return count_of(round(days * 24), "hour")
    return f"{days:.1f} days".replace(".0 days", " days")
