"""A private PostgreSQL server for the tests: found on the system, started on a free port, removed afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


def server_binaries() -> Path | None:
    """The folder with initdb and postgres, the newest version first; None where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    folders += [Path("/usr/local/bin"), Path("/usr/bin"), Path("/opt/homebrew/bin"), Path("/usr/pgsql/bin")]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _as_unprivileged() -> tuple[list[str], str | None]:
    """How to start the server: PostgreSQL refuses root, so root steps down to an account that owns nothing."""
    if os.geteuid() != 0:
        return [], None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            if shutil.which("setpriv"):
                return ["setpriv", f"--reuid={name}", "--clear-groups", "--"], name
            return ["su", "-s", "/bin/sh", name, "-c"], name
    raise SystemExit("PostgreSQL cannot run as root, and neither `postgres` nor `nobody` exists.")


def _run(command: list[str], prefix: list[str]) -> subprocess.CompletedProcess[str]:
    full = [*prefix, " ".join(command)] if prefix[:1] == ["su"] else [*prefix, *command]
    return subprocess.run(full, capture_output=True, text=True, cwd="/", check=False)


@contextlib.contextmanager
def temporary_server(binaries: Path) -> Iterator[str]:
    """Run a server without durability on a free loopback port; yields its address without a database name."""
    prefix, owner = _as_unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="childfirst-postgres-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    if owner:
        shutil.chown(folder, owner)
        shutil.chown(data, owner)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        made = _run(
            [str(binaries / "initdb"), "-D", str(data), "-U", "childfirst", "-A", "trust", "-E", "UTF8", "--no-sync"],
            prefix,
        )
        if made.returncode:
            raise SystemExit(f"initdb failed: {made.stderr[-500:]}")
        quoted = f"'{options}'" if prefix[:1] == ["su"] else options
        begun = _run(
            [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", quoted, "start"], prefix
        )
        if begun.returncode:
            raise SystemExit(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")
        for name in ("workspace", "published"):
            _run([str(binaries / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "childfirst", name], prefix)
        yield f"postgresql://childfirst@127.0.0.1:{port}"
    finally:
        _run([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], prefix)
        shutil.rmtree(folder, ignore_errors=True)
