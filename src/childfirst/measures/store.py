"""The facts store: Parquet by room and month, read through Ibis."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from childfirst.shared.errors import UserError

if TYPE_CHECKING:
    import ibis

_MONTH = r"\d{4}-(0[1-9]|1[0-2])"
_MONTH_FILE = re.compile(_MONTH + r"\.parquet")
THREADS = 2
MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Facts:
    """The files of one kind of facts for a period.

    ``files`` maps months (``2018-05``) to their file, in order. ``fingerprints()`` tells whether the facts changed.
    """

    kind: str
    files: Mapping[str, Path]

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(self.files)

    def missing_months(self) -> tuple[str, ...]:
        """Months between the first and the last that have no file: nothing is known of them, which is not zero."""
        if not self.files:
            return ()
        return tuple(month for month in months_between(self.months[0], self.months[-1]) if month not in self.files)

    def fingerprints(self) -> dict[str, str]:
        """Month -> SHA-256 of its file."""
        return {month: _sha256(str(file), *_stamp(file)) for month, file in self.files.items()}

    def open(self, backend: Any = None) -> ibis.Table:
        """The facts as an Ibis table, on DuckDB unless another Ibis backend is given."""
        backend = backend or duckdb_backend()
        return backend.read_parquet([str(file) for file in self.files.values()])


def duckdb_backend() -> Any:
    """A new in-memory DuckDB that takes no more of the machine than a small server can spare."""
    import ibis

    return ibis.duckdb.connect(threads=THREADS, memory_limit=MEMORY)


def read_facts(kind: str, first: str = "", last: str = "", folder: Path | None = None) -> Facts:
    """The facts of a kind between two months, both included; an empty month means no bound on that side.

    Raises UserError when there are none in the period, or it is none.
    """
    for month in (first, last):
        if month and not re.fullmatch(_MONTH, month):
            raise UserError(f"“{month}” is not a month. Write it as year and month, such as 2018-05.")
    if first and last and first > last:
        raise UserError("The first month is after the last.")
    folder = (folder or Path(settings.FACTS_DIR)) / kind
    found = {file.stem: file for file in sorted(folder.glob("*.parquet")) if _MONTH_FILE.fullmatch(file.name)}
    chosen = {
        month: file for month, file in found.items() if (not first or month >= first) and (not last or month <= last)
    }
    if not chosen:
        raise UserError(
            f"There are no facts of {kind} {'in that period' if found else 'yet'}. Import some, then run: childfirst facts."
        )
    return Facts(kind, chosen)


def schemas() -> dict[str, frozenset[str]]:
    """Kind of facts -> its columns."""
    from childfirst.encounters import facts as encounters
    from childfirst.encounters.crime_records import facts as crime_records
    from childfirst.encounters.notices import facts as notices

    return {
        "encounters": frozenset(encounters.SCHEMA.names),
        crime_records.KIND: frozenset(crime_records.SCHEMA.names),
        notices.KIND: frozenset(notices.SCHEMA.names),
    }


def months_between(first: str, last: str) -> list[str]:
    """Every month key from first to last."""
    year, month = (int(part) for part in first.split("-"))
    found = []
    while (key := f"{year:04d}-{month:02d}") <= last:
        found.append(key)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1024)
def _sha256(file: str, modified: int, size: int) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
