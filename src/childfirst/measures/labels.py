"""Wording of codes: from the definition, from the room whose facts they are, or from the register of areas."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from childfirst.measures.vocabulary import UNKNOWN, UNKNOWN_LABEL
from childfirst.shared import clock
from childfirst.shared.errors import UserError

Source = Callable[[Collection[str]], Mapping[str, str]]


def labels_for(declared: Mapping[str, str], source: str, codes: Collection[str]) -> dict[str, str]:
    """Code -> wording for every code of ``codes``, in the order in which they are shown.

    The source's order comes first, then what is declared beyond it (whose wording wins over the source's), then the codes that
    nobody has worded (they stand for themselves), and the unknown last. Raises UserError for a source that does not exist.
    """
    known: dict[str, str] = dict(_source(source)(codes)) if source else {}
    known.update(declared)
    ordered = [code for code in known if code in codes and code != UNKNOWN]
    ordered += sorted((code for code in codes if code not in known and code != UNKNOWN), key=_natural)
    labels = {code: known.get(code, code) for code in ordered}
    if UNKNOWN in codes:
        labels[UNKNOWN] = known.get(UNKNOWN, UNKNOWN_LABEL)
    return labels


def _natural(code: str) -> list[tuple[int, int, str]]:
    """Sorts ``Team 2`` before ``Team 10``."""
    parts = re.split(r"(\d+)", code)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def _source(name: str) -> Source:
    kind, _, what = name.partition(":")
    if kind == "months":
        return _months
    if kind == "areas":
        return _areas
    if kind in ("encounters", "crime-records", "notices") and what:
        return _facts(kind, what)
    raise UserError(f"There is no source of labels called {name!r}.")


def _months(codes: Collection[str]) -> Mapping[str, str]:
    return {code: clock.format_month(code) for code in sorted(codes) if code != UNKNOWN}


def _facts(kind: str, column: str) -> Source:
    from childfirst.encounters import facts as encounters
    from childfirst.encounters.crime_records import facts as crime_records
    from childfirst.encounters.notices import facts as notices

    rooms = {"encounters": encounters.LABELS, crime_records.KIND: crime_records.LABELS, notices.KIND: notices.LABELS}
    labels = rooms[kind]
    if column not in labels:
        raise UserError(f"The facts of {kind} have no labels for {column!r}.")
    return lambda codes: labels[column]


def _areas(codes: Collection[str]) -> Mapping[str, str]:
    """Names of areas, in the order of their names; an area that the register does not hold keeps its code."""
    from childfirst.places.queries import area_names

    names = area_names()
    return dict(sorted(((code, names[code]) for code in codes if code in names), key=lambda item: (item[1], item[0])))
