"""What was written goes with its last record, stays under a hold, and is counted anew; notices and facts leave it alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from childfirst.audit import retention, upkeep
from childfirst.encounters.matching import actions, tasks
from childfirst.encounters.matching.models import Case, Mention, Written
from childfirst.encounters.models import Encounter
from childfirst.shared import clock
from tests.encounters.matching.makers import doubtful, imported, row

pytestmark = pytest.mark.django_db


def _dispose() -> None:
    for rule in retention.rules():
        if rule.model in (Encounter, Mention, Case):
            retention.dispose(by=upkeep.BY, rule=rule)


def test_the_words_go_with_their_last_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(tmp_path, [row(1), row(2, "St Josephs", borough="", lat="", lon="", age="")])
    assert Encounter.objects.count() == Mention.objects.count() == 2
    later = clock.now() + dt.timedelta(days=4 * 366)
    monkeypatch.setattr(clock, "now", lambda: later)
    _dispose()
    _dispose()
    left = [model.objects.count() for model in (Encounter, Written, Mention, Case)]
    assert left == [0, 0, 0, 0]


def test_the_words_stay_with_a_record_under_a_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = doubtful(tmp_path, 2)
    kept = Encounter.objects.order_by("pk").first()
    assert kept is not None
    retention.LegalHold.objects.create(
        subject=str(kept.reference),
        reason="A court asked.",
        review_on=clock.today() + dt.timedelta(days=9),
        placed_by="x",
    )
    later = clock.now() + dt.timedelta(days=4 * 366)
    monkeypatch.setattr(clock, "now", lambda: later)
    _dispose()
    _dispose()
    assert Encounter.objects.get() == kept
    assert Mention.objects.get().words == "St Josephs" and Case.objects.get() == case
    assert actions.tidy_up() == "1 text counted anew."
    case.refresh_from_db()
    assert (Mention.objects.get().records, case.records) == (1, 1)
    assert actions.tidy_up() == ""


def test_the_platform_matches_anew_by_itself(tmp_path: Path) -> None:
    doubtful(tmp_path)
    assert tasks.refresh() == ""
    Mention.objects.update(fingerprint="another")
    assert tasks.refresh() == "1 text matched anew."


def test_who_asks_what_is_held_is_told_the_words(tmp_path: Path) -> None:
    imported(tmp_path, [row(1, "Marram Academy")])
    assert Written.objects.get().told_beside == (("What was written about your school", "Marram Academy"),)
