"""Which ward and borough each school is in: by its position and the boundaries in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from childfirst.places.models import School
from childfirst.places.queries import area_index
from childfirst.places.vocabulary import AreaKind
from childfirst.shared.ids import new_ulid

_FIELDS = {AreaKind.WARD: "ward_id", AreaKind.BOROUGH: "borough_id"}
_RUN = 2000


def place_schools(urns: Iterable[int] | None = None, kinds: Iterable[AreaKind] = tuple(_FIELDS)) -> int:
    """Set ward and borough of the schools (all of them, without ``urns``) from their positions; gives how many changed.

    A school without a position, or outside all areas of a kind, has none of that kind.
    """
    wanted = None if urns is None else set(urns)
    changed = 0
    for kind in kinds:
        column = _FIELDS[kind]
        rows = [
            row
            for row in School.objects.order_by("urn").values_list("urn", "easting", "northing", column)
            if wanted is None or row[0] in wanted
        ]
        if not rows:
            continue
        eastings = [float("nan") if row[1] is None else row[1] for row in rows]
        northings = [float("nan") if row[2] is None else row[2] for row in rows]
        codes = area_index(kind).locate_metres(eastings, northings).codes.tolist()
        moves: dict[str, list[int]] = defaultdict(list)
        for (urn, _, _, before), code in zip(rows, codes, strict=True):
            if (before or "") != code:
                moves[code].append(urn)
        for code, moved in moves.items():
            changed += len(moved)
            for start in range(0, len(moved), _RUN):
                School.objects.filter(urn__in=moved[start : start + _RUN]).update(
                    **{column: code or None}, revision=new_ulid()
                )
    return changed
