"""What the open API answers with."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema

MOST_ROWS = 10_000
Value = str | int | float | None


class Problem(Schema):
    """What went wrong, in one sentence."""

    detail: str


class Withdrawal(Schema):
    """When and why a release was taken back."""

    at: dt.datetime
    reason: str


class ReleaseSummary(Schema):
    """A release. ``corrects`` and ``corrected_by`` are keys of other releases."""

    key: str
    title: str
    released_on: dt.date
    published_at: dt.datetime
    corrects: str | None
    corrected_by: str | None
    withdrawn: Withdrawal | None
    url: str = Field(description="The page for people.")


class FileOut(Schema):
    """A file of a release."""

    name: str
    title: str
    media_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    url: str


class TableSummary(Schema):
    """A table of a release."""

    name: str
    title: str
    description: str
    measure: str | None = Field(description="Slug of the measure whose figures it holds.")
    url: str = Field(description="The table in this API.")


class ReleaseDetail(ReleaseSummary):
    """A release with all that belongs to it. A withdrawn one has no tables, files or notes."""

    notes: str = Field(description="Markdown.")
    disclosure: dict[str, Any] = Field(description="The rule for hiding small numbers, what was hidden, and the check.")
    signature: str = Field(description="Ed25519 signature of the file SHA256SUMS.")
    public_key: str
    public_key_sha256: str = Field(description="SHA-256 of the key's 32 bytes, empty where there is no key.")
    signed_by: list[str]
    tables: list[TableSummary]
    files: list[FileOut]


class ColumnOut(Schema):
    """A column. ``total`` is the code that stands for all values of a dimension."""

    name: str
    title: str
    role: str = Field(description="dimension, count, denominator, rate, lower, upper, status or denominator_status.")
    description: str
    labels: dict[str, str]
    total: str | None


class TableOut(Schema):
    """A table, or the part of it that was asked for."""

    release: str
    name: str
    title: str
    description: str
    source: str
    measure: str | None
    columns: list[ColumnOut]
    row_count: int = Field(description="Rows that were asked for, on all pages together.")
    offset: int
    rows: list[list[Value]] = Field(
        description="One value per column. A hidden count is null with the status “hidden”; a true zero is 0."
    )


class MeasureSummary(Schema):
    """A measure and where its newest figures are."""

    slug: str
    title: str
    what: str
    unit: str
    direction: str
    is_activity: bool = Field(description="True for counts of activity, which are not outcomes.")
    release: str
    withdrawn: bool
    table_url: str | None
    csv_url: str | None
    url: str = Field(description="The page for people.")


class MeasureDetail(MeasureSummary):
    """A measure with its method."""

    why: str
    outcome: str
    numerator: str
    denominator: str
    method: str
    caveats: list[str]
    sources: list[str]
    minimum_count: int
    author: str
    checker: str
    next_review: str


class Releases(Schema):
    releases: list[ReleaseSummary]


class Measures(Schema):
    measures: list[MeasureSummary]


class ReleaseOfTable(Schema):
    """A release that has a table."""

    key: str
    released_on: dt.date
    table_url: str


class TableInAll(Schema):
    """A table by its name, with the releases that have it, the newest first."""

    name: str
    title: str
    newest_url: str = Field(description="Always the newest figures.")
    releases: list[ReleaseOfTable]


class Tables(Schema):
    tables: list[TableInAll]


class SideOut(Schema):
    """A row in one of two releases. A count that is hidden is null, and its status says so."""

    count: int | None
    status: str
    denominator: int | None
    denominator_status: str
    rate: float | None


class DifferenceOut(Schema):
    """A row that is not the same in both."""

    codes: dict[str, str]
    change: str = Field(description="different, newly_hidden, newly_shown, added or gone.")
    old: SideOut | None
    new: SideOut | None


class ComparedTable(Schema):
    """A table that both releases have."""

    name: str
    title: str
    comparable: bool = Field(description="False where the two are broken down in different ways.")
    rows_the_same: int
    differences: list[DifferenceOut]


class ComparisonOut(Schema):
    """What is different from one release to another."""

    old: str
    new: str
    same_period: bool = Field(description="True: a difference is a revision. False: it is change over time.")
    tables: list[ComparedTable]


class MovedOut(Schema):
    """A date that was moved; ``to`` is null where the publication was called off."""

    on: dt.date
    was: dt.date
    to: dt.date | None
    reason: str


class PlannedOut(Schema):
    """An entry of the publication calendar."""

    slug: str
    title: str
    about: str
    planned_on: dt.date
    announced_on: dt.date
    state: str = Field(description="announced, published or cancelled.")
    release: str | None
    changes: list[MovedOut]


class Calendar(Schema):
    entries: list[PlannedOut]


class Part(Schema):
    """Which rows of a table."""

    offset: int = Field(0, ge=0, le=10_000_000, description="Rows to skip.")
    limit: int = Field(MOST_ROWS, ge=1, le=MOST_ROWS, description="Most rows to return.")
