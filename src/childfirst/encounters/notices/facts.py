"""What the upper floors may know of notices, for measuring: one row a notice that went to a school or was held back.

Neither child nor school nor person, and no moment: month, borough, team, whether it was opened in time, and how it ended. One Parquet file
a month in which a notice began, ``FACTS_DIR/notices/YYYY-MM.parquet``. Unknown is null; same rows, same bytes.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db.models import QuerySet

from childfirst.encounters.facts import column, rewrite
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.vocabulary import WITH_SCHOOL, State
from childfirst.shared import clock

KIND = "notices"
IN_TIME, LATE, NEVER = "in_time", "late", "never"

SCHEMA = pa.schema(
    [
        column("month", pa.string(), "London month in which the notice began, YYYY-MM", ""),
        column("borough", pa.string(), "Code of the borough of the encounter", "place not known, or outside the areas"),
        column("team", pa.string(), "Name of the team that recorded the encounter", ""),
        column("state", pa.string(), "Where the notice stands", ""),
        column("with_words", pa.bool_(), "Whether the officer wrote what happened", "held back"),
        column(
            "had_lead", pa.bool_(), "Whether the school had somebody who could open it when it was sent", "held back"
        ),
        column(
            "opened",
            pa.string(),
            "Whether the school opened it before it was escalated (two school days)",
            "held back, withdrawn unread, or still in its time",
        ),
        column("days_to_open", pa.int16(), "Whole days from delivery to opening", "not opened"),
        column(
            "acknowledged", pa.bool_(), "Whether the school said what it did", "held back, withdrawn, or still open"
        ),
    ],
    metadata={"room": "encounters", "kind": KIND, "version": "1"},
)

LABELS: dict[str, dict[str, str]] = {
    "state": {code: label for code, label in State.choices if code != State.TO_WRITE},
    "opened": {IN_TIME: "Within two school days", LATE: "Later", NEVER: "Not opened"},
}
"""Column -> code -> wording, in the order in which people expect them."""


def folder() -> Path:
    """Where these facts are kept."""
    return Path(settings.FACTS_DIR) / KIND


def _counted() -> QuerySet[Notice]:
    """What went to a school, and what was held back; not what its officer has still to write."""
    rows = Notice.objects.filter(sent_at__isnull=False) | Notice.objects.filter(state=State.WITHHELD)
    return rows.select_related("encounter__team")


def table(month: str) -> pa.Table:
    """The facts of one month as the database has them now, sorted."""
    rows = [_row(notice) for notice in _counted() if clock.month_key(notice.created_at) == month]
    return pa.Table.from_pylist(sorted(rows, key=repr), schema=SCHEMA)


def _row(notice: Notice) -> dict[str, object]:
    held_back = notice.state == State.WITHHELD
    days = (notice.opened_at - notice.delivered_at).days if notice.opened_at and notice.delivered_at else None
    return {
        "month": clock.month_key(notice.created_at),
        "borough": notice.encounter.borough or None,
        "team": notice.encounter.team.name if notice.encounter.team else "",
        "state": notice.state,
        "with_words": None if held_back else notice.written_at is not None,
        "had_lead": None if held_back else notice.delivered_at is not None and notice.delivered_at == notice.sent_at,
        "opened": _opened(notice),
        "days_to_open": days,
        "acknowledged": _acknowledged(notice),
    }


def _opened(notice: Notice) -> str | None:
    if notice.opened_at is not None:
        return LATE if notice.escalation else IN_TIME
    if notice.escalation or notice.state == State.EXPIRED:
        return NEVER
    return None


def _acknowledged(notice: Notice) -> bool | None:
    if notice.state in WITH_SCHOOL or notice.state in (State.WITHHELD, State.WITHDRAWN):
        return None
    return bool(notice.state == State.ACKNOWLEDGED)


def build() -> list[str]:
    """Bring the files up to date: months written or removed, in order."""
    moments = _counted().order_by().values_list("created_at", flat=True)
    return rewrite(folder(), {clock.month_key(moment) for moment in moments}, table)
