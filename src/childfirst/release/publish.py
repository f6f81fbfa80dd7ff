"""What this room gives to the public: measures with where their figures are, the calendar, and who saw a release before."""

from __future__ import annotations

from childfirst.measures.definition import Definition
from childfirst.measures.vocabulary import Direction, Unit
from childfirst.published.documents import (
    AccessDocument,
    AccessEntry,
    CalendarDocument,
    Chart,
    MeasureDocument,
    PlannedChange,
    PlannedRelease,
)  # fmt: skip
from childfirst.release.models import CalendarEntry, Release
from childfirst.release.vocabulary import CORRECTABLE, Access
from childfirst.shared import clock

METHOD = (
    "The share is the number divided by the total of its row, from shown numbers only. The interval is Wilson's score interval at "
    "95 per cent: where the same situation came again many times, 95 of 100 such intervals would hold the true share. Records "
    "that lack a detail are a category of their own and are never left out."
)


def measure_document(plan: Definition, release_key: str) -> MeasureDocument:
    """The measure as the public sees it."""
    return MeasureDocument(
        slug=plan.id,
        title=plan.title,
        what=plan.what,
        why=plan.why,
        outcome=plan.outcome,
        is_activity=plan.is_activity,
        numerator=plan.numerator.says,
        denominator=plan.denominator.says,
        unit=Unit(plan.unit).value,
        direction=Direction(plan.direction).label,
        method=METHOD,
        caveats=plan.caveats,
        sources=plan.sources,
        minimum_count=plan.minimum_count,
        author=plan.author,
        checker=plan.checker,
        next_review=clock.format_date(plan.next_review),
        release=release_key,
        dataset=plan.id,
        charts=tuple(
            Chart(
                kind=chart.kind.value,
                title=chart.title,
                category=chart.category,
                value=chart.value,
                series=chart.series,
                panel=chart.panel,
                fixed=dict(chart.fixed),
                boundaries=chart.boundaries,
            )
            for chart in plan.charts
        ),
    )


def calendar_document() -> CalendarDocument:
    """The publication calendar as the public sees it."""
    published = dict(
        Release.objects.filter(calendar_entry__isnull=False, state__in=CORRECTABLE, corrects__isnull=True)
        .order_by("published_at")
        .values_list("calendar_entry_id", "key")
    )
    return CalendarDocument(
        slug=CalendarDocument.SLUG,
        title="Publication calendar",
        entries=tuple(
            PlannedRelease(
                slug=entry.slug,
                title=entry.title,
                about=entry.about,
                planned_on=entry.planned_on.isoformat(),
                announced_on=clock.local(entry.created_at).date().isoformat(),
                state=entry.state,
                release=published.get(entry.pk, ""),
                changes=tuple(
                    PlannedChange(
                        on=clock.local(change.created_at).date().isoformat(),
                        from_date=change.from_date.isoformat(),
                        to_date=change.to_date.isoformat() if change.to_date else "",
                        reason=change.reason,
                    )
                    for change in entry.changes.all()
                ),
            )
            for entry in CalendarEntry.objects.prefetch_related("changes")
        ),
    )


def access_document(release: Release) -> AccessDocument:
    """Who could see figures of a release before the public did: posts and organisations, never names."""
    counted: dict[tuple[str, str, str], int] = {}
    for entry in release.access.all():
        reason = entry.reason if entry.kind == Access.GIVEN else Access(entry.kind).label
        key = (entry.holder, Access(entry.kind).label, reason)
        counted[key] = counted.get(key, 0) + 1
    return AccessDocument(
        slug=release.key,
        title=f"Who saw “{release.title}” before it was published",
        entries=tuple(
            AccessEntry(holder=holder, kind=kind, reason=reason, people=people)
            for (holder, kind, reason), people in sorted(counted.items())
        ),
    )
