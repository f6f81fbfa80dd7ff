"""What this room gives to the public: a measure with the release and the table that hold its figures."""

from __future__ import annotations

from childfirst.measures.definition import Definition
from childfirst.measures.vocabulary import Direction, Unit
from childfirst.published.documents import Chart, MeasureDocument
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
