"""The index of schools and the model of the matcher: in memory, and on disk so that a process starts in a moment.

The index is built from the register of schools and kept under a fingerprint of what it was built from, and of the engine's own
code: another register or another engine is another file. The model is the packaged one until an analyst accepts a retrained one.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max

from childfirst.encounters.matching.models import ModelVersion
from childfirst.encounters.matching.vocabulary import ModelState
from childfirst.engines.linkage import Model, Register, model, packaged
from childfirst.places import queries as places
from childfirst.places.models import School, SchoolName
from childfirst.shared.errors import UserError

ENGINE = "childfirst.engines.linkage"
KEPT_INDEXES = 2
ASKED_EVERY = 10.0
_lock = threading.Lock()
_kept: dict[str, Matcher] = {}
_asked: tuple[float, str, str] | None = None

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matcher:
    """An index of schools and a model; ``fingerprint`` names both."""

    register: Register
    model: Model
    fingerprint: str


def folder() -> Path:
    """Where the chamber keeps its files: indexes, models, uploads. Nobody else may read there."""
    place = Path(settings.DATA_DIR) / "matching"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def matcher() -> Matcher:
    """The matcher for the register as it is now, from memory, from disk, or built anew.

    Raises UserError while there are no schools.
    """
    stamp = register_stamp()
    in_use = model_in_use()
    key = f"{stamp}/{in_use}"
    with _lock:
        if key not in _kept:
            fitted = model_of(in_use)
            register = _from_disk(stamp) or _built(stamp)
            _kept.clear()
            _kept[key] = Matcher(register, fitted, f"{register.fingerprint[:20]}{in_use[:20]}")
        return _kept[key]


def kept_matcher() -> Matcher | None:
    """The matcher from memory or from disk; None where its index would have to be built first.

    For pages that must not wait. The register is asked whether it changed at most every ten seconds.
    """
    global _asked
    now = time.monotonic()
    if _asked is None or now - _asked[0] > ASKED_EVERY:
        _asked = now, register_stamp(), model_in_use()
    _, stamp, in_use = _asked
    found = _kept.get(f"{stamp}/{in_use}")
    if found is None and (folder() / "index" / f"{stamp}.index").is_file():
        found = matcher()
    return found


def register_stamp() -> str:
    """Changes whenever a school or one of its names is added, changed or removed, and with the engine's code."""
    schools = School.objects.aggregate(newest=Max("revision"), number=Count("pk"))
    names = SchoolName.objects.aggregate(newest=Max("pk"), number=Count("pk"))
    told = "/".join(str(part) for part in (*schools.values(), *names.values(), engine_fingerprint()))
    return hashlib.sha256(told.encode()).hexdigest()[:40]


@lru_cache(maxsize=1)
def engine_fingerprint() -> str:
    """A fingerprint of the engine's code: an index of another version is not read."""
    digest = hashlib.sha256()
    for file in sorted(resources.files(ENGINE).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".py"):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:20]


def _built(stamp: str) -> Register:
    if not School.objects.exists():
        raise UserError("There are no schools yet: bring in the register with `childfirst import schools`.")
    tables = places.register_table(), places.alias_table()
    register = Register.build(*tables)
    place = folder() / "index"
    place.mkdir(exist_ok=True, mode=0o700)
    draft = place / f".{stamp}.{os.getpid()}.{threading.get_ident()}"
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(register.to_bytes())
        draft.replace(place / f"{stamp}.index")
    except (OSError, pickle.PicklingError, TypeError, AttributeError):
        logger.warning(
            "The index of schools could not be kept on disk; it is built anew in each process.", exc_info=True
        )
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(place.glob("*.index"), key=lambda file: file.stat().st_mtime, reverse=True)[KEPT_INDEXES:]:
        old.unlink(missing_ok=True)
    return register


def _from_disk(stamp: str) -> Register | None:
    file = folder() / "index" / f"{stamp}.index"
    try:
        # Written by us into a folder that nobody else may write to.
        return Register.from_bytes(file.read_bytes())
    except FileNotFoundError:
        return None
    except Exception:
        logger.warning("The index of schools on disk cannot be read; it is built anew.", exc_info=True)
        return None


def model_in_use() -> str:
    """The fingerprint of the model in use."""
    accepted = ModelVersion.objects.filter(state=ModelState.ACCEPTED).values_list("fingerprint", flat=True).first()
    return accepted or packaged_fingerprint()


@lru_cache(maxsize=1)
def packaged_fingerprint() -> str:
    """The fingerprint of the model that ships with the engine."""
    return model_fingerprint(resources.files(ENGINE).joinpath("model.toml").read_text(encoding="utf-8"))


def model_fingerprint(source: str) -> str:
    """The fingerprint of a model: SHA-256 of its file."""
    return hashlib.sha256(source.encode()).hexdigest()


def model_file(fingerprint: str) -> Path:
    """Where a retrained model stands."""
    return folder() / "models" / f"{fingerprint}.toml"


def keep_model(source: str) -> str:
    """Write a model into the data folder and give its fingerprint."""
    fingerprint = model_fingerprint(source)
    file = model_file(fingerprint)
    file.parent.mkdir(exist_ok=True, mode=0o700)
    file.write_text(source, encoding="utf-8")
    return fingerprint


def model_of(fingerprint: str) -> Model:
    """A model by its fingerprint. Raises UserError when its file is gone or was changed."""
    if fingerprint == packaged_fingerprint():
        return packaged()
    try:
        source = model_file(fingerprint).read_text(encoding="utf-8")
    except OSError:
        raise UserError(
            "The file of the accepted model is gone. Accept another one, or go back to the one that ships."
        ) from None
    if model_fingerprint(source) != fingerprint:
        raise UserError(
            "The file of the accepted model was changed. Accept another one, or go back to the one that ships."
        )
    return model.from_toml(source)


def forget() -> None:
    """Let go of what is in memory."""
    global _asked
    _kept.clear()
    _asked = None
