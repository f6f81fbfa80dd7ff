"""The ledger: it only grows, outlives the releases, and what it holds is laid beside every new release."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from childfirst.engines.disclosure import CountTable
from childfirst.published import queries as public
from childfirst.release import actions, building, ledger
from childfirst.release.models import LedgerTable, Release
from childfirst.release.vocabulary import State
from tests.release import making

pytestmark = pytest.mark.django_db(databases=["default", "published"])
SEARCHES = ["child-search-outcomes"]


@pytest.mark.parametrize(
    "statement", ["UPDATE release_ledgertable SET cells = '[]'", "DELETE FROM release_ledgertable"]
)
def test_the_database_refuses_to_change_it(statement: str) -> None:
    making.published(measures=SEARCHES)
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LedgerTable.objects.count() == 2


def test_a_ledger_that_is_not_whole_stops_every_build() -> None:
    first = making.published(measures=SEARCHES)
    Release.objects.filter(pk=first.pk).update(ledger_digest="0" * 64)
    making.write_facts(["2018-04", "2018-05"], seed=3)
    second = actions.prepare_release(by=making.BY, measures=SEARCHES, title="The next", first_month="2018-04")
    assert second.state == State.FAILED
    assert "not whole" in second.failure


def test_it_names_what_was_counted_and_how() -> None:
    making.published(measures=SEARCHES)
    row = LedgerTable.objects.get(name="child-search-outcomes")
    assert row.kind == "encounters"
    assert row.scope["kind"] == ["stop_and_search"]
    assert row.scope["age_band"] == ["10-17"]
    assert sorted(row.facts) == making.MONTHS
    assert "outcome" in row.folds
    cells = ledger.published_cells(row)
    assert all(set(cell.codes()["month"]) == set(making.MONTHS) for cell in cells)
    assert any(cell.count is None and cell.primary for cell in cells)


def test_other_months_tell_nothing() -> None:
    making.published(measures=SEARCHES)
    making.write_facts(["2018-04", "2018-05"], seed=3)
    release = making.drafted(measures=SEARCHES, title="The next", first_month="2018-04")
    shielded = building.shield(release)
    assert shielded.history.tables == ()


def test_another_measure_over_the_same_months_is_laid_beside_the_first() -> None:
    making.published(measures=SEARCHES)
    release = making.drafted(measures=["school-recorded"], title="Schools")
    history = building.shield(release).history
    assert history.releases == ["2018-12-a-test-release"]


def test_year_to_date_after_a_quarter_is_attacked_with_it() -> None:
    making.write_facts([f"2018-{month:02d}" for month in range(1, 7)])
    making.published(measures=SEARCHES, last_month="2018-03")
    whole = making.published(measures=SEARCHES, title="Half a year")
    found = public.release(whole.key)
    assert found is not None
    assert found.disclosure["ledger"]["releases"] == ["2018-12-a-test-release"]
    assert all(part["audit"]["safe"] for part in found.disclosure["parts"])


def test_a_correction_of_one_number_takes_the_right_value_of_every_figure_as_known() -> None:
    making.write_facts([f"2018-{month:02d}" for month in range(1, 7)])
    wrong = making.published(measures=SEARCHES, first_month="2018-04", last_month="2018-05")
    right = making.published(measures=SEARCHES, title="Put right", corrects=wrong, first_month="2018-04")
    found = public.release(right.key)
    assert found is not None
    told = found.disclosure["ledger"]
    assert told["corrected"] == [wrong.key]
    assert told["corrected_model"] in (ledger.PUT_RIGHT, ledger.STILL_HOLDS)
    assert wrong.key in found.notes


def test_the_true_count_of_every_cell() -> None:
    table = CountTable(
        "t",
        ("ward", "outcome"),
        {("a", "x"): 3, ("b", "x"): 4, ("b", "y"): 5, ("c", "y"): 6},
        hierarchies={"ward": {"a": "north", "b": "north", "c": "south"}},
    )
    found = ledger.true_counts(table)
    assert found["north", "x"] == 7
    assert found["north", "Total"] == 12
    assert found["Total", "y"] == 11
    assert found["Total", "Total"] == 18
    assert ("south", "x") not in found


def test_a_subtotal_of_the_past_names_what_is_below_it() -> None:
    row = LedgerTable(
        release_key="r", kind="encounters", name="t", dimensions=["ward"], scope={},
        hierarchies={"ward": {"a": "north", "b": "north"}}, facts={"2018-01": "x"},
        cells=[["a", 7, False], ["north", 12, False], ["Total", None, True]],
    )  # fmt: skip
    one, north, whole = ledger.published_cells(row)
    assert one.where == {"ward": "a", "month": ("2018-01",)}
    assert north.where["ward"] == ("a", "b")
    assert whole.where == {"month": ("2018-01",)}
