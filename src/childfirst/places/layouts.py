"""The layouts in which registers of schools come: one short declaration each.

A layout names, for each field of School, the column that holds it and how its text is read. Columns that no layout
names (the head teacher's among them) are not read at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from childfirst.places import rules
from childfirst.places.reading import BadValue, lacking
from childfirst.places.vocabulary import GENDER_WORDS, PHASE_WORDS, STATUS_WORDS, LinkKind, LinkManner, SchoolStatus
from childfirst.shared.clock import format_date
from childfirst.shared.errors import UserError

MISSING: Final = frozenset({"", "NA", "N/A", "#N/A", "NULL", "null", "None recorded", "Not recorded", "Not Recorded"})
"""Texts that stand for "not known" in one layout or another."""

EARLIEST = dt.date(1000, 1, 1)
PLACEHOLDERS = frozenset({dt.date(1900, 1, 1), dt.date(1800, 1, 1)})
"""Opening dates that the register uses for "before records began"."""


class UnknownWord(Exception):
    """A word that the vocabulary does not know: the row lands without it, and the report counts it."""


def read_text(value: str) -> str:
    """Text with single spaces."""
    return " ".join(value.split())


def read_urn(value: str) -> int:
    """A unique reference number: six digits."""
    if not re.fullmatch(r"[1-9][0-9]{5}", value):
        raise ValueError("The URN is not a number of six digits.")
    return int(value)


def read_date(value: str) -> dt.date:
    """A date written ``31/08/2019``, ``31-08-2019`` or ``2019-08-31``, with or without a time after it."""
    text = value.split("T")[0].split(" ")[0]
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if day < EARLIEST:
            break
        return day
    raise ValueError("The date is not one that exists, written like 2019-08-31 or 31-08-2019.")


def read_opening(value: str) -> dt.date | None:
    """An opening date; the register's placeholders for "long ago" are not known."""
    day = read_date(value)
    return None if day in PLACEHOLDERS else day


def read_age(value: str) -> int:
    """An age in whole years."""
    if not re.fullmatch(r"[0-9]{1,2}(\.0)?", value):
        raise ValueError("The age is not a whole number of years.")
    return int(value.split(".")[0])


def read_number(value: str) -> float:
    """A coordinate."""
    try:
        return float(value)
    except ValueError:
        raise ValueError("The coordinate is not a number.") from None


def read_postcode(value: str) -> str:
    """A postcode in its written form. One that is not a full postcode is an unknown word."""
    written = rules.postcode(value)
    if not written:
        raise UnknownWord
    return written


def read_la_code(value: str) -> str:
    """The Department for Education's three-digit code of a local authority."""
    if not re.fullmatch(r"[0-9]{3}", value):
        raise UnknownWord
    return value


def read_status(value: str) -> SchoolStatus:
    """The school's status. A status that nobody has seen keeps the row from landing: a guess would be worse."""
    status = STATUS_WORDS.get(value.casefold())
    if status is None:
        raise ValueError("The status is none of Open, Open, but proposed to close, Closed, Proposed to open.")
    return status


def one_of(words: Mapping[str, Any]) -> Callable[[str], Any]:
    """A word of a vocabulary; any other is counted as new."""

    def read(value: str) -> Any:
        try:
            return words[value.casefold()]
        except KeyError:
            raise UnknownWord from None

    return read


def read_names(value: str) -> tuple[tuple[str, dt.date | None], ...]:
    """Former names, separated by ``|``, each with its last day where that follows: ``Brook School (until 2019-08-31)``."""
    names: dict[str, dt.date | None] = {}
    for part in value.split("|"):
        found = re.fullmatch(r"(.+?)\s*\(until ([0-9/-]+)\)\s*", part)
        name = read_text(found[1] if found else part)
        if name:
            names.setdefault(name, read_date(found[2]) if found else None)
    return tuple(names.items())


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the header, and how its text becomes a value (ValueError: the row is set aside)."""

    header: str
    read: Callable[[str], Any] = read_text


@dataclass(frozen=True)
class SchoolLayout:
    """One layout of the register.

    ``columns``: field -> column; besides School's fields, ``x``, ``y`` (grid metres), ``lon``, ``lat`` and ``former``.
    ``fixed``: fields that the layout tells by itself. ``closing_tells_status``: a closing date in the past means closed,
    none means open. ``covers_closed``: a complete file in this layout lists closed schools, too.
    """

    name: str
    title: str
    columns: Mapping[str, Column]
    needs: tuple[str, ...]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    closing_tells_status: bool = False
    covers_closed: bool = False

    def values(self, row: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The row's values by field (missing ones left out), and the words that are not in a vocabulary.

        Raises BadValue when the row cannot land.
        """
        values: dict[str, Any] = dict(self.fixed)
        unknown: list[tuple[str, str]] = []
        for name, column in self.columns.items():
            text = row.get(column.header, "")
            if text in MISSING:
                continue
            try:
                value = column.read(text)
            except UnknownWord:
                unknown.append((column.header, text[:100]))
                continue
            except ValueError as error:
                raise BadValue(column.header, text, str(error)) from error
            if value is not None:
                values[name] = value
        for name in ("urn", "name"):
            if name not in values:
                raise BadValue(
                    self.columns[name].header, "", "The URN is missing." if name == "urn" else "The name is missing."
                )
        return values, unknown

    def complete(self, values: dict[str, Any], as_of: dt.date) -> None:
        """Draw the conclusions that the layout allows, and check the row as a whole. Raises BadValue."""
        closed_on = values.get("closed_on")
        if self.closing_tells_status:
            if closed_on is None:
                values |= {"status": SchoolStatus.OPEN, "closed_on": NONE}
            else:
                values["status"] = SchoolStatus.CLOSED if closed_on <= as_of else SchoolStatus.CLOSING
        opened_on = values.get("opened_on")
        if opened_on is not None and opened_on.year > as_of.year + 10:
            raise BadValue(
                self._header("opened_on"), format_date(opened_on), "The opening date is more than ten years ahead."
            )
        if opened_on is not None and closed_on is not None and closed_on < opened_on:
            raise BadValue(self._header("closed_on"), format_date(closed_on), "The school closed before it opened.")
        low, high = values.get("lowest_age"), values.get("highest_age")
        if low is not None and high is not None and high < low:
            raise BadValue(self._header("highest_age"), f"{low} to {high}", "The highest age is below the lowest.")

    def _header(self, name: str) -> str:
        return self.columns[name].header


class _Nothing:
    """Says that a field is known to be empty, which is more than not being told."""

    def __repr__(self) -> str:
        return "NONE"


NONE: Final = _Nothing()


REGISTER_2017 = SchoolLayout(
    name="register-2017",
    title="the register's full columns of 2017",
    needs=("URN", "Establishment name", "Establishment status", "Postcode"),
    columns={
        "urn": Column("URN", read_urn),
        "name": Column("Establishment name"),
        "la_code": Column("Local authority (code)", read_la_code),
        "la_name": Column("Local authority (name)"),
        "street": Column("Street"),
        "locality": Column("Locality"),
        "town": Column("Town"),
        "county": Column("County"),
        "postcode": Column("Postcode", read_postcode),
        "establishment_type": Column("Type of establishment"),
        "lowest_age": Column("Statutory lowest age", read_age),
        "highest_age": Column("Statutory highest age", read_age),
        "phase": Column("Phase of education", one_of(PHASE_WORDS)),
        "gender": Column("Gender", one_of(GENDER_WORDS)),
        "religious_character": Column("Religious character"),
        "status": Column("Establishment status", read_status),
        "opened_on": Column("Opening date", read_opening),
        "x": Column("X", read_number),
        "y": Column("Y", read_number),
    },
)

REGISTER = SchoolLayout(
    name="register",
    title="the register's full columns",
    needs=("URN", "EstablishmentName", "EstablishmentStatus (name)", "Postcode"),
    covers_closed=True,
    columns={
        "urn": Column("URN", read_urn),
        "name": Column("EstablishmentName"),
        "la_code": Column("LA (code)", read_la_code),
        "la_name": Column("LA (name)"),
        "street": Column("Street"),
        "locality": Column("Locality"),
        "town": Column("Town"),
        "county": Column("County (name)"),
        "postcode": Column("Postcode", read_postcode),
        "establishment_type": Column("TypeOfEstablishment (name)"),
        "lowest_age": Column("StatutoryLowAge", read_age),
        "highest_age": Column("StatutoryHighAge", read_age),
        "phase": Column("PhaseOfEducation (name)", one_of(PHASE_WORDS)),
        "gender": Column("Gender (name)", one_of(GENDER_WORDS)),
        "religious_character": Column("ReligiousCharacter (name)"),
        "status": Column("EstablishmentStatus (name)", read_status),
        "opened_on": Column("OpenDate", read_opening),
        "closed_on": Column("CloseDate", read_date),
        "former": Column("PreviousName", read_names),
        "x": Column("Easting", read_number),
        "y": Column("Northing", read_number),
    },
)

NAMES_OVER_TIME = SchoolLayout(
    name="names-over-time",
    title="the list of names over time",
    needs=("urn", "name", "previous_names"),
    columns={
        "urn": Column("urn", read_urn),
        "name": Column("name"),
        "former": Column("previous_names", read_names),
        "postcode": Column("postcode", read_postcode),
        "la_code": Column("la", read_la_code),
        "lon": Column("lon", read_number),
        "lat": Column("lat", read_number),
    },
    covers_closed=True,
)

SLIM_ALL = SchoolLayout(
    name="slim-all",
    title="the slim register of all schools",
    needs=("urn", "name", "close_date", "postcode"),
    columns={
        "urn": Column("urn", read_urn),
        "name": Column("name"),
        "opened_on": Column("open_date", read_opening),
        "closed_on": Column("close_date", read_date),
        "town": Column("town"),
        "postcode": Column("postcode", read_postcode),
    },
    closing_tells_status=True,
    covers_closed=True,
)

SLIM_OPEN = SchoolLayout(
    name="slim-open",
    title="the slim register of open schools",
    needs=("urn", "name", "open_date", "postcode"),
    columns={
        "urn": Column("urn", read_urn),
        "name": Column("name"),
        "opened_on": Column("open_date", read_opening),
        "town": Column("town"),
        "postcode": Column("postcode", read_postcode),
    },
    fixed={"status": SchoolStatus.OPEN},
)

SCHOOL_LAYOUTS = (REGISTER_2017, REGISTER, NAMES_OVER_TIME, SLIM_ALL, SLIM_OPEN)


def school_layout(header: Sequence[str], file: str) -> SchoolLayout:
    """The layout that a header belongs to: the first whose needed columns are all there.

    Raises UserError with what is missing from the layout that comes nearest.
    """
    for layout in SCHOOL_LAYOUTS:
        if all(name in header for name in layout.needs):
            return layout
    nearest = max(SCHOOL_LAYOUTS, key=lambda one: sum(column.header in header for column in one.columns.values()))
    if not any(column.header in header for column in nearest.columns.values()):
        raise UserError(f"{file} is not a register of schools: none of the columns of any known layout is in it.")
    raise lacking(header, nearest.needs, file, nearest.title)


LINK_COLUMNS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")


@dataclass(frozen=True, slots=True)
class LinkValues:
    """A row of the links file."""

    urn: int
    linked_urn: int
    linked_name: str
    kind: LinkKind
    manner: str
    happened_on: dt.date | None


def link_values(row: Mapping[str, str], words: Mapping[str, tuple[LinkKind, LinkManner | None]]) -> LinkValues:
    """Read a row of the links file. Raises BadValue; raises KeyError never: a new kind of link is set aside."""
    numbers = []
    for column in ("URN", "LinkURN"):
        try:
            numbers.append(read_urn(row[column]))
        except ValueError as error:
            raise BadValue(column, row[column], str(error)) from error
    if numbers[0] == numbers[1]:
        raise BadValue("LinkURN", row["LinkURN"], "The school is linked to itself.")
    kind = words.get(read_text(row["LinkType"]).casefold())
    if kind is None:
        raise BadValue("LinkType", row["LinkType"], "The kind of link is not known.")
    day = None
    if row["LinkEstablishedDate"] not in MISSING:
        try:
            day = read_opening(row["LinkEstablishedDate"])
        except ValueError as error:
            raise BadValue("LinkEstablishedDate", row["LinkEstablishedDate"], str(error)) from error
    return LinkValues(numbers[0], numbers[1], read_text(row["LinkName"])[:200], kind[0], str(kind[1] or ""), day)
