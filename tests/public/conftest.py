"""The public site inside the test process: its own addresses, its own middleware, no workspace about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, override_settings

from childfirst.config.settings import public as public_settings
from tests.public import invented

WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"


@pytest.fixture
def published_dir(tmp_path: Path) -> Path:
    """Where this test's bundles stand."""
    return tmp_path / "published"


@pytest.fixture
def _public(published_dir: Path) -> Iterator[None]:
    templates = [
        {
            **settings.TEMPLATES[0],
            "DIRS": [settings.PACKAGE_DIR / "public" / "templates"],
            "OPTIONS": {"context_processors": ["childfirst.design.context.site"]},
        }
    ]
    with override_settings(
        ROOT_URLCONF=public_settings.ROOT_URLCONF,
        APPEND_SLASH=public_settings.APPEND_SLASH,
        MIDDLEWARE=[name for name in public_settings.MIDDLEWARE if name != WHITENOISE],
        TEMPLATES=templates,
        PUBLISHED_DIR=published_dir,
        PARTNERSHIP_EMAIL="partnership@example.org",
        PARTNERSHIP_NAME="Saltmere & Partners",
    ):
        yield


@pytest.fixture(autouse=True)
def _connections_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a request would close the connection in whose transaction the test stands."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda connection: None)


@pytest.fixture
def empty(_public: None) -> Client:
    """A reader of a site on which nothing has been published yet."""
    return Client()


@pytest.fixture
def reader(empty: Client, published_dir: Path) -> Client:
    """A reader of the invented partnership's site."""
    invented.publish(published_dir)
    return empty
