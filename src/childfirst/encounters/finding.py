"""How a school is found while its name is typed: the search of places, and those who registered a better one.

The core of the room imports none of its chambers. A chamber registers in its ``apps.ready()``::

    from childfirst.encounters import finding

    finding.register(find_schools)

where ``find_schools(text, limit)`` gives URNs, best first, and nothing where it does not know yet. It must answer at once.
"""

from __future__ import annotations

from collections.abc import Callable

from childfirst.places import queries as places

Finder = Callable[[str, int], list[int]]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Have ``finder(text, limit)`` asked first; a second registration of the same function changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def find_schools(text: str, limit: int) -> list[places.FoundSchool]:
    """Schools for what is being typed: what those who registered find, then what the search of places finds beside it."""
    searched = {one.urn: one for one in places.search_schools(text, limit=limit)}
    first = list(dict.fromkeys(urn for finder in _finders for urn in finder(text, limit)))
    others = {one.urn: one for one in places.found_schools(urn for urn in first if urn not in searched)}
    known = {**others, **searched}
    ordered = [*(urn for urn in first if urn in known), *(urn for urn in searched if urn not in first)]
    return [known[urn] for urn in ordered[:limit]]
