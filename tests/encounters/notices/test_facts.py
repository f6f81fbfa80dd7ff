"""Facts about notices: what may be measured, and nothing that says who it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from childfirst.audit import upkeep
from childfirst.encounters.notices import actions, chasing, facts
from childfirst.encounters.notices.vocabulary import HoldingBack
from childfirst.measures.labels import labels_for
from childfirst.measures.store import schemas
from childfirst.shared import clock
from tests.encounters.notices import makers

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.FACTS_DIR = tmp_path / "facts"
    return tmp_path / "facts" / "notices"


def rows() -> list[dict[str, Any]]:
    return facts.table(clock.month_key(clock.now())).to_pylist()


def test_each_end_is_told_apart() -> None:
    lead, officer = makers.lead(), makers.officer()
    makers.raised(officer)
    makers.sent(officer)
    makers.acknowledged(lead, officer)
    late = actions.escalate(by=upkeep.BY, notice=makers.sent(officer))
    actions.open_notice(by=lead, notice=late)
    actions.escalate(by=upkeep.BY, notice=makers.sent(officer))
    actions.hold_back(by=officer, notice=makers.raised(officer), why=HoldingBack.RISK)
    actions.return_notice(by=lead, notice=makers.opened(lead, officer))
    makers.sent(officer, 100002)
    found = sorted(
        (row["state"], row["opened"], row["acknowledged"], row["had_lead"]) for row in rows() if row["opened"]
    )
    assert found == [
        ("acknowledged", "in_time", True, True),
        ("opened", "late", None, True),
        ("returned", "in_time", False, True),
        ("waiting", "never", None, True),
    ]
    assert sorted((row["state"], row["had_lead"]) for row in rows() if row["opened"] is None) == [
        ("waiting", False),
        ("waiting", True),
        ("withheld", None),
    ]


def test_nothing_says_who_it_was(store: Path) -> None:
    makers.acknowledged(makers.lead())
    assert chasing.facts_up_to_date() == "1 month rewritten."
    assert chasing.facts_up_to_date() == "", "the same rows give the same bytes"
    file = next(store.iterdir())
    assert not {"school", "school_urn", "age", "officer", "encounter", "id"} & set(pq.read_schema(file).names)
    data = file.read_bytes().decode("latin-1")
    for secret in (*makers.SECRETS, "100001"):
        assert secret not in data


def test_a_month_without_notices_has_no_file(store: Path) -> None:
    notice = makers.sent()
    actions.build_facts(by=upkeep.BY)
    notice.delete()
    assert len(actions.build_facts(by=upkeep.BY)) == 1
    assert list(store.iterdir()) == []


def test_measures_know_the_columns_and_their_words() -> None:
    assert schemas()[facts.KIND] == frozenset(facts.SCHEMA.names)
    assert labels_for({}, "notices:opened", ["in_time"])["in_time"] == "Within two school days"
