"""Both doors on free loopback ports, each a process of its own as in service, on an invented partnership's data."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.prepare import put_state

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 90


@dataclass(frozen=True)
class Site:
    """The running workspace. ``roles`` gives for each role the session cookie and its pages, each with its records' state."""

    url: str
    roles: dict[str, dict[str, Any]]
    database: Path
    states: Path

    def with_records(self, state: str) -> None:
        """Let the workspace hold the records of one page."""
        put_state(self.states / state, self.database)


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, door: str, **others: str) -> dict[str, str]:
    """The environment of one process of the test partnership."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHILDFIRST_", "DJANGO_"))}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(str(path) for path in (ROOT, ROOT / "src")),
        "DJANGO_SETTINGS_MODULE": f"tests.browser.settings_{door}",
        "CHILDFIRST_DATA_DIR": str(data),
        "CHILDFIRST_SECRET_KEY": "only-for-tests-" + "x" * 50,
        "CHILDFIRST_PARTNERSHIP_NAME": "Saltmere Partnership",
        "CHILDFIRST_PARTNERSHIP_EMAIL": "partnership@example.org",
        "CHILDFIRST_LOG_LEVEL": "WARNING",
        **others,
    }


def run(module: str, *arguments: str, env: dict[str, str]) -> str:
    """Run a module to its end and give what it printed. Raises RuntimeError with its messages when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


@contextlib.contextmanager
def serving(door: str, data: Path, *, workers: int = 1, **others: str) -> Iterator[str]:
    """The address of one door while it runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(data, door, **{f"CHILDFIRST_{door.upper()}_URL": url, **others})
    with _running(f"childfirst.config.wsgi_{door}:application", port, workers, data / f"{door}-server.log", env):
        yield url


@contextlib.contextmanager
def bare(data: Path, size: int, *, workers: int = 1) -> Iterator[str]:
    """The address of a program that answers everything with ``size`` ready bytes, served in the same way."""
    port = free_port()
    env = environment(data, "public", CHILDFIRST_BARE_BYTES=str(size))
    with _running("tests.browser.bare:application", port, workers, data / "bare-server.log", env):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _running(application: str, port: int, workers: int, log_file: Path, env: dict[str, str]) -> Iterator[None]:
    log = log_file.open("w+")
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--threads", "4", "--worker-class", "gthread", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/health/live", process, log.name)
        yield
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        if process.poll() is None:
            process.kill()
            process.wait()
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start:\n{Path(log).read_text()[-4000:]}")
        time.sleep(0.1)


def publish(data: Path, *arguments: str) -> None:
    """Make the invented published store and collect the static files."""
    data.mkdir(parents=True, exist_ok=True)
    run("django", "collectstatic", "--noinput", "-v0", env=environment(data, "workspace"))
    run("tests.public.invented", *arguments, env=environment(data, "workspace"))


def furnish(data: Path) -> dict[str, Any]:
    """Make the workspace's database with an account in each role; gives what ``prepare`` prints."""
    found: dict[str, Any] = json.loads(
        run("tests.browser.prepare", env=environment(data, "workspace")).splitlines()[-1]
    )
    return found
