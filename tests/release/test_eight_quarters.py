"""Two years, quarter by quarter, and then both years in one: the attack on everything together fails."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.published import queries as public
from tests.release import making

pytestmark = [pytest.mark.django_db(databases=["default", "published"]), pytest.mark.timeout(600)]
SEARCHES = ["child-search-outcomes"]
MONTHS = [f"{year}-{month:02d}" for year in (2018, 2019) for month in range(1, 13)]


def test_eight_quarters_and_what_reaches_over_them() -> None:
    making.write_facts(MONTHS, rows=9_000)
    quarters = [MONTHS[place : place + 3] for place in range(0, 24, 3)]
    keys = []
    for months in quarters:
        made = making.published(
            measures=SEARCHES,
            title=f"Figures from {months[0]} to {months[-1]}",
            released_on=dt.date(2020, 1, 1),
            first_month=months[0],
            last_month=months[-1],
        )
        keys.append(made.key)
    assert len(public.releases()) == 8
    whole = making.published(measures=SEARCHES, title="Both years", released_on=dt.date(2020, 2, 1))
    found = public.release(whole.key)
    assert found is not None
    assert found.disclosure["ledger"]["releases"] == sorted(keys), "all eight are part of the attack"
    audits = [part["audit"] for part in found.disclosure["parts"]]
    assert all(audit["safe"] and audit["recovered"] == 0 for audit in audits)
    assert any(audit["hidden_cells"] for audit in audits)
