"""`childfirst import ...`: each room brings in its own files."""

from __future__ import annotations

import click

from childfirst.cli import Entry, LazyGroup

IMPORTS = {
    "areas": Entry("childfirst.places.commands:areas", "Wards, boroughs, command units, force areas."),
    "encounters": Entry("childfirst.encounters.commands:import_encounters", "Archives of police encounters."),
    "records": Entry(
        "childfirst.encounters.matching.commands:import_records", "Free-text records of an earlier system."
    ),
    "school-links": Entry("childfirst.places.commands:school_links", "Predecessors and successors of schools."),
    "schools": Entry("childfirst.places.commands:schools", "The register of schools."),
    "term-dates": Entry("childfirst.places.commands:term_dates", "Term dates of authorities."),
}


@click.group(cls=LazyGroup, lazy=IMPORTS)
def import_group() -> None:
    """Bring in areas, schools, term dates, encounters.

    Rows that cannot land are set aside with their line and the reason, and counted in a report; the others land in one
    transaction. The same import again changes nothing.
    """
