"""Encryption of what a notice says: AES-256-GCM, with keys that lie in a folder outside the database.

A key is a file in ``KEYS_DIR/notices``, named by the moment of its making and a fingerprint of itself; the newest one seals. Every
sealed text is bound to its notice, its school and its part (as associated data): moved to another row it cannot be opened.
Keys are renewed every month, and an old one is destroyed once nothing is sealed with it: from then on no copy of the database,
however old, gives back what had been erased.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from childfirst.shared import clock
from childfirst.shared.errors import UserError

KEY_BYTES = 32
NONCE_BYTES = 12
PADDED_TO = 512
"""Sealed texts are padded to multiples of this, so that their length tells little about what was written."""

_NAME = re.compile(r"(\d{8}T\d{12}Z)-([0-9a-f]{16})")
_STAMP = "%Y%m%dT%H%M%S%fZ"


class KeyTrouble(UserError):
    """A notice cannot be opened or sealed, because its key is missing, damaged or not the right one."""


MISSING = (
    "The key that opens this notice is not in the keys folder of this installation. Nothing is lost while the key exists: ask "
    "your administrator to put it back. If the notice is urgent, phone the other side."
)
WRONG = "A key in the keys folder has been changed or damaged. Ask your administrator to put back the copy that was kept of it."
ALTERED = "What this notice says was changed in the database, or moved there from another notice, so it is not shown."


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext with the name of its key."""

    key: str
    data: bytes


def folder() -> Path:
    """Where the keys lie."""
    return Path(settings.KEYS_DIR) / "notices"


def key_names() -> list[str]:
    """Names of the keys that are here, the oldest first."""
    place = folder()
    try:
        return sorted(path.name for path in place.iterdir() if _NAME.fullmatch(path.name)) if place.is_dir() else []
    except OSError as error:
        raise KeyTrouble(f"The keys of notices cannot be read: {error.strerror}. Tell your administrator.") from error


def made_at(name: str) -> dt.datetime:
    """When a key was made, by its name."""
    return dt.datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=dt.UTC)


def newest() -> str:
    """Name of the key that seals; the first one is made when there is none."""
    names = key_names()
    return names[-1] if names else new_key()


def new_key() -> str:
    """Make a key, which seals from now on, and give its name. It comes whole or not at all, for its owner's eyes only (0600)."""
    place, key = folder(), secrets.token_bytes(KEY_BYTES)
    now, names = clock.now(), key_names()
    if names and now <= made_at(names[-1]):
        now = made_at(names[-1]) + dt.timedelta(microseconds=1)
    name = f"{now.astimezone(dt.UTC).strftime(_STAMP)}-{_fingerprint(key)}"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place / f".{name}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(key.hex())
            out.flush()
            os.fsync(out.fileno())
        draft.rename(place / name)
    except OSError as error:
        raise KeyTrouble(f"A key for notices cannot be made in {place}: {error.strerror}.") from error
    return name


def destroy(name: str) -> None:
    """Overwrite and remove a key. What was sealed with it cannot be opened again, here or in any copy of the database."""
    file = folder() / name
    with file.open("r+b") as out:
        out.write(b"0" * (2 * KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    file.unlink()


def seal(content: dict[str, Any], *, bound_to: str) -> Sealed:
    """Encrypt plain data with the newest key. Call it inside the transaction that stores it: see ``actions.rotate_key``."""
    name = newest()
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % PADDED_TO)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(name, nonce + AESGCM(_key(name)).encrypt(nonce, text, bound_to.encode()))


def unseal(sealed: Sealed, *, bound_to: str) -> dict[str, Any]:
    """Decrypt. Raises KeyTrouble where the key is missing or wrong, or the text is not the one that was sealed for this place."""
    key = _key(sealed.key)
    try:
        text = AESGCM(key).decrypt(sealed.data[:NONCE_BYTES], sealed.data[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise KeyTrouble(ALTERED) from error
    found: dict[str, Any] = json.loads(text)
    return found


def trouble_with(name: str) -> str:
    """Why a key cannot be used, in a sentence; empty when it can."""
    try:
        _key(name)
    except KeyTrouble as trouble:
        return trouble.sentence
    return ""


def _key(name: str) -> bytes:
    form = _NAME.fullmatch(name)
    if form is None:
        raise KeyTrouble(MISSING)
    try:
        key = bytes.fromhex((folder() / name).read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise KeyTrouble(MISSING) from error
    except OSError as error:
        raise KeyTrouble(
            f"The key of this notice cannot be read: {error.strerror}. Tell your administrator."
        ) from error
    except ValueError as error:
        raise KeyTrouble(WRONG) from error
    if len(key) != KEY_BYTES or not secrets.compare_digest(_fingerprint(key), form[2]):
        raise KeyTrouble(WRONG)
    return key


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"childfirst notices" + key).hexdigest()[:16]
