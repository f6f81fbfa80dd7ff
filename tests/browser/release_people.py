"""The people and the past of the release story: two analysts, a board member, facts of two quarters, the first one published.

Run as a program with the workspace's settings; the last line that it prints is JSON: the session cookie's name and, for each
person, its value; and the key of the published release.
"""

from __future__ import annotations

import datetime as dt
import json
import sys

import django


def main() -> None:
    """Make databases, accounts, facts and the first release, and print what the browser needs."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from childfirst.people.vocabulary import Role
    from tests.conftest import make_account
    from tests.release import making

    settings.PUBLISHED_DIR.mkdir(parents=True, exist_ok=True)
    for alias in ("default", "published"):
        call_command("migrate", database=alias, verbosity=0)
    settings.ALLOWED_HOSTS.append("testserver")
    making.write_facts([f"2018-{month:02d}" for month in range(1, 7)], rows=9_000)
    first = making.published(title="First quarter of 2018", released_on=dt.date(2018, 6, 1), last_month="2018-03")
    sessions = {}
    for name, role in (("author", Role.ANALYST), ("colleague", Role.ANALYST), ("board", Role.PARTNERSHIP_BOARD)):
        client = Client()
        client.force_login(make_account(role, name=name), backend="childfirst.people.backends.AccountBackend")
        sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    found = {"cookie": settings.SESSION_COOKIE_NAME, "sessions": sessions, "first": first.key}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
