"""Term dates: imported, entered, refused, asked."""

from __future__ import annotations

import datetime as dt

import pytest

from childfirst.audit.actors import System
from childfirst.places import actions, queries
from childfirst.places.models import TermDates
from childfirst.places.vocabulary import DayKind
from childfirst.shared.errors import UserError

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BY = System("test")

ROWS = b"""la_code,kind,name,starts_on,ends_on
999,term,Autumn term 2025,02/09/2025,18-12-2025
999,Half-term,Half-term,2025-10-27,2025-10-31
999,term,Autumn term 2025,02/09/2025,18-12-2025
999,term,Autumn,02/09/2025,19-12-2025
999,term,Overlap,2025-12-01,2026-02-01
99,term,Short code,2025-09-02,2025-12-18
998,party,Party,2025-09-02,2025-12-18
998,term,Backwards,2025-12-18,2025-09-02
998,term,No day,2025-09-31,2025-12-18
998,term,,2025-09-01,2025-12-18
998,term,All year,2025-09-01,2026-07-20
"""


def test_a_list_comes_in_and_again_changes_nothing():
    source = actions.Source.of("terms.csv", ROWS)
    report = actions.import_term_dates(by=BY, source=source)
    assert (report.read, report.landed, report.duplicates, report.set_aside) == (11, 2, 1, 8)
    assert report.details["authorities"] == 1
    assert (again := actions.import_term_dates(by=BY, source=source)).landed == 0 and again.known == 2
    assert queries.is_school_day(dt.date(2025, 9, 2), "999") is True
    assert queries.is_school_day(dt.date(2025, 10, 28), "999") is False
    assert queries.is_school_day(dt.date(2025, 9, 2), "998") is None
    with pytest.raises(UserError, match="a list of term dates but has no columns"):
        actions.import_term_dates(by=BY, source=actions.Source.of("x.csv", b"la_code,kind\n1,2\n"))


def test_a_corrected_list_changes_the_last_day():
    actions.import_term_dates(by=BY, source=actions.Source.of("a.csv", b"la_code,kind,name,starts_on,ends_on\n999,term,A,2025-09-02,2025-12-18\n"))  # fmt: skip
    actions.import_term_dates(by=BY, source=actions.Source.of("b.csv", b"la_code,kind,name,starts_on,ends_on\n999,term,A,2025-09-02,2025-12-19\n"))  # fmt: skip
    assert TermDates.objects.get().ends_on == dt.date(2025, 12, 19)


def test_dates_entered_by_hand_cannot_overlap():
    save = {"by": BY, "la_code": "999", "kind": DayKind.TERM}
    row = actions.save_term_dates(**save, name="A", starts_on=dt.date(2025, 9, 2), ends_on=dt.date(2025, 12, 18))
    with pytest.raises(UserError, match="overlap another term"):
        actions.save_term_dates(**save, name="B", starts_on=dt.date(2025, 12, 1), ends_on=dt.date(2026, 1, 30))
    changed = actions.save_term_dates(
        **save, row=row, name="A2", starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2025, 12, 17)
    )
    assert changed.pk == row.pk and TermDates.objects.count() == 1
    actions.remove_term_dates(by=BY, row=row)
    assert not TermDates.objects.exists()
