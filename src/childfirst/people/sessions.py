"""Sessions that end after a time without activity, at the cost of one small write a minute."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError, connection, transaction

from childfirst.shared import clock

EVERY = dt.timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's database sessions, with an end that moves on while the person works.

    Django's own way (SESSION_SAVE_EVERY_REQUEST) writes at every request, so that reading a page would have to wait
    while an import holds SQLite's write lock. Here the end moves at most once a minute, and not at all while the
    database is busy: the next request tries again.
    """

    ends_at: dt.datetime | None = None

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        if row is not None:
            self.ends_at = row.expire_date
        return row

    def roll(self) -> bool:
        """Move the end of the session on, if it has not moved for a minute; says whether it did."""
        new_end = clock.now() + dt.timedelta(seconds=self.get_expiry_age())
        if self.ends_at is None or new_end - self.ends_at < EVERY:
            return False
        rows = self.model.objects.filter(session_key=self.session_key)
        try:
            with _without_waiting(), transaction.atomic(savepoint=False):
                moved = bool(rows.update(expire_date=new_end))
        except OperationalError:
            return False
        self.ends_at = new_end
        return moved


class _without_waiting:  # noqa: N801
    """In SQLite, give up at once instead of waiting for the write lock."""

    def __enter__(self) -> None:
        self._patience = None
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                self._patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
                cursor.execute("PRAGMA busy_timeout = 0")

    def __exit__(self, *error: object) -> None:
        if self._patience is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {int(self._patience)}")
