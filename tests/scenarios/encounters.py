"""A way to run every action of encounters to its end."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import polars as pl

from childfirst.audit.actors import System
from childfirst.encounters import actions
from childfirst.encounters.models import ReviewFlag
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from tests.conftest import make_account
from tests.encounters import makers
from tests.encounters.makers import recorded, team_of

BY = System("a test")


def _officer() -> Account:
    return make_account(Role.WARD_OFFICER)


def record() -> None:
    recorded(_officer(), use_of_force="yes")


def resolve() -> None:
    officer = _officer()
    actions.resolve_school(by=officer, encounter=recorded(officer, school_reason="not_yet_known"), reason="refused")


def review() -> None:
    flag = recorded(_officer(), use_of_force="yes").reviews.get()
    actions.complete_review(by=make_account(Role.NEIGHBOURHOOD_SUPERVISOR), flag=flag, **makers.found())


def begin_draft() -> None:
    actions.save_draft(by=_officer(), answers={"kind": {"kind": "victim"}})


def note_diversion() -> None:
    officer = _officer()
    actions.save_draft(by=officer, answers={"alternative": {"alternative": "school"}})
    actions.note_diversion(by=officer, alternative="school")


def correct() -> None:
    officer = _officer()
    one = recorded(officer)
    actions.correct_encounter(
        by=officer, encounter=one, changes={"use_of_force": "yes"}, reason="Handcuffs were used.", version=1
    )


def escalate() -> None:
    flag = recorded(_officer(), use_of_force="yes").reviews.get()
    ReviewFlag.objects.filter(pk=flag.pk).update(due_at=clock.now() - dt.timedelta(hours=1))
    make_account(Role.NEIGHBOURHOOD_SUPERVISOR)
    actions.escalate_reviews(by=BY)


def discard_draft() -> None:
    officer = _officer()
    actions.save_draft(by=officer, answers={"kind": {"kind": "victim"}})
    actions.discard_draft(by=officer)


def record_batch() -> None:
    officer = _officer()
    frame = pl.DataFrame(
        {
            "occurred_at": [dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)],
            "kind": ["engagement"],
            "source": ["form"],
            "source_row_key": ["a"],
            "school_reason": ["home_educated"],
            "recorded_by_id": [officer.pk],
            "team_id": [team_of(officer).pk],
        }
    )
    actions.record_batch(by=BY, frame=frame, reason="A test")


def locate() -> None:
    recorded(_officer(), lon=-0.2, lat=51.5)
    makers.areas()
    assert actions.locate_encounters(by=BY) == 1


def import_archive() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = makers.archive(Path(folder), [*makers.rows(3), makers.row(), makers.row(), makers.row(Gender="Fluid")])
        actions.import_archive(by=BY, path=path)


def build_facts() -> None:
    recorded(_officer())
    actions.build_facts(by=BY)


SCENARIOS = {
    "encounters.encounter.record": record,
    "encounters.school.resolve": resolve,
    "encounters.review.complete": review,
    "encounters.draft.begin": begin_draft,
    "encounters.diversion.note": note_diversion,
    "encounters.encounter.correct": correct,
    "encounters.review.escalate": escalate,
    "encounters.draft.discard": discard_draft,
    "encounters.encounter.record_many": record_batch,
    "encounters.encounter.locate": locate,
    "encounters.archive.import": import_archive,
    "encounters.facts.build": build_facts,
}
