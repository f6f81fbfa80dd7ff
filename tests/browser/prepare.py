"""Fill the workspace of the browser tests: an account in each role, and the pages that it may open.

Run as a program with the workspace's settings; the last line that it prints is JSON: for each role the session cookie and its
pages. Every page is in one role's list only, but home, which is in each. The routes' records are made for an empty database
each, so every page has a copy of the database of its own, in ``states/``.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import django


def main() -> None:
    """Make databases, accounts and records, and print what the browser needs."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client
    from django.urls import reverse

    from childfirst.people.vocabulary import Role
    from tests.conftest import make_account, sign_in
    from tests.people.test_matrix import VISITOR, all_routes, opens_to

    settings.PUBLISHED_DIR.mkdir(parents=True, exist_ok=True)
    for alias in ("default", "published"):
        call_command("migrate", database=alias, verbosity=0)
    settings.ALLOWED_HOSTS.append("testserver")
    database = Path(settings.DATABASES["default"]["NAME"])
    states = settings.DATA_DIR / "states"
    states.mkdir()

    def keep(name: str) -> str:
        connections["default"].close()
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(states / name)) as target:
            source.backup(target)
        return name

    def restore(name: str) -> None:
        connections["default"].close()
        put_state(states / name, database)

    routes = [route for route in all_routes() if route.method == "get" and route.expect == 200]
    empty = keep("empty")
    seen: set[str] = set()
    found: dict[str, dict[str, Any]] = {}
    for who in (VISITOR, *Role):
        restore(empty)
        client = Client(raise_request_exception=False)  # a page that fails is for the browser to report
        account = None
        if who != VISITOR:
            account = make_account(Role(who), name=f"Alexandria Featherstonehaugh-Cholmondeley ({Role(who).label})")
            sign_in(client, account)
        begun = keep(f"begun-{who}")
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        session = cookie.value if cookie else ""
        pages = []
        for number, route in enumerate(routes):
            key = f"{route.name} {route.label}".strip()
            if not opens_to(route, who) or (key in seen and route.name != "home"):
                continue
            restore(begun)
            url = reverse(route.name, kwargs=route.make(account))
            if url.startswith("/api/"):
                continue
            state = keep(f"{who}-{number}")
            if session:
                client.cookies[settings.SESSION_COOKIE_NAME] = session
            response = client.get(url, route.data)
            response.close()
            if response.headers.get("Content-Type", "").startswith("text/html"):
                seen.add(key)
                query = response.request["QUERY_STRING"]
                pages.append({"name": key, "address": f"{url}?{query}" if query else url, "state": state})
        found[str(who)] = {"cookie": [settings.SESSION_COOKIE_NAME, session] if session else None, "pages": pages}
    sys.stdout.write(json.dumps({"database": str(database), "states": str(states), "roles": found}) + "\n")


def put_state(state: Path, database: Path) -> None:
    """Put a copy in the database's place, in one step, so that a server sees either the one or the other."""
    fresh = database.with_suffix(".fresh")
    shutil.copyfile(state, fresh)
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
    fresh.replace(database)


if __name__ == "__main__":
    main()
