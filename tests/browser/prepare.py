"""Fill the workspace of the browser tests: an account in each role, and the pages that it may open.

Run as a program with the workspace's settings; the last line that it prints is JSON: for each role the session cookie and its
pages. Every page is in one role's list only, but home, which is in each.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main() -> None:
    """Make databases, accounts and records, and print what the browser needs."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from childfirst.people.vocabulary import Role
    from tests.conftest import make_account
    from tests.people.test_matrix import VISITOR, all_routes, opens_to

    settings.PUBLISHED_DIR.mkdir(parents=True, exist_ok=True)
    for alias in ("default", "published"):
        call_command("migrate", database=alias, verbosity=0)
    settings.ALLOWED_HOSTS.append("testserver")
    routes = [route for route in all_routes() if route.method == "get" and route.expect == 200]
    seen: set[str] = set()
    found: dict[str, dict[str, Any]] = {}
    for who in (VISITOR, *Role):
        client = Client(raise_request_exception=False)  # a page that fails is for the browser to report
        account = None
        if who != VISITOR:
            account = make_account(Role(who), name=f"Alexandria Featherstonehaugh-Cholmondeley ({Role(who).label})")
            client.force_login(account, backend="childfirst.people.backends.AccountBackend")
        pages = []
        for route in routes:
            key = f"{route.name} {route.label}"
            if not opens_to(route, who) or (key in seen and route.name != "home"):
                continue
            url = reverse(route.name, kwargs=route.make(account))
            if url.startswith("/api/"):
                continue
            response = client.get(url, route.data)
            response.close()
            if response.headers.get("Content-Type", "").startswith("text/html"):
                seen.add(key)
                pages.append([key.strip(), response.request["PATH_INFO"], response.request["QUERY_STRING"]])
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        found[str(who)] = {"cookie": [settings.SESSION_COOKIE_NAME, cookie.value] if cookie else None, "pages": pages}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
