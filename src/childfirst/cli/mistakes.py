"""Trouble outside the program, in words: a full disk, a folder without rights, a database that does not answer.

Whatever is not named here is a fault of the program, and keeps its traceback.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

from childfirst.shared.errors import UserError

DISK_FULL = "There is no space left on the disk. What was being done is undone; make room, then do it again."
BEHIND = "The database is not set up, or not up to date. Run: childfirst setup."
READ_ONLY = "The database cannot be written: this user, or this login, has no right to."

_FILES = {
    errno.EACCES: "this user has no right to it",
    errno.EPERM: "this user has no right to it",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk is damaged or gone",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is a file and no folder",
}

_SQLITE = {
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened or made. Is the data folder there, and may this user write in it?",
    sqlite3.SQLITE_BUSY: "Another command is writing to the database. Do it again when that has ended.",
    sqlite3.SQLITE_LOCKED: "Another command is writing to the database. Do it again when that has ended.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged. Put back the last copy of the data folder.",
    sqlite3.SQLITE_NOTADB: "The database file is not a database. Put back the last copy of the data folder.",
    sqlite3.SQLITE_IOERR: "The database file could not be read or written. Is the disk full, or gone?",
}

_POSTGRESQL = {
    "53100": DISK_FULL,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "42P01": BEHIND,
    "42703": BEHIND,
    "40P01": "Another command was writing the same rows. Do it again.",
    "40001": "Another command was writing the same rows. Do it again.",
}
"""By SQLSTATE, see appendix A of PostgreSQL's manual."""


def sentence_for(error: BaseException) -> str | None:
    """What a person can do about an error, in one or two sentences; None when it is a fault of the program."""
    for each in _chain(error):
        if isinstance(each, UserError):
            return each.sentence
        found = _of_files(each) or _of_sqlite(each) or _of_postgresql(each)
        if found:
            return found
        if isinstance(each, MemoryError):
            return "There is not enough memory for this."
        if "No space left on device" in str(each):
            return DISK_FULL
        if type(each).__name__ == "ImproperlyConfigured":
            return f"The settings do not fit: {_first_line(each)}"
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        # Django raises this one without saying what it comes from.
        seen = seen.__context__ if type(seen).__name__ == "MigrationSchemaMissing" else seen.__cause__


def _of_files(error: BaseException) -> str | None:
    if not isinstance(error, OSError):
        return None
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DISK_FULL
    why = _FILES.get(error.errno or 0)
    return f"{error.filename} cannot be used: {why}." if why and error.filename else None


def _of_sqlite(error: BaseException) -> str | None:
    if not isinstance(error, sqlite3.Error):
        return None
    if str(error).startswith(("no such table", "no such column")):
        return BEHIND
    return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


def _of_postgresql(error: BaseException) -> str | None:
    kind = type(error)
    if kind.__module__.partition(".")[0] != "psycopg":
        return None
    state = getattr(error, "sqlstate", None)
    if state is None and kind.__name__ in {"OperationalError", "ConnectionTimeout"}:
        return f"The database does not answer, or refuses the login: {_first_line(error)}"
    return _POSTGRESQL.get(state or "")


def _first_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0].strip()
    return text if text.endswith(".") else f"{text}."
