"""The public process stands alone: no workspace database, no key, nothing to write to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.public.invented import NEWEST, SEARCHES

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = [
    "/", "/measures", f"/measures/{SEARCHES}", f"/measures/{SEARCHES}.csv", f"/releases/{NEWEST}",
    f"/releases/{NEWEST}/files/{SEARCHES}.csv", "/releases.atom", "/api/v1/measures", "/health/ready",
]  # fmt: skip
PROGRAM = """
import io, json, os, sys

if os.geteuid() == 0:  # root could write everywhere: give up what sets root above permissions
    import ctypes
    version_3, none = ctypes.c_uint32 * 2, (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(version_3(0x20080522, 0), none) == 0
from childfirst.config.wsgi_public import application

def ask(path, method="GET"):
    path, _, query = path.partition("?")
    said = {}
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "SERVER_PROTOCOL": "HTTP/1.1",
    }
    answer = application(environ, lambda status, headers, e=None: said.update(status=status, headers=headers))
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return int(said["status"][:3]), dict(said["headers"]), len(body)

from django.db import connections, utils
from childfirst.published.models import Release

try:
    open(os.path.join(os.environ["CHILDFIRST_DATA_DIR"], "new"), "w")
    raise SystemExit("the folder can be written to")
except PermissionError:
    pass
found = {path: ask(path)[0] for path in json.loads(sys.argv[1])}
found["length of HEAD"] = ask("/", "HEAD")[2]
for name, act in {
    "workspace": lambda: connections["default"].cursor(),
    "write": lambda: Release.objects.using("published").update(title="changed"),
}.items():
    try:
        act()
        found[name] = "done"
    except Exception as error:
        found[name] = type(error).__name__
found["rooms"] = sorted(
    name for name in sys.modules
    if name.startswith("childfirst.") and name.count(".") == 1 and name.split(".")[1] not in
    ("config", "public", "published", "design", "shared")
)
found["sessions"] = [name for name in sys.modules if name in ("django.contrib.sessions", "allauth", "django.contrib.auth.models")]
print(json.dumps(found))
"""


def environment(data: Path, door: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHILDFIRST_", "DJANGO_"))}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": f"tests.browser.settings_{door}",
        "CHILDFIRST_DATA_DIR": str(data),
        "CHILDFIRST_SECRET_KEY": "x" * 60,
    }


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a public process says whose data folder holds the published store alone, and may not be written to."""
    made = tmp_path_factory.mktemp("made")
    for module, *arguments in (["tests.public.invented"], ["django", "collectstatic", "--noinput", "-v0"]):
        subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment(made, "workspace"), check=True
        )
    data = tmp_path_factory.mktemp("alone")
    try:
        shutil.copytree(made / "published", data / "published")
        shutil.copytree(made / "static", data / "static")
        assert sorted(path.name for path in data.iterdir()) == ["published", "static"]
        for path in (data, *data.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(ADDRESSES)],
            cwd=ROOT,
            env=environment(data, "public") | {"CHILDFIRST_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        left = sorted(path.name for path in data.iterdir())
        assert left == ["published", "static"]
        return dict(json.loads(done.stdout.splitlines()[-1]))
    finally:
        for path in (data, *data.rglob("*")):  # so that pytest can clear it away
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_without_a_workspace(answers: dict[str, object], address: str) -> None:
    assert answers[address] == 200


def test_there_is_no_way_to_the_workspace(answers: dict[str, object]) -> None:
    assert answers["workspace"] == "ImproperlyConfigured"


def test_the_published_store_cannot_be_changed(answers: dict[str, object]) -> None:
    assert answers["write"] == "OperationalError"


def test_no_other_room_is_even_loaded(answers: dict[str, object]) -> None:
    assert answers["rooms"] == []
    assert answers["sessions"] == []


def test_head_has_no_body(answers: dict[str, object]) -> None:
    assert answers["length of HEAD"] == 0
