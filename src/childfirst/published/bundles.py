"""Reading and verifying a release bundle with nothing but its folder. No Django, no settings, no database.

``SHA256SUMS`` lists every file but itself, its signature and the public key, in the form of ``sha256sum``.
``SHA256SUMS.sig`` is the raw Ed25519 signature (RFC 8032) of the bytes of ``SHA256SUMS``; ``public-key.pem`` the key.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from childfirst.shared.errors import UserError

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
PUBLIC_KEY = "public-key.pem"
DICTIONARY = "dictionary.json"
DATAPACKAGE = "datapackage.json"
DISCLOSURE = "disclosure.json"
NOTES = "notes.md"
UNLISTED = frozenset({SUMS, SIGNATURE, PUBLIC_KEY})

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]*)")

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pem": "application/x-pem-file",
}
_INTEGERS = frozenset({"count", "denominator"})
_DECIMALS = frozenset({"rate", "lower", "upper"})


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. ``problems`` are sentences; the bundle is sound when there are none.

    ``fingerprint`` is the SHA-256 of the signer's raw public key, in hexadecimal; empty for an unsigned draft.
    """

    files: int
    digest: str
    fingerprint: str
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.problems


def digest_of(folder: Path) -> str:
    """SHA-256 of ``SHA256SUMS``: the bundle in one number, which is what people sign."""
    return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()


def fingerprint_of(pem: bytes) -> str:
    """SHA-256 of a public key's 32 bytes. Raises UserError when it is no Ed25519 public key."""
    return hashlib.sha256(_key(pem).public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def verify(folder: Path, *, key: bytes | None = None, signed: bool = True) -> Verification:
    """Check every checksum, that no file is missing or added, and the signature.

    ``key`` is a public key (PEM) that one already trusts; without it the signature is checked against the key in the folder,
    which shows that nothing was changed since that key signed, not whose key it is. ``signed=False`` accepts a draft.
    Raises UserError when the folder is no bundle at all.
    """
    if not (folder / SUMS).is_file():
        raise UserError(f"{folder} is not a release bundle: it has no {SUMS}.")
    raw = (folder / SUMS).read_bytes()
    problems: list[str] = []
    listed = _listed(raw, problems)
    problems += _compare(folder, listed)
    fingerprint = ""
    if signed:
        fingerprint, found = _check_signature(folder, raw, key)
        problems += found
    return Verification(len(listed), hashlib.sha256(raw).hexdigest(), fingerprint, tuple(problems))


def _listed(raw: bytes, problems: list[str]) -> dict[str, str]:
    listed: dict[str, str] = {}
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed or match[2] in UNLISTED:
            problems.append(f"Line {number} of {SUMS} is not a checksum and the name of a file.")
        else:
            listed[match[2]] = match[1]
    if not listed and not problems:
        problems.append(f"{SUMS} lists no file.")
    return listed


def _compare(folder: Path, listed: dict[str, str]) -> list[str]:
    problems = []
    for name, expected in listed.items():
        file = folder / name
        if file.is_symlink() or not file.is_file():
            problems.append(f"{name} is missing.")
        elif _sha256(file) != expected:
            problems.append(f"{name} was changed after it was signed.")
    known = {*listed, *UNLISTED}
    problems += [
        f"{path.name} does not belong to the bundle." for path in sorted(folder.iterdir()) if path.name not in known
    ]
    return problems


def _check_signature(folder: Path, raw: bytes, key: bytes | None) -> tuple[str, list[str]]:
    if not (folder / SIGNATURE).is_file() or not (folder / PUBLIC_KEY).is_file():
        return "", ["The bundle is not signed: it is a draft, not a release."]
    own = (folder / PUBLIC_KEY).read_bytes()
    try:
        trusted = _key(key if key is not None else own)
        fingerprint = fingerprint_of(own)
    except UserError as error:
        return "", [error.sentence]
    if key is not None and fingerprint_of(key) != fingerprint:
        return fingerprint, ["The bundle was signed with another key than the one that you trust."]
    try:
        trusted.verify((folder / SIGNATURE).read_bytes(), raw)
    except InvalidSignature:
        return fingerprint, [f"The signature does not belong to {SUMS}: one of the two was changed."]
    return fingerprint, []


def _key(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise UserError("The public key is not a PEM file.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UserError("The public key is not an Ed25519 key.")
    return key


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's content as plain data: what the published store needs of it."""

    folder: Path
    release: dict[str, Any]
    measures: tuple[dict[str, Any], ...]
    tables: tuple[dict[str, Any], ...]
    notes: str
    disclosure: dict[str, Any]
    signature: str
    public_key: str

    def rows(self, table: dict[str, Any]) -> list[list[Any]]:
        """The rows of a table from its CSV; an empty cell is None."""
        roles = [column["role"] for column in table["columns"]]
        with (self.folder / f"{table['name']}.csv").open(encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream)
            next(lines)
            return [[_value(text, role) for text, role in zip(line, roles, strict=True)] for line in lines]

    def files(self) -> list[dict[str, Any]]:
        """Every file of the folder, as the store lists them."""
        return [
            {
                "name": path.name,
                "title": _title(path.name, self.tables),
                "bytes": path.stat().st_size,
                "sha256": _sha256(path),
                "media_type": MEDIA_TYPES.get(path.suffix, "application/octet-stream" if path.suffix else "text/plain"),
            }
            for path in sorted(self.folder.iterdir())
        ]


def read(folder: Path) -> Bundle:
    """The bundle in a folder, verified first. Raises UserError with every problem when it is not sound."""
    found = verify(folder)
    if not found.is_sound:
        raise UserError(f"The bundle cannot be published: {' '.join(found.problems)}")
    dictionary = json.loads((folder / DICTIONARY).read_text(encoding="utf-8"))
    return Bundle(
        folder=folder,
        release=dictionary["release"],
        measures=tuple(dictionary["measures"]),
        tables=tuple(dictionary["tables"]),
        notes=(folder / NOTES).read_text(encoding="utf-8"),
        disclosure=json.loads((folder / DISCLOSURE).read_text(encoding="utf-8")),
        signature=(folder / SIGNATURE).read_bytes().hex(),
        public_key=(folder / PUBLIC_KEY).read_text(encoding="ascii"),
    )


def _value(text: str, role: str) -> Any:
    if text == "" and role != "dimension":
        return None
    if role in _INTEGERS:
        return int(text)
    return float(text) if role in _DECIMALS else text


_TITLES = {
    DATAPACKAGE: "Description of the data package (Frictionless)",
    DICTIONARY: "Measures and columns as data",
    DISCLOSURE: "What was hidden, by which rule, and what the attack found",
    NOTES: "Notes",
    SUMS: "Checksums",
    SIGNATURE: "Signature of the checksums",
    PUBLIC_KEY: "Public key of the signature",
}


def _title(name: str, tables: tuple[dict[str, Any], ...]) -> str:
    if name in _TITLES:
        return _TITLES[name]
    for table in tables:
        if name == f"{table['name']}.csv":
            return f"{table['title']} (CSV)"
        if name == f"{table['name']}.parquet":
            return f"{table['title']} (Parquet)"
        if name == f"{table['name']}.csv-metadata.json":
            return f"{table['title']}: description of the CSV (CSVW)"
    return name
