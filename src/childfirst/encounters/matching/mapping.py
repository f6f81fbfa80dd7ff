"""Which column of a file fills which field of a record: read from TOML or from the mapping screen, guessed, and checked.

::

    system = "connect"                      # the records system; with the record's number it knows a record again

    [columns]
    words = "School attended"
    occurred_at = "Incident date"
    reference = "Record"

    [constants]                             # for a field that the file does not tell
    kind = "safeguarding"
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from childfirst.encounters.matching.vocabulary import FIELD_NAMES, FIELDS
from childfirst.encounters.vocabulary import Kind
from childfirst.shared.errors import UserError
from childfirst.shared.text import join_and

_SYSTEM = re.compile(r"[a-z0-9][a-z0-9 _.-]{0,59}")
CONSTANTS = ("kind",)


@dataclass(frozen=True, slots=True)
class Columns:
    """A checked mapping. ``columns``: field -> column of the file; ``constants``: field -> value for every row."""

    system: str
    columns: AnyMapping[str, str]
    constants: AnyMapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data, keys in a stable order."""
        return {
            "system": self.system,
            "columns": dict(sorted(self.columns.items())),
            "constants": dict(sorted(self.constants.items())),
        }

    @property
    def key(self) -> str:
        """A fingerprint: the same file with another mapping is another import."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    def check_against(self, header: tuple[str, ...], name: str) -> None:
        """Raise UserError when the file lacks a column that the mapping names."""
        missing = [column for column in self.columns.values() if column not in header]
        if missing:
            listed = join_and([f"“{column}”" for column in missing])
            noun = "column" if len(missing) == 1 else "columns"
            raise UserError(f"{name} has no {noun} {listed}. It has: {', '.join(header)[:300]}.")


def checked(system: str, columns: AnyMapping[str, str], constants: AnyMapping[str, str] | None = None) -> Columns:
    """A mapping from what a person gave. Raises UserError when it cannot work."""
    system = " ".join(str(system).split()).casefold()
    if not _SYSTEM.fullmatch(system):
        raise UserError("Name the records system in letters, numbers, spaces and hyphens, such as “connect”.")
    given = {name: str(column) for name, column in columns.items() if column}
    constants = {name: str(value) for name, value in (constants or {}).items() if value and name not in given}
    unknown = [name for name in given if name not in FIELD_NAMES]
    if unknown:
        raise UserError(f"There is no field {unknown[0]}. The fields are: {', '.join(FIELD_NAMES)}.")
    for one in FIELDS:
        if one.required and one.name not in given:
            raise UserError(f"Say which column holds “{one.label}”.")
    if ("lat" in given) != ("lon" in given):
        raise UserError("A place needs both a latitude and a longitude.")
    doubled = next((column for column in given.values() if list(given.values()).count(column) > 1), None)
    if doubled is not None:
        raise UserError(f"The column “{doubled}” is chosen for two fields.")
    if "kind" not in given and constants.get("kind") not in Kind.values:
        raise UserError("Say what kind of encounter the records are: choose a column, or one kind for all of them.")
    if wrong := [name for name in constants if name not in CONSTANTS]:
        raise UserError(f"The field {wrong[0]} cannot have one value for all records.")
    return Columns(system, given, constants)


def from_toml(path: Path) -> Columns:
    """Read a mapping file. Raises UserError when there is none, or it does not say what is needed."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"The mapping {path} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The mapping {path.name} is not TOML: {error}.") from None
    columns, constants = data.get("columns"), data.get("constants", {})
    if not isinstance(columns, dict) or not isinstance(constants, dict):
        raise UserError(f"The mapping {path.name} needs a table [columns], and may have a table [constants].")
    return checked(str(data.get("system", "")), columns, constants)


def guess(header: tuple[str, ...]) -> dict[str, str]:
    """Field -> column, for the columns whose names say what they are; each column once."""
    plain = {column: re.sub(r"[^a-z0-9]+", " ", column.casefold()).strip() for column in header}
    found: dict[str, str] = {}
    for one in FIELDS:
        wanted = (one.name.replace("_", " "), one.label.casefold(), *one.guesses)
        for word in wanted:
            column = next((c for c, words in plain.items() if words == word and c not in found.values()), None)
            if column is not None:
                found[one.name] = column
                break
    return found
