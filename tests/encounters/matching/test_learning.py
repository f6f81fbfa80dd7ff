"""Decisions become labels; a retrained matcher is judged, refused when it is worse, and waits for an analyst."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from childfirst.encounters.matching import actions, learning, queries, store
from childfirst.encounters.matching.models import Case, Mention, ModelVersion
from childfirst.engines.linkage.model import packaged
from childfirst.people.models import Account
from childfirst.people.permissions import Forbidden
from childfirst.people.vocabulary import Role
from childfirst.shared.errors import UserError
from tests.encounters.matching.makers import BY, NAMES, doubtful, imported, row
from tests.scenarios.encounters_matching import version

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(account_for: Callable[..., Account]) -> Account:
    return account_for(Role.ANALYST)


def test_decisions_are_labels_with_who_and_when(tmp_path: Path, reviewer: Account) -> None:
    decision = actions.decide(by=reviewer, case=doubtful(tmp_path), school=100002)
    actions.decide(by=reviewer, case=doubtful(tmp_path, words="Larkfield"), school=None)
    told = learning.labels().sort("mention")
    assert told["mention"].to_list() == ["Larkfield", "St Josephs"]
    assert told["truth_urn"].to_list() == ["none", "100002"]
    assert set(told["by"]) == {reviewer.pk} and told["decided_at"].to_list()[1] == decision.created_at
    actions.undo(by=reviewer, decision=decision)
    assert learning.labels()["mention"].to_list() == ["Larkfield"]


def test_ten_thousand_records_of_the_same_words_are_one_lesson(tmp_path: Path, reviewer: Account) -> None:
    bare = {"borough": "", "lat": "", "lon": ""}
    imported(
        tmp_path, [row(n, "St Josephs", age="", incident=f"0{1 + n % 9}/0{1 + n % 6}/2026", **bare) for n in range(60)]
    )
    for case in Case.objects.filter(verdict="review"):
        actions.decide(by=reviewer, case=case, school=100002)
    assert learning.labels().height <= learning.MENTIONS_OF_A_CASE * Case.objects.count()


def test_few_decisions_are_not_enough(tmp_path: Path, reviewer: Account) -> None:
    actions.decide(by=reviewer, case=doubtful(tmp_path), school=100002)
    with pytest.raises(UserError, match="Reviewers have decided 1 case so far"):
        learning.retrain(by=BY)


def _many(tmp_path: Path, reviewer: Account, *, wrong: bool = False) -> None:
    """240 decisions: names without a place, each decided rightly, or all for one school."""
    rows = []
    for n in range(240):
        name = NAMES[n % len(NAMES)]
        words = name if n % 3 else name.split()[0]
        rows.append(row(n, f"{words} yr {1 + n % 13}", lat="", lon="", borough="", age=str(4 + n % 15)))
    imported(tmp_path, rows)
    for n, case in enumerate(Case.objects.order_by("pk")):
        truth = 100001 + NAMES.index(next(one for one in NAMES if one.startswith(case.words.split()[0])))
        actions.decide(by=reviewer, case=case, school=100009 if wrong and n % 2 else truth)


def test_a_better_matcher_is_offered_and_waits(
    tmp_path: Path, reviewer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "FEWEST_LABELS", 60)
    _many(tmp_path, reviewer)
    monkeypatch.setattr(learning.training, "compare", lambda *args, **options: SimpleNamespace(refused=""))
    monkeypatch.setattr(learning, "verdict", lambda report: "")
    made = learning.retrain(by=BY)
    assert made.state == "offered" and made.report["people"] >= 60
    assert store.model_in_use() == store.packaged_fingerprint()
    actions.accept_model(by=reviewer, version=made)
    assert store.model_in_use() == made.fingerprint
    assert store.matcher().fingerprint != Mention.objects.first().fingerprint  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"accepted": 160, "accepted_right": 150}, "10 are not what people said; now it is 0"),
        ({"none_wrong": 4}, "lose 4 schools that people found"),
        ({"best_right": 180}, "people chose in 180 of 200 cases; now it is in 190"),
        ({"best_right": 195, "review": 20}, ""),
    ],
)  # fmt: skip
def test_peoples_decisions_can_speak_against_a_new_matcher(changes: dict[str, int], says: str) -> None:
    old = {
        "best_right": 190,
        "named": 200,
        "accepted": 150,
        "accepted_right": 150,
        "none": 10,
        "none_wrong": 0,
        "review": 40,
    }
    told = learning.verdict({"old": old, "new": {**old, **changes}})
    assert says in told and bool(told) == bool(says)


def test_a_worse_matcher_is_refused_with_its_report(
    tmp_path: Path, reviewer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "FEWEST_LABELS", 60)
    _many(tmp_path, reviewer, wrong=True)
    monkeypatch.setattr(learning, "fit", lambda frame, register: (_spoilt(), "A spoilt one."))
    with pytest.raises(learning.Worse) as raised:
        learning.retrain(by=BY)
    assert raised.value.report["new"] and not ModelVersion.objects.exists()
    assert not list((store.folder() / "models").glob("*")) if (store.folder() / "models").exists() else True


def _spoilt() -> object:
    import dataclasses

    return dataclasses.replace(packaged(), candidate=-packaged().candidate)


class TestAccepting:
    def test_only_a_person_or_the_server_puts_a_matcher_into_use(self, account_for: Callable[..., Account]) -> None:
        with pytest.raises(Forbidden):
            actions.accept_model(by=account_for(Role.WARD_OFFICER), version=version())

    def test_once(self, reviewer: Account) -> None:
        made = version()
        actions.accept_model(by=reviewer, version=made)
        with pytest.raises(UserError, match="decided about this matcher already"):
            actions.refuse_model(by=reviewer, version=made)
        actions.reset_model(by=reviewer)
        assert store.model_in_use() == store.packaged_fingerprint()
        with pytest.raises(UserError, match="in use already"):
            actions.reset_model(by=reviewer)

    def test_a_file_that_was_changed_is_not_used(self, reviewer: Account) -> None:
        made = version()
        file = store.model_file(made.fingerprint)
        file.write_text(file.read_text() + "\n# changed\n")
        with pytest.raises(UserError, match="was changed"):
            actions.accept_model(by=reviewer, version=made)
        assert store.model_in_use() == store.packaged_fingerprint()

    def test_what_waits_is_matched_anew_with_it(self, tmp_path: Path, reviewer: Account) -> None:
        doubtful(tmp_path)
        actions.accept_model(by=reviewer, version=version())
        assert actions.rematch(by=BY) == 1
        assert queries.open_cases().count() == 1


def test_further_labels_need_their_columns() -> None:
    with pytest.raises(UserError, match="no column truth_urn"):
        learning._further(pl.DataFrame({"id": ["1"], "mention": ["x"]}))
    told = learning._further(pl.DataFrame({"id": ["1"], "mention": ["x"], "truth_urn": ["none"], "lat": ["51.5"]}))
    assert told["lat"].to_list() == [51.5] and told["record_borough"].to_list() == [None]
