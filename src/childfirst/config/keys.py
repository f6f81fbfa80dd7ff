"""The installation's own secret, made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(given: str, keys_dir: Path) -> str:
    """The secret given by the environment, or the one in ``keys_dir``, made there at the first call (mode 0600)."""
    if given:
        return given
    file = keys_dir / "secret-key"
    try:
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key := secrets.token_urlsafe(64))
    return key
