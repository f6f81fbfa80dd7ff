"""A release's way: drafted, built, decided about by two people blind to each other, published, corrected, withdrawn."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from childfirst.audit.models import Event
from childfirst.people.vocabulary import Role
from childfirst.published import models as store
from childfirst.published import queries as public
from childfirst.release import actions, building, queries
from childfirst.release.models import LedgerTable, Release, ReleaseSignature
from childfirst.release.vocabulary import Decision, State
from childfirst.shared.errors import Forbidden, UserError
from tests.conftest import make_account
from tests.release import making

SEARCHES = ["child-search-outcomes"]

pytestmark = pytest.mark.django_db(databases=["default", "published"])


def test_the_whole_way() -> None:
    release = making.published()
    assert release.state == State.PUBLISHED
    page = public.release(release.key)
    assert page is not None
    assert [table.name for table in page.tables] == sorted(release.summary["tables"])
    assert page.signed_by == ("Analyst, Test Police force", "Partnership board, Test Council")
    names = list(Event.objects.filter(subject=str(release.reference)).order_by("number").values_list("name", flat=True))
    assert names == [
        "release.release.draft",
        "release.release.protect",
        "release.release.attack",
        "release.release.sign",
        "release.release.sign",
        "release.release.publish",
    ]
    assert set(LedgerTable.objects.values_list("name", flat=True)) == set(release.summary["tables"])


def test_every_second_click_is_harmless() -> None:
    release = making.checked()
    assert actions.build_release(by=making.BY, release=release).state == State.ATTACKED
    one, other = making.signers()
    first = actions.sign_release(by=one, release=release)
    assert actions.sign_release(by=one, release=release) == first
    release.refresh_from_db()
    assert release.state == State.HALF_REVIEWED
    actions.sign_release(by=other, release=release)
    for _ in range(2):
        actions.publish_release(by=making.BY, release=release)
    assert store.Release.objects.count() == 1
    assert store.Document.objects.filter(kind="measure").count() == 2
    for _ in range(2):
        actions.withdraw_release(by=making.BY, release=release, reason="A column was mixed up.")
    assert ReleaseSignature.objects.count() == 2


def test_drafting_the_same_again_while_it_is_built_gives_the_same() -> None:
    assert making.drafted() == making.drafted()


def test_the_preparer_does_not_sign_and_nobody_signs_twice() -> None:
    analyst = make_account(Role.ANALYST)
    making.write_facts()
    release = actions.prepare_release(by=analyst, measures=making.MEASURES, title="Mine")
    with pytest.raises(Forbidden, match="You prepared this release"):
        actions.sign_release(by=analyst, release=release)
    other = make_account(Role.ANALYST)
    actions.sign_release(by=other, release=release)
    with pytest.raises(UserError, match="cannot be changed"):
        actions.sign_release(by=other, release=release, decision=Decision.REFUSE, reason="I have changed my mind.")
    release.refresh_from_db()
    assert release.state == State.HALF_REVIEWED


def test_a_program_cannot_sign() -> None:
    with pytest.raises(Forbidden, match="person with an account"):
        actions.sign_release(by=making.BY, release=making.checked())


@pytest.mark.parametrize("role", [Role.WARD_OFFICER, Role.AUDITOR, Role.SCHOOL_LEAD])
def test_who_may_not_sign_or_publish(role: Role) -> None:
    release, person = making.checked(), make_account(role)
    with pytest.raises(Forbidden):
        actions.sign_release(by=person, release=release)
    with pytest.raises(Forbidden):
        actions.publish_release(by=person, release=release)


@pytest.mark.parametrize(("first", "second"), [("sign", "refuse"), ("refuse", "sign"), ("refuse", "refuse")])
def test_one_refusal_refuses_once_both_have_decided(first: str, second: str) -> None:
    release = making.checked()
    for signer, decision in zip(making.signers(), (first, second), strict=True):
        actions.sign_release(by=signer, release=release, decision=decision, reason="The title is misleading.")
    release.refresh_from_db()
    assert release.state == State.RETURNED
    with pytest.raises(UserError, match="cannot be published"):
        actions.publish_release(by=making.BY, release=release)


def test_a_refusal_says_why() -> None:
    with pytest.raises(UserError, match="Give a reason"):
        actions.sign_release(by=making.signers()[0], release=making.checked(), decision=Decision.REFUSE, reason=" no ")


@pytest.mark.parametrize("decision", ["sign", "refuse"])
def test_the_first_decision_is_blind(decision: str) -> None:
    release = making.checked()
    one, other = making.signers()
    actions.sign_release(by=one, release=release, decision=decision, reason="The title is misleading.")
    release.refresh_from_db()
    assert release.state == State.HALF_REVIEWED
    assert queries.standing(release, other).decisions == ()
    own = queries.standing(release, one).own
    assert own is not None
    assert own.decision == decision
    trail = Event.objects.filter(name="release.release.sign").get()
    assert "refuse" not in str(trail.data)
    assert trail.reason == ""


def test_one_signature_is_not_enough() -> None:
    release = making.checked()
    actions.sign_release(by=making.signers()[0], release=release)
    with pytest.raises(UserError, match="cannot be published"):
        actions.publish_release(by=making.BY, release=release)
    assert public.releases() == []


def test_a_bundle_that_was_changed_is_neither_signed_nor_published() -> None:
    release = making.signed()
    notes = building.bundle_folder(release.key) / "notes.md"
    notes.write_text(notes.read_text() + "One more word.\n")
    with pytest.raises(UserError, match="not the one that was checked"):
        actions.publish_release(by=making.BY, release=release)
    release.refresh_from_db()
    assert release.state == State.REVIEWED
    assert public.releases() == []


def test_a_publication_that_was_cut_off_is_completed_by_doing_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    release = making.signed()

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", full)
        with pytest.raises(OSError, match="No space"):
            actions.publish_release(by=making.BY, release=release)
    assert public.releases() == []
    board = make_account(Role.PARTNERSHIP_BOARD)
    release.refresh_from_db()
    assert queries.standing(release, board).must_complete
    actions.publish_release(by=board, release=release)
    assert public.release(release.key) is not None
    assert not queries.standing(release, board).must_complete


def test_a_correction_names_what_it_corrects() -> None:
    wrong = making.published(measures=SEARCHES)
    making.write_facts(seed=2)
    with pytest.raises(UserError, match="already"):
        making.drafted()
    right = making.published(title="Put right", corrects=wrong, measures=SEARCHES)
    wrong.refresh_from_db()
    assert wrong.state == State.CORRECTED
    entries = {entry.key: entry for entry in public.releases()}
    assert entries[right.key].corrects == wrong.key
    assert entries[wrong.key].corrected_by == right.key
    page = public.measure("child-search-outcomes")
    assert page is not None
    assert page.release.key == right.key
    assert "corrects the release" in public.release(right.key).notes  # type: ignore[union-attr]


def test_a_withdrawal_leaves_a_tombstone_and_the_ledger(own_folders: Path) -> None:
    release = making.published()
    actions.withdraw_release(by=making.BY, release=release, reason="A column was mixed up.")
    page = public.release(release.key)
    assert page is not None
    assert page.entry.is_withdrawn
    assert page.entry.withdrawn_reason == "A column was mixed up."
    assert (page.tables, page.files, page.notes) == ((), (), "")
    assert public.file(release.key, "notes.md") is None
    assert public.measure("school-recorded") is None
    assert not (own_folders / "published" / "releases" / release.key).exists()
    assert LedgerTable.objects.count() == 3
    with pytest.raises(UserError, match="withdrawn"):
        actions.complete_publication(release)


def test_a_withdrawn_measure_goes_back_to_the_release_before() -> None:
    first = making.published()
    making.write_facts(["2018-04", "2018-05"], seed=3)
    second = making.published(title="The next", first_month="2018-04")
    assert public.measure("school-recorded").release.key == second.key  # type: ignore[union-attr]
    actions.withdraw_release(by=making.BY, release=second, reason="A column was mixed up.")
    assert public.measure("school-recorded").release.key == first.key  # type: ignore[union-attr]


def test_overlapping_periods_are_attacked_together() -> None:
    making.published(measures=SEARCHES)
    part = making.published(title="A part", last_month="2018-02", measures=SEARCHES)
    ledger = public.release(part.key).disclosure["ledger"]  # type: ignore[union-attr]
    assert ledger["cells"] > 0
    assert ledger["releases"] == ["2018-12-a-test-release"]


def test_changed_records_need_a_correction() -> None:
    making.published()
    making.write_facts(seed=2)
    release = actions.prepare_release(by=making.BY, measures=making.MEASURES, title="Changed")
    assert release.state == State.FAILED
    assert "corrects it" in release.failure


def test_what_was_withdrawn_can_be_corrected() -> None:
    wrong = making.published(measures=SEARCHES)
    actions.withdraw_release(by=making.BY, release=wrong, reason="A column was mixed up.")
    making.write_facts(seed=2)
    right = making.published(title="Put right", corrects=wrong, measures=SEARCHES)
    wrong.refresh_from_db()
    assert wrong.state == State.WITHDRAWN
    assert public.measure("child-search-outcomes").release.key == right.key  # type: ignore[union-attr]


def test_the_same_period_again_is_attacked_with_the_first() -> None:
    making.published()
    again = making.published(title="The same again", measures=["school-recorded"])
    disclosure = public.release(again.key).disclosure  # type: ignore[union-attr]
    assert disclosure["ledger"]["cells"] > 0


def test_what_was_published_meanwhile_stops_a_release_that_did_not_know_it() -> None:
    early = making.signed()
    making.published(title="In between")
    with pytest.raises(UserError, match="published meanwhile"):
        actions.publish_release(by=making.BY, release=early)


def test_no_facts_is_said_and_nothing_half_made(own_folders: Path) -> None:
    release = actions.prepare_release(by=making.BY, measures=making.MEASURES, title="Nothing")
    assert release.state == State.FAILED
    assert "no facts" in release.failure
    assert not list((own_folders / "bundles").glob("*")) or not (own_folders / "bundles" / release.key).exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measures": []}, "at least one measure"),
        ({"measures": ["no-such"]}, "no measure called"),
        ({"title": " !!! "}, "title with letters"),
        ({"first_month": "2018-13"}, "not a month"),
        ({"first_month": "2018-05", "last_month": "2018-04"}, "after the last"),
    ],
)
def test_bad_drafts(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        making.drafted(**options)
    assert not Release.objects.exists()
