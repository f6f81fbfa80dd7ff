"""Files that analysts bring through the upload page: kept in the data folder until they are imported, and no longer."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from childfirst.encounters.matching import store
from childfirst.encounters.matching.files import SUFFIXES
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.ids import new_ulid

LARGEST = 500 * 1024 * 1024
KEPT = dt.timedelta(days=7)
_NAME = re.compile(r"[0-9A-Z]{26}\.(csv|txt|tsv|parquet|pq)")


def folder() -> Path:
    """Where uploads wait."""
    place = store.folder() / "uploads"
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def keep(file: UploadedFile) -> str:
    """Store an upload under a name of our own, and give that. Raises UserError for a file that is none of ours to read."""
    suffix = Path(file.name or "").suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError("Choose a CSV file (.csv) or a Parquet file (.parquet).")
    if not file.size:
        raise UserError("The file is empty.")
    if file.size > LARGEST:
        raise UserError("The file is larger than 500 MB. Import it on the server: `childfirst import records`.")
    name = f"{new_ulid()}{suffix}"
    target = folder() / name
    target.touch(mode=0o600)
    with target.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return name


def path_of(name: str) -> Path:
    """Where a stored upload is. Raises UserError when it is no longer there."""
    path = folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UserError("The file is no longer kept here. Bring it again: its import goes on where it stopped.")
    return path


def remove(name: str) -> None:
    """Erase a stored upload."""
    if _NAME.fullmatch(name):
        (folder() / name).unlink(missing_ok=True)


def remove_old() -> int:
    """Erase the uploads of which nothing came for a week; gives how many."""
    limit = (clock.now() - KEPT).timestamp()
    old = [file for file in folder().iterdir() if _NAME.fullmatch(file.name) and file.stat().st_mtime < limit]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
