"""Run every check of the project, one after another, and end with what ran, what was skipped and what failed.

``--fast`` runs lint, types, floors and the quick tests only. Exit code 0 means that everything that could run passed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
POSTGRES_HINT = "no PostgreSQL server binaries (initdb, postgres) on this machine: the PostgreSQL part did not run"


@dataclass
class Outcome:
    """What became of one step; ``counts`` are the test runner's own numbers."""

    title: str
    state: str  # passed, failed, skipped
    seconds: float
    detail: str = ""


def run(title: str, command: list[str], *, environment: dict[str, str] | None = None) -> Outcome:
    """Run one step with its output on the terminal, and keep the closing line of pytest."""
    print(f"\n=== {title}", flush=True)
    started = time.monotonic()
    closing = ""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if re.search(r"\d+ (passed|failed|skipped|error)", line):
                closing = line.strip(" =\n")
    state = "passed" if process.returncode == 0 else "failed"
    return Outcome(title, state, time.monotonic() - started, closing)


def skip(title: str, why: str) -> Outcome:
    """A step that cannot run here, said loudly."""
    print(f"\n=== {title}\n!!! SKIPPED: {why}", flush=True)
    return Outcome(title, "skipped", 0, why)


def tool(name: str, *arguments: str) -> list[str]:
    """The command line of a tool of the virtual environment."""
    return [str(BIN / name), *arguments]


def pytest(*arguments: str) -> list[str]:
    """A pytest run on both cores."""
    return [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        str(min(4, os.cpu_count() or 2)),
        "--dist",
        "loadfile",
        *arguments,
    ]


def static_checks() -> list[Outcome]:
    """Lint, format, templates, floors, types and migrations."""
    templates = sorted({str(path.parent) for path in (ROOT / "src").rglob("templates/*") if path.is_dir()})
    settings = {"DJANGO_SETTINGS_MODULE": "childfirst.config.settings.test"}
    manage = [sys.executable, "-m", "django"]
    return [
        run("Lint (ruff)", tool("ruff", "check", "src", "tests", "benchmarks", "scripts")),
        run("Format (ruff)", tool("ruff", "format", "--check", "src", "tests", "benchmarks", "scripts")),
        run("Templates (djlint)", tool("djlint", "--quiet", "--lint", *templates)),
        run("Floors of the house (import-linter)", tool("lint-imports", "--no-cache")),
        run("Types (mypy)", tool("mypy")),
        run("Django's own checks", [*manage, "check", "--fail-level", "WARNING"], environment=settings),
        run("Migrations match the models", [*manage, "makemigrations", "--check", "--dry-run"], environment=settings),
    ]


def on_postgres() -> Outcome:
    """The tests marked ``database`` again, on a private PostgreSQL server that lives as long as they do."""
    title = "Tests that touch the database, on PostgreSQL"
    from postgres import server_binaries, temporary_server

    binaries = server_binaries()
    if binaries is None:
        return skip(title, POSTGRES_HINT)
    with temporary_server(binaries) as url:
        environment = {"CHILDFIRST_DATABASE_URL": f"{url}/workspace", "CHILDFIRST_PUBLISHED_URL": f"{url}/published"}
        return run(title, pytest("-m", "database and not browser", "tests"), environment=environment)


def in_browser() -> Outcome:
    """The pages in a real browser, with axe."""
    title = "Pages in a browser, with axe"
    from browser import find_or_install

    chromium = find_or_install()
    if chromium is None:
        return skip(title, "no Chromium on this machine and none could be installed: the browser tests did not run")
    return run(title, pytest("-m", "browser", "tests/browser"), environment={"CHILDFIRST_CHROMIUM": chromium})


def main() -> int:
    """Run the steps and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave out PostgreSQL, the browser and the real files")
    arguments = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    started = time.monotonic()
    outcomes = static_checks()
    if arguments.fast:
        outcomes.append(run("Quick tests", pytest("-m", "not browser and not shared", "tests")))
    else:
        outcomes.append(run("Tests, on SQLite", pytest("-m", "not browser", "tests")))
        outcomes.append(on_postgres())
        outcomes.append(in_browser())
    print(f"\n{'=' * 30} Summary, after {time.monotonic() - started:.0f} s")
    width = max(len(outcome.title) for outcome in outcomes)
    for outcome in outcomes:
        print(f"{outcome.state:8} {outcome.title:{width}}  {outcome.seconds:4.0f} s  {outcome.detail}")
    if not (ROOT.parent / "shared" / "data").is_dir() and "CHILDFIRST_SHARED" not in os.environ:
        print("skipped  Tests on the real files: ../shared/data is not here")
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    shown = [outcome for outcome in outcomes if outcome.state == "passed"]
    left_out = [outcome for outcome in outcomes if outcome.state == "skipped"]
    print(f"\nsteps: {len(shown)} passed, {len(failed)} failed, {len(left_out)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    if shutil.which("git") is None:
        print("git is not on the path; the checks go on without it.")
    raise SystemExit(main())
