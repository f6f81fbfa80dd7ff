"""Database connections: SQLite with a write-ahead log by default, PostgreSQL by address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url


def connection(url: str, sqlite_file: Path, *, read_only: bool = False, read_elsewhere: bool = False) -> dict[str, Any]:
    """Django's settings of one connection.

    An empty ``url`` means the SQLite file. SQLite waits 20 seconds for a lock, and every transaction that may write takes
    the write lock at its start, so that two writers queue instead of failing. ``read_only`` opens the file so that no
    statement can change it, and asks PostgreSQL for read-only transactions on top of the login's own rights.
    ``read_elsewhere`` is for a file that another process reads without any right to write: a write-ahead log needs a file
    beside it that readers write to as well, so such a store, which is written seldom, has a rollback journal instead.
    """
    if url:
        settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        settings["OPTIONS"] = {**settings.get("OPTIONS", {})}
        if read_only:
            settings["OPTIONS"]["options"] = "-c default_transaction_read_only=on"
        return settings
    if read_only:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{sqlite_file.absolute().as_uri()}?mode=ro",
            "OPTIONS": {"uri": True, "timeout": 20, "init_command": "PRAGMA query_only=1; PRAGMA cache_size=-16000;"},
            "CONN_MAX_AGE": None,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(sqlite_file),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                f"PRAGMA journal_mode={'DELETE' if read_elsewhere else 'WAL'}; PRAGMA synchronous=NORMAL; "
                "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
            ),
        },
    }
