"""The installation's signing key, and the signature over a bundle's checksums."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from childfirst.published.bundles import PUBLIC_KEY, SIGNATURE, SUMS
from childfirst.shared.errors import UserError

KEY_FILE = "release-signing-key.pem"


def signing_key() -> Ed25519PrivateKey:
    """The key that the settings name, or the one in the keys folder, made there at the first call (mode 0600).

    Raises UserError when the file that the settings name is missing or holds no Ed25519 private key.
    """
    if settings.SIGNING_KEY_FILE:
        file = Path(settings.SIGNING_KEY_FILE)
        if not file.is_file():
            raise UserError(f"The signing key file {file} does not exist.")
    else:
        file = Path(settings.KEYS_DIR) / KEY_FILE
        _make(file)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise UserError(f"The signing key file {file} holds no private key without a password.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UserError(f"The signing key file {file} holds no Ed25519 key.")
    return key


def _make(file: Path) -> None:
    """Whole or not at all: written beside its place first, so that a crash leaves no half key, and linked in one step."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def sign_bundle(folder: Path) -> None:
    """Add the signature and the public key to a bundle. Ed25519 is deterministic: the same key gives the same bytes."""
    key = signing_key()
    (folder / SIGNATURE).write_bytes(key.sign((folder / SUMS).read_bytes()))
    (folder / PUBLIC_KEY).write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
