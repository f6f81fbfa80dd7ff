"""Outlines for the public site's maps: simplified, rounded to whole metres, small."""

from __future__ import annotations

from childfirst.places.models import Area
from childfirst.places.outlines import geojson_coordinates, shape_of, simplified
from childfirst.places.queries import areas
from childfirst.places.vocabulary import PLURALS, AreaKind
from childfirst.published.documents import BoundariesDocument
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

LICENCE = "Open Government Licence v3.0"

DETAIL = {
    AreaKind.WARD: (30.0, 1.0),
    AreaKind.BOROUGH: (60.0, 10.0),
    AreaKind.COMMAND_UNIT: (60.0, 10.0),
    AreaKind.FORCE: (80.0, 10.0),
}
"""Tolerance of the simplification and grid of the points, both in metres."""


def boundaries_document(kind: AreaKind, *, licence: str = LICENCE) -> BoundariesDocument:
    """The current outlines of all areas of a kind as one public document, its slug the kind.

    Raises UserError when there are none.
    """
    rows: list[Area] = list(areas(kind))
    if not rows:
        raise UserError(f"There are no {PLURALS[kind].lower()} to publish. Bring them in first.")
    shapes = simplified({row.code: shape_of(row.outline) for row in rows}, *DETAIL[kind])
    features = [
        {
            "type": "Feature",
            "properties": {"code": row.code, "name": row.name},
            "geometry": {"type": "MultiPolygon", "coordinates": geojson_coordinates(shapes[row.code])},
        }
        for row in sorted(rows, key=lambda one: one.code)
    ]
    return BoundariesDocument(
        slug=kind.value.replace("_", "-"),
        title=PLURALS[kind],
        source=join_and(sorted({row.source for row in rows if row.source})),
        licence=licence,
        features={
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
            "features": features,
        },
    )
