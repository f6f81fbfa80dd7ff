"""Keys in a folder of each test's own, and a clock that can be moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from childfirst.shared import clock

Move = Callable[..., dt.datetime]


@pytest.fixture(autouse=True)
def keys(settings: LazySettings, tmp_path: Path) -> Path:
    """The keys folder, empty at the beginning."""
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys" / "notices"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Move:
    """``at(2026, 3, 27, 16)`` puts the clock on that moment in London; ``at(days=2)`` moves it on from there."""
    moment = [dt.datetime(2026, 3, 24, 10, tzinfo=clock.LONDON)]
    monkeypatch.setattr(clock, "now", lambda: moment[0].astimezone(dt.UTC))

    def move(*parts: int, **by: float) -> dt.datetime:
        moment[0] = (
            dt.datetime(*parts, tzinfo=clock.LONDON) if parts else moment[0].astimezone(dt.UTC) + dt.timedelta(**by)
        )  # type: ignore[misc,arg-type]
        return moment[0]

    return move
