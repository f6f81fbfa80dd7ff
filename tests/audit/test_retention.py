"""What is over goes, with a certificate; what is held stays; nobody erases by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.test import Client

from childfirst.audit import retention
from childfirst.audit.actors import System
from childfirst.audit.models import DisposalCertificate, Event, LegalHold
from childfirst.encounters.models import ArchiveLine, Encounter, EncounterDraft, ImportReport, ReviewFlag
from childfirst.encounters.vocabulary import SchoolReason
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.shared.errors import Forbidden, UserError
from childfirst.shared.privacy import Retention
from tests.conftest import make_account
from tests.encounters.makers import recorded
from tests.scenarios.audit import an_old_draft, rule_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
UPKEEP = System("upkeep")
TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("rule", "first_kept"),
    [
        (Retention("made", days=7), dt.date(2026, 11, 15)),
        (Retention("made", years=3), dt.date(2023, 11, 22)),
        (Retention("made", years=3, by_month=True), dt.date(2023, 11, 1)),
        (Retention("made", years=1, days=30), dt.date(2025, 10, 23)),
    ],
)
def test_first_day_kept(rule: Retention, first_kept: dt.date) -> None:
    assert rule.first_day_kept(TODAY) == first_kept


def test_the_29th_of_february_has_an_anniversary() -> None:
    assert Retention("made", years=3).first_day_kept(dt.date(2028, 2, 29)) == dt.date(2025, 2, 28)


def test_a_rule_reads_like_a_sentence() -> None:
    assert str(Retention("occurred_at", years=3, by_month=True)) == "3 years after it occurred, to the end of the month"
    assert str(Retention("report__created_at", days=1)) == "1 day after the report was created"


def test_what_is_over_goes_and_what_is_not_stays() -> None:
    old, young = an_old_draft(days=30), an_old_draft(days=3)
    certificate = retention.dispose(by=UPKEEP, rule=rule_of("encounters.EncounterDraft"))
    assert certificate is not None
    assert [draft.pk for draft in EncounterDraft.objects.all()] == [young.pk]
    assert (certificate.rows, certificate.held_back, certificate.emptied) == (1, 0, False)
    assert certificate.digest == hashlib.sha256(f"{old.reference}\n".encode()).hexdigest()
    event = Event.objects.latest("number")
    assert (event.name, event.subject) == ("audit.retention.dispose", str(certificate.reference))


def test_the_last_moment_of_the_last_day_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = an_old_draft()
    midnight = clock.start_of_day(clock.today() - dt.timedelta(days=7))
    for moment, there in ((midnight, True), (midnight - dt.timedelta(seconds=1), False)):
        EncounterDraft.objects.filter(pk=draft.pk).update(changed_at=moment)
        retention.dispose(by=UPKEEP, rule=rule_of("encounters.EncounterDraft"))
        assert EncounterDraft.objects.filter(pk=draft.pk).exists() is there


def _old_encounter() -> Encounter:
    encounter = recorded(make_account(Role.WARD_OFFICER), use_of_force="yes")
    Encounter.objects.filter(pk=encounter.pk).update(occurred_at=clock.now() - dt.timedelta(days=4 * 366))
    return encounter


def test_an_encounter_goes_with_its_reviews() -> None:
    encounter, other = _old_encounter(), recorded(make_account(Role.WARD_OFFICER), use_of_force="yes")
    retention.dispose_of_all()
    assert set(Encounter.objects.values_list("pk", flat=True)) == {other.pk}
    assert set(ReviewFlag.objects.values_list("encounter_id", flat=True)) == {other.pk}
    assert DisposalCertificate.objects.filter(kind="encounters.Encounter", rows=1).exists()
    assert encounter.pk not in str(list(DisposalCertificate.objects.values()))


def test_what_is_held_stays_until_the_hold_is_lifted() -> None:
    encounter, auditor = _old_encounter(), make_account(Role.AUDITOR)
    hold = retention.place_hold(
        by=auditor,
        subject=str(encounter.reference),
        reason="The coroner asked for it.",
        review_on=clock.today() + dt.timedelta(days=90),
    )
    ReviewFlag.objects.update(created_at=clock.now() - dt.timedelta(days=4 * 366))
    assert retention.held(encounter.reference)
    retention.dispose_of_all()
    assert Encounter.objects.filter(pk=encounter.pk).exists()
    assert ReviewFlag.objects.filter(encounter=encounter).exists(), "what belongs to a held record is held"
    retention.lift_hold(by=auditor, hold=hold, reason="The inquest is over.")
    retention.dispose_of_all()
    assert not Encounter.objects.filter(pk=encounter.pk).exists()


def test_fields_that_are_emptied_leave_the_row() -> None:
    report = ImportReport.objects.create(
        archive="a", sha256="0" * 64, read=1, landed=0, known=0, duplicates=0, set_aside=1, details={}
    )
    ImportReport.objects.update(created_at=clock.now() - dt.timedelta(days=4 * 366))
    ArchiveLine.objects.create(report=report, state="set_aside", file="a.csv", line=2, column="Age", value="seven")
    retention.dispose_of_all()
    assert ArchiveLine.objects.get().value == ""
    certificate = DisposalCertificate.objects.get(kind="encounters.ArchiveLine")
    assert (certificate.rows, certificate.emptied) == (1, True)
    retention.dispose_of_all()
    assert DisposalCertificate.objects.filter(kind="encounters.ArchiveLine").count() == 1, "once is enough"


def test_published_open_data_are_kept() -> None:
    encounter = _old_encounter()
    Encounter.objects.filter(pk=encounter.pk).update(
        source="archive", recorded_by=None, team=None, force="metropolitan", school=None, school_reason=SchoolReason.SOURCE_HAS_NONE,
        follow_up_due=None,
    )  # fmt: skip
    retention.dispose_of_all()
    assert Encounter.objects.filter(pk=encounter.pk).exists()


def test_many_rows_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "MOST_AT_ONCE", 4)
    for _ in range(7):
        an_old_draft()
    sizes = []
    while EncounterDraft.objects.exists():
        certificate = retention.dispose(by=UPKEEP, rule=rule_of("encounters.EncounterDraft"))
        assert certificate is not None
        sizes.append(certificate.rows)
    assert sizes == [4, 3]


def test_nobody_erases_by_hand() -> None:
    an_old_draft()
    with pytest.raises(Forbidden, match="by hand"):
        retention.dispose(by=make_account(Role.ADMINISTRATOR), rule=rule_of("encounters.EncounterDraft"))


@pytest.mark.parametrize(
    "refused",
    [
        lambda: DisposalCertificate.objects.update(rows=9),
        lambda: DisposalCertificate.objects.all().delete(),
        lambda: LegalHold.objects.all().delete(),
    ],
)
def test_the_database_refuses_to_change_a_certificate(refused: Callable[[], object]) -> None:
    encounter = _old_encounter()
    an_old_draft()
    retention.place_hold(
        by=make_account(Role.AUDITOR),
        subject=str(encounter.reference),
        reason="An inquest.",
        review_on=clock.today() + dt.timedelta(days=9),
    )
    retention.dispose_of_all()
    with pytest.raises(DatabaseError, match=r"cannot be|not deleted"), transaction.atomic():
        refused()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": "  "}, "Say who asked"),
        ({"review_on": dt.date(2020, 1, 1)}, "within the next year"),
        ({"review_on": dt.date(2099, 1, 1)}, "within the next year"),
        ({"subject": "an encounter"}, "A reference is written"),
        ({"subject": "encounters.encounter:NONE"}, "leads to no record"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused(changed: dict[str, object], sentence: str) -> None:
    encounter = recorded(make_account(Role.WARD_OFFICER))
    given = {
        "subject": str(encounter.reference),
        "reason": "An inquest.",
        "review_on": clock.today() + dt.timedelta(days=9),
    }
    with pytest.raises(UserError, match=sentence):
        retention.place_hold(by=make_account(Role.AUDITOR), **{**given, **changed})  # type: ignore[arg-type]


def test_holds_on_the_page(client_for: Callable[..., Client]) -> None:
    encounter, client = recorded(make_account(Role.WARD_OFFICER)), client_for(Role.AUDITOR)
    day = clock.today() + dt.timedelta(days=30)
    told = {
        "subject": str(encounter.reference), "reason": "The coroner asked.",
        "review_on-day": day.day, "review_on-month": day.month, "review_on-year": day.year,
    }  # fmt: skip
    page = client.post("/audit/holds/new/", {**told, "reason": ""})
    assert "Error:" in page.content.decode()
    page = client.post("/audit/holds/new/", told, follow=True)
    assert "The hold is placed" in page.content.decode()
    assert "The coroner asked." in page.content.decode()
    page = client.post("/audit/holds/new/", told)
    assert "There is a hold on this record already" in page.content.decode()
    hold = LegalHold.objects.get()
    page = client.post(f"/audit/holds/{hold.pk}/lift/", {"reason": "Over."}, follow=True)
    assert "The hold is lifted" in page.content.decode()
    page = client.get(f"/audit/holds/{hold.pk}/lift/", follow=True)
    assert "lifted already" in page.content.decode()
    with pytest.raises(ObjectDoesNotExist):
        LegalHold.objects.get(lifted_at__isnull=True)


def test_every_rule_that_empties_can_be_emptied() -> None:
    for rule in retention.rules():
        if rule.retention.keeps_row:
            assert rule.emptied()
