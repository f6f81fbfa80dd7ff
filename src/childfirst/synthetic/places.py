"""The demo's areas, schools and term dates, brought in by the importers of the places room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from childfirst.audit.actors import Actor
from childfirst.places import actions
from childfirst.places.area_importers import AreaTerms, rows_of
from childfirst.places.boundaries import read_features
from childfirst.places.reading import Source
from childfirst.places.vocabulary import AreaKind
from childfirst.synthetic.city import City
from childfirst.synthetic.schools import SchoolPlan
from childfirst.synthetic.sources import write_areas, write_links, write_register, write_term_dates

SOURCE = "Invented areas of the demo"


def bring_in_places(by: Actor, folder: Path, city: City, schools: Sequence[SchoolPlan], as_of: dt.date) -> None:
    """Write the source files into ``folder`` and import them; publish the outlines of boroughs and wards for maps."""
    for kind, areas in (
        (AreaKind.FORCE, (city.force,)),
        (AreaKind.COMMAND_UNIT, (city.command_unit,)),
        (AreaKind.BOROUGH, city.boroughs),
        (AreaKind.WARD, city.wards),
    ):
        source = Source.read(write_areas(folder / f"{kind.value}.geojson", areas))
        features = read_features(source)
        rows = rows_of(features, code="code", name="name", parent="parent")
        terms = AreaTerms(kind, SOURCE)
        actions.import_areas(by=by, rows=rows, terms=terms, source=source, layout=features.layout)
    register = write_register(folder / f"register-{as_of.isoformat()}.csv", schools)
    actions.import_schools(by=by, source=Source.read(register), as_of=as_of, complete=True)
    actions.import_school_links(
        by=by, source=Source.read(write_links(folder / f"links-{as_of.isoformat()}.csv", schools))
    )
    actions.import_term_dates(by=by, source=Source.read(write_term_dates(folder / "term-dates.csv", as_of)))
    for kind in (AreaKind.BOROUGH, AreaKind.WARD):
        actions.publish_boundaries(by=by, kind=kind)
