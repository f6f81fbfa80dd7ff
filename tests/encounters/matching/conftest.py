"""A small register for every test of the chamber."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tests.encounters.matching import makers


@pytest.fixture(autouse=True)
def _register(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db" if not _transactional(request) else "transactional_db")
        makers.register()


def _transactional(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
