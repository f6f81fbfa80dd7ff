"""The installation's own secret, made once and kept in the data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from childfirst.shared.errors import UserError


def secret_key(given: str, keys_dir: Path) -> str:
    """The secret given by the environment, or the one in ``keys_dir``, made there at the first call (mode 0600).

    It comes under its name whole or not at all, so that two first starts share one key, and a full disk leaves no empty one.
    Raises UserError where the folder cannot be made or the key not be read.
    """
    if given:
        return given
    file = keys_dir / "secret-key"
    try:
        if not file.exists():
            keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make(file)
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise UserError(
            f"The data folder {keys_dir.parent} cannot be used: {error.strerror}. Mend that, or choose another folder with "
            "CHILDFIRST_DATA_DIR."
        ) from error


def _make(file: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".", encoding="ascii") as draft:
        draft.write(secrets.token_urlsafe(64))
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, file)
