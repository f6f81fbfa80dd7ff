"""The words of matching: states of an import, decisions of the matcher and of people, fields that a file may have."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class RunState(TextChoices):
    """Where the import of a file of records stands."""

    MAPPING = "mapping", "Waiting for its columns to be named"
    WAITING = "waiting", "Waiting to begin"
    RUNNING = "running", "Being imported"
    FAILED = "failed", "Stopped"
    DONE = "done", "Imported"


UNFINISHED = (RunState.WAITING, RunState.RUNNING, RunState.FAILED)
"""States in which an import has a mapping and rows still to come: the same file again goes on here."""


class Verdict(TextChoices):
    """What the matcher decided about a mention at the precision of a school's name in a record."""

    ACCEPT = "accept", "Accepted"
    REVIEW = "review", "For a person"
    NONE = "none", "Names no school"


class Answer(TextChoices):
    """What a person decided about a case."""

    SCHOOL = "school", "This school is meant"
    NONE = "none", "No school is named"


class ProposalState(TextChoices):
    """Where a proposed alias stands."""

    PROPOSED = "proposed", "Waiting for a second person"
    AGREED = "agreed", "Agreed"
    REFUSED = "refused", "Refused"


class ModelState(TextChoices):
    """Where a retrained matcher stands. None is ever used before a person accepts it."""

    OFFERED = "offered", "Waiting for an analyst"
    ACCEPTED = "accepted", "In use"
    REPLACED = "replaced", "Replaced"
    REFUSED = "refused", "Refused"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record that a column of the file may fill."""

    name: str
    label: str
    hint: str
    required: bool = False
    guesses: tuple[str, ...] = ()


FIELDS = (
    Field("words", "What was written about the school", "Free text, matched to the register", required=True,
          guesses=("school", "school name", "school attended", "place of education", "education", "mention", "words")),
    Field("occurred_at", "Date, or date and time", "2025-03-27, 27/03/2025 or 2025-03-27 16:05, by London’s clock", required=True,
          guesses=("date", "occurred at", "occurred", "incident date", "date of incident", "datetime", "date time")),
    Field("reference", "Number of the record", "By it a record is known again in another file",
          guesses=("reference", "record", "record number", "record id", "id", "ref", "urn of record", "crn")),
    Field("borough", "Borough of record", "Its name or its code", guesses=("borough", "record borough", "district", "bcu")),
    Field("lat", "Latitude", "Degrees, WGS 84", guesses=("lat", "latitude")),
    Field("lon", "Longitude", "Degrees, WGS 84", guesses=("lon", "lng", "long", "longitude")),
    Field("age", "Age in years", "A whole number", guesses=("age", "age years", "age at incident")),
    Field("gender", "Gender", "Words or codes of the record form", guesses=("gender", "sex")),
    Field("self_defined_ethnicity", "Self-defined ethnicity", "Codes of the 18+1 classification",
          guesses=("self defined ethnicity", "sde", "ethnicity", "self-defined ethnicity")),
    Field("kind", "Kind of encounter", "Words or codes of the record form", guesses=("kind", "type", "record type", "kind of encounter")),
    Field("outcome", "Outcome", "Words or codes of the record form", guesses=("outcome", "disposal")),
    Field("team", "Team", "The name of a team here", guesses=("team", "unit", "owning team")),
    Field("child_reference", "The force’s reference for the child", "Kept as a code that cannot be turned back",
          guesses=("person reference", "nominal", "child reference", "nominal reference")),
)  # fmt: skip
"""What a file may tell of a record, in the order of the mapping screen."""

FIELD_NAMES = tuple(field.name for field in FIELDS)

PRECISION = 0.99
"""A school is named in a record by links that are together right in 99 of 100."""

OPTION_COVERAGE = 0.97
"""A reviewer is shown the fewest schools that hold the true one with this probability."""
