"""Releases for tests: few rows of facts made up from a seed, in folders of the test's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

from childfirst.audit.actors import System
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.release import actions
from childfirst.release.models import Release
from childfirst.release.vocabulary import State
from tests.conftest import make_account
from tests.measures.generated_facts import write_months

BY = System("a test")
MONTHS = ["2018-01", "2018-02", "2018-03"]
MEASURES = ["child-search-outcomes", "school-recorded"]


def write_facts(months: list[str] | None = None, *, rows: int = 9000, seed: int = 1) -> Path:
    """Facts of a small place in the facts folder of the settings."""
    folder = Path(settings.FACTS_DIR)
    write_months(folder, rows, months=months or MONTHS, seed=seed, boroughs=2, teams=2)
    return folder


def drafted(**options: object) -> Release:
    values = {"by": BY, "measures": MEASURES, "title": "A test release", "released_on": dt.date(2018, 12, 1)} | options
    return actions.draft_release(**values)  # type: ignore[arg-type]


def checked(**options: object) -> Release:
    """A release that was built from facts that this writes if there are none; the few of another test are not enough."""
    there = {file.stem for file in Path(settings.FACTS_DIR).glob("encounters/*.parquet")}
    if not any(month.startswith("2018-") for month in there):
        write_facts()
    release = actions.build_release(by=BY, release=drafted(**options))
    assert release.state == State.ATTACKED, release.failure
    return release


def signers() -> tuple[Account, Account]:
    return make_account(Role.ANALYST), make_account(Role.PARTNERSHIP_BOARD)


def signed(**options: object) -> Release:
    release = checked(**options)
    for signer in signers():
        actions.sign_release(by=signer, release=release)
    release.refresh_from_db()
    return release


def published(**options: object) -> Release:
    return actions.publish_release(by=BY, release=signed(**options))
