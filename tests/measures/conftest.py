"""Every test of this room has its own facts folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def facts_folder(settings: Any, tmp_path: Path) -> Path:
    settings.FACTS_DIR = tmp_path / "facts"
    return tmp_path / "facts"
