"""A child is a keyed hash of the force's own reference: the same child gives the same pseudonym, and no pseudonym gives a child.

The key is made once, in ``KEYS_DIR/child-references``, and never leaves the installation. Who loses it loses the links between a
child's encounters, and nothing else; who erases it has anonymised them all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from django.conf import settings

from childfirst.shared.errors import UserError

_FORM = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9/\-]{3,39}")


def pseudonym(reference: str) -> str:
    """The pseudonym (64 hexadecimal letters) of a force's reference for a person; empty for no reference.

    Case and spaces do not matter. Raises UserError for text that is no reference number: a name must never come here.
    """
    text = re.sub(r"\s+", "", reference).upper()
    if not text:
        return ""
    if not _FORM.fullmatch(text):
        raise UserError("A reference has 4 to 40 letters and numbers, with a number in it. Never enter a name here.")
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    file = Path(settings.KEYS_DIR) / "child-references"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(file.read_text(encoding="ascii"))
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secret := secrets.token_hex(32))
    return bytes.fromhex(secret)
