"""Every test of this room has its own folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from childfirst.release import building


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """How few cells can be hidden is the engine's own test."""
    monkeypatch.setattr(building, "effort", lambda: building.DEMO_EFFORT)


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> Path:
    settings.FACTS_DIR = tmp_path / "facts"
    settings.BUNDLES_DIR = tmp_path / "bundles"
    settings.KEYS_DIR = tmp_path / "keys"
    settings.PUBLISHED_DIR = tmp_path / "published"
    settings.SIGNING_KEY_FILE = ""
    return tmp_path
