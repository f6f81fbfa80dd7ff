"""A real browser, and both doors running as they do in service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from scripts.browser import find

from tests.browser import servers
from tests.browser.looking import AXE
from tests.browser.servers import Site
from tests.browser.stories import Partnership, standing

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, may reach the loopback address, and runs in one process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; the tests are skipped, loudly, where there is none."""
    if not AXE.is_file():
        _skip("axe-core is not in node_modules: run `make assets`")
    path = find()
    if path is None:
        _skip("there is no Chromium on this machine: set CHILDFIRST_CHROMIUM or run `playwright install chromium`")
    with sync_playwright() as tool:
        try:
            started = tool.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        except Error as error:
            _skip(f"{path} does not start: {str(error).splitlines()[0]}")
        yield started
        started.close()


def _skip(reason: str) -> NoReturn:
    pytest.skip(f"NO PAGE WAS SEEN IN A BROWSER: {reason}")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an invented partnership whose figures are published."""
    folder = tmp_path_factory.mktemp("partnership")
    servers.publish(folder)
    return folder


@pytest.fixture(scope="session")
def public(data: Path) -> Iterator[str]:
    """The address of the public site."""
    with servers.serving("public", data) as url:
        yield url


@pytest.fixture(scope="session")
def empty_public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a public site on which nothing has been published."""
    folder = tmp_path_factory.mktemp("beginner")
    servers.publish(folder, "--empty")
    with servers.serving("public", folder) as url:
        yield url


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The workspace with somebody signed in for each role."""
    folder = tmp_path_factory.mktemp("workspace")
    servers.publish(folder)
    made = servers.furnish(folder)
    with servers.serving("workspace", folder) as url:
        yield Site(url, made["roles"], Path(made["database"]), Path(made["states"]))


@pytest.fixture(scope="session")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partnership]:
    """A small demo partnership, served, for stories that sign in and write."""
    with standing(tmp_path_factory.mktemp("demo")) as found:
        yield found
