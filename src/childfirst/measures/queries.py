"""Reads: the definitions."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from childfirst.measures.definition import Definition
from childfirst.measures.loader import load_folder
from childfirst.measures.store import schemas
from childfirst.shared.errors import UserError

FOLDER = Path(__file__).parent / "definitions"


def definitions() -> list[Definition]:
    """Every measure, by title. Raises DefinitionError for a file that cannot be used."""
    return sorted(_load().values(), key=lambda definition: (definition.title, definition.id))


def definition(measure: str) -> Definition:
    """The measure of that id. Raises UserError when there is none."""
    found = _load().get(measure)
    if found is None:
        raise UserError(f"There is no measure called {measure!r}. See: childfirst measure list.")
    return found


@lru_cache(maxsize=1)
def _load() -> dict[str, Definition]:
    """Read once per process: the files are part of the code."""
    return load_folder(FOLDER, schemas())
