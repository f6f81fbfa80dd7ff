"""Serving: the public site, the workspace and the task worker, as three processes under one watch."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click
from django.conf import settings

from childfirst.shared.errors import UserError

STARTING_SECONDS = 60
UPKEEP_SECONDS = 300
"""How often it is asked what is due; each task runs once an hour or once a day."""
PORT = click.IntRange(1, 65_535)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the two sites listen and with how many workers."""

    host: str = "127.0.0.1"
    public_port: int = 8000
    workspace_port: int = 8001
    workers: int = 2

    @property
    def public_url(self) -> str:
        return f"http://{self.host}:{self.public_port}"

    @property
    def workspace_url(self) -> str:
        return f"http://{self.host}:{self.workspace_port}"


def _gunicorn(door: str, host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", f"childfirst.config.wsgi_{door}:application",
        "--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4", "--worker-class", "gthread",
        "--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else str(settings.DATA_DIR),  # noqa: S108
        "--name", f"childfirst-{door}", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def commands(plan: Plan) -> dict[str, list[str]]:
    """The command line of each process."""
    return {
        "public": _gunicorn("public", plan.host, plan.public_port, plan.workers),
        "workspace": _gunicorn("workspace", plan.host, plan.workspace_port, plan.workers),
        "worker": [sys.executable, "-m", "django", "db_worker", "--no-reload"],
    }


def _environment(plan: Plan, door: str) -> dict[str, str]:
    module = "public" if door == "public" else "workspace"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"childfirst.config.settings.{module}",
        "CHILDFIRST_DATA_DIR": str(settings.DATA_DIR),
        "CHILDFIRST_PUBLIC_URL": os.environ.get("CHILDFIRST_PUBLIC_URL", plan.public_url),
        "CHILDFIRST_WORKSPACE_URL": os.environ.get("CHILDFIRST_WORKSPACE_URL", plan.workspace_url),
    }


def check_ports(plan: Plan) -> None:
    """Raise UserError when one of the two addresses is taken or may not be used."""
    if plan.public_port == plan.workspace_port:
        raise UserError("The public site and the workspace need a port each.")
    for port in (plan.public_port, plan.workspace_port):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((plan.host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise UserError(f"{plan.host}:{port} cannot be listened on: {error.strerror}.") from error
                other = plan.public_port + 100
                raise UserError(
                    f"Another program already uses {plan.host}:{port}. Stop it, or choose another port: --port {other}, "
                    f"or make demo PORT={other}."
                ) from error


def _wait_until_ready(plan: Plan, ended: Callable[[], bool], where: str = "The lines above say") -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    for url in (plan.public_url, plan.workspace_url):
        while not _answers(f"{url}/health/ready"):
            if ended():
                raise UserError(f"A process ended at its start. {where} why.")
            if time.monotonic() > deadline:
                raise UserError(f"{url} did not answer within {STARTING_SECONDS} seconds. {where} why.")
            time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


class Upkeep:
    """Starts ``childfirst upkeep`` every few minutes, one run after another, beside the servers."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: subprocess.Popen[bytes] | None = None
        self.last = time.monotonic()

    def start_if_due(self) -> None:
        """Start a run when the last one is long enough ago and has ended."""
        ended = self.running is None or self.running.poll() is not None
        if ended and time.monotonic() - self.last >= UPKEEP_SECONDS:
            self.last = time.monotonic()
            self.running = subprocess.Popen(
                [sys.executable, "-m", "childfirst", "upkeep", "--quietly"], env=self.environment
            )

    def stop(self) -> None:
        """End a run that is under way: what it had begun is undone, and done again next time."""
        if self.running is not None:
            self.running.terminate()


def serve_in_foreground(plan: Plan) -> None:
    """Run the three processes until one of them ends or the person presses Ctrl+C; then stop the others.

    While it runs it holds a lock on ``running.pid`` in the data folder, which is how another command finds it.
    Raises UserError when the data folder is being served already, or a port is taken.
    """
    with _lock() as file:
        check_ports(plan)
        running = [subprocess.Popen(command, env=_environment(plan, name)) for name, command in commands(plan).items()]  # noqa: S603
        upkeep = Upkeep(_environment(plan, "workspace"))
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            _wait_until_ready(plan, lambda: any(process.poll() is not None for process in running))
            click.echo(f"Public site: {plan.public_url}   Workspace: {plan.workspace_url}   (Ctrl+C stops both)")
            while all(process.poll() is None for process in running):
                upkeep.start_if_due()
                time.sleep(0.5)
            raise UserError("A process ended. The lines above say why.")
        except KeyboardInterrupt:
            pass
        finally:
            upkeep.stop()
            for process in running:
                process.terminate()
            for process in running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=15)


@contextlib.contextmanager
def _lock() -> Iterator[TextIO]:
    with (Path(settings.DATA_DIR) / "running.pid").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"{settings.DATA_DIR} is being served already. Stop that first: childfirst stop."
            ) from error
        yield file


def stop_running() -> bool:
    """Stop whoever serves this data folder, and wait until it has ended; False when nobody does.

    Raises UserError when it does not end within 20 seconds.
    """
    file = Path(settings.DATA_DIR) / "running.pid"
    if not file.is_file():
        return False
    deadline = time.monotonic() + 20
    asked = False
    while True:
        try:
            with _lock():
                return asked
        except UserError:
            if not asked and (pid := file.read_text().strip()):
                os.kill(int(pid), signal.SIGTERM)
                asked = True
            if time.monotonic() > deadline:
                raise UserError(f"Process {file.read_text()} does not stop. End it by hand.") from None
            time.sleep(0.1)


def serve_in_background(plan: Plan) -> None:
    """Stop an earlier start of ours, start anew apart from this terminal, and return when both sites answer."""
    stop_running()
    check_ports(plan)
    log_dir = Path(settings.DATA_DIR) / "log"
    log_dir.mkdir(parents=True, exist_ok=True)
    with (log_dir / "serve.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603
            [
                sys.executable, "-m", "childfirst", "serve", "--no-setup", "--host", plan.host,
                "--port", str(plan.public_port), "--workspace-port", str(plan.workspace_port),
                "--workers", str(plan.workers),
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_ready(plan, lambda: server.poll() is not None, f"{log_dir / 'serve.log'} says")
    except BaseException:
        server.terminate()
        raise


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=PORT, help="Port of the public site.")
@click.option("--workspace-port", type=PORT, help="Port of the workspace. [default: the public port + 1]")
@click.option("--setup/--no-setup", default=True, show_default=True, help="Bring the databases up to date first.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Worker processes of each site.")
def serve(host: str, port: int, workspace_port: int | None, workers: int, setup: bool) -> None:
    """Serve the public site, the workspace and the task worker until Ctrl+C."""
    from childfirst.cli.setup import prepare

    plan = Plan(host, port, workspace_port or port + 1, workers)
    check_ports(plan)
    if setup:
        prepare(quietly=True)
    serve_in_foreground(plan)


@click.command()
def stop() -> None:
    """Stop the platform that `childfirst demo` left running (or the one that serves CHILDFIRST_DATA_DIR)."""
    click.echo("Stopped." if stop_running() else "Nothing was running.")
