"""Encounters: the record form, lists and details by owner, schools to find, reviews, imports, the API."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from childfirst.audit.actors import System
from childfirst.encounters import actions
from childfirst.encounters.models import Encounter
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from tests.conftest import make_account
from tests.encounters import makers
from tests.encounters.makers import recorded, team_of
from tests.routes import Route

OFFICERS = frozenset({Role.WARD_OFFICER, Role.NEIGHBOURHOOD_SUPERVISOR})
SUPERVISORS = frozenset({Role.NEIGHBOURHOOD_SUPERVISOR})
AUDITORS = frozenset({Role.AUDITOR})
READERS = OFFICERS | AUDITORS
ANALYSTS = frozenset({Role.ANALYST})

_RECORDS = ("ward_officer", "neighbourhood_supervisor")


def _role_of(account: Account | None) -> str:
    membership = account.current_memberships().first() if account else None
    return membership.role if membership else ""


def _elsewhere() -> Organisation:
    return Organisation.objects.get_or_create(name="A team elsewhere", kind=OrganisationKind.FORCE)[0]


def _someone(account: Account | None, *, elsewhere: bool) -> Account:
    """An officer of another team, or of the team of the account where that records."""
    if elsewhere or _role_of(account) not in _RECORDS:
        return make_account(Role.WARD_OFFICER, organisation=_elsewhere())
    assert account is not None
    return make_account(Role.WARD_OFFICER, organisation=team_of(account))


def _made(by: Account, **changes: Any) -> Encounter:
    return recorded(by, **{"school_reason": "not_yet_known", "use_of_force": "yes", **changes})


def own(account: Account | None) -> dict[str, Any]:
    """One's own for those who record; for others, somebody else's."""
    if account is not None and _role_of(account) in _RECORDS:
        return {"encounter_id": _made(account).pk}
    return elsewhere(account)


def of_the_team(account: Account | None) -> dict[str, Any]:
    return {"encounter_id": _made(_someone(account, elsewhere=False)).pk}


def elsewhere(account: Account | None) -> dict[str, Any]:
    return {"encounter_id": _made(_someone(account, elsewhere=True)).pk}


def team_review(account: Account | None) -> dict[str, Any]:
    return {"flag_id": _made(_someone(account, elsewhere=False)).reviews.get().pk}


def review_elsewhere(account: Account | None) -> dict[str, Any]:
    return {"flag_id": _made(_someone(account, elsewhere=True)).reviews.get().pk}


def a_draft(account: Account | None) -> dict[str, Any]:
    """For those who record, a draft in which only the first question has an answer."""
    if account is not None and _role_of(account) in _RECORDS:
        actions.save_draft(by=account, answers={"alternative": {"alternative": "immediate_danger"}})
    return {}


def first_question(account: Account | None) -> dict[str, Any]:
    return {"slug": "alternative"}


def second_question(account: Account | None) -> dict[str, Any]:
    a_draft(account)
    return {"slug": "kind"}


def an_import(account: Account | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = makers.archive(Path(folder), [*makers.rows(3), makers.row(), makers.row(), makers.row(Gender="Fluid")])
        return {"report_id": actions.import_archive(by=System("a test"), path=path).pk}


def a_question_of_own(account: Account | None) -> dict[str, Any]:
    return {**own(account), "slug": "person"}


def a_question_of_the_team(account: Account | None) -> dict[str, Any]:
    return {**of_the_team(account), "slug": "outcome"}


def a_question_elsewhere(account: Account | None) -> dict[str, Any]:
    return {**elsewhere(account), "slug": "outcome"}


FINDING = makers.found()
ALTERNATIVE = {"alternative": "immediate_danger"}
REFUSED = {"answer": "refused"}

ROUTES = [
    Route("encounters:index", READERS),
    Route("encounters:start", OFFICERS),
    Route("encounters:start", OFFICERS, make=a_draft, label="with a draft"),
    Route("encounters:start", OFFICERS, method="post", expect=302),
    Route("encounters:step", OFFICERS, make=first_question),
    Route("encounters:step", OFFICERS, make=second_question, label="second"),
    Route("encounters:step", OFFICERS, make=first_question, method="post", data=ALTERNATIVE, expect=302),
    Route("encounters:check", OFFICERS, make=a_draft, expect=302, label="unfinished"),
    Route("encounters:discard", OFFICERS, make=a_draft, method="post", expect=302),
    Route("encounters:school-suggestions", OFFICERS),
    Route("encounters:ward-suggestions", OFFICERS),
    Route("encounters:detail", READERS, make=own, label="own"),
    Route("encounters:detail", SUPERVISORS | AUDITORS, make=of_the_team, label="of the team"),
    Route("encounters:detail", AUDITORS, make=elsewhere, label="of another team"),
    Route("encounters:recorded", OFFICERS, make=own, label="own"),
    Route("encounters:recorded", frozenset(), make=of_the_team, label="of the team"),
    Route("encounters:diverted", OFFICERS, make=lambda account: {"alternative": "youth_worker"}),
    Route("encounters:correct", OFFICERS, make=own, label="own"),
    Route("encounters:correct", SUPERVISORS, make=of_the_team, label="of the team"),
    Route("encounters:correct", frozenset(), make=elsewhere, label="of another team"),
    Route("encounters:correct_question", OFFICERS, make=a_question_of_own, label="own"),
    Route("encounters:correct_question", SUPERVISORS, make=a_question_of_the_team, label="of the team"),
    Route("encounters:correct_question", frozenset(), make=a_question_elsewhere, label="of another team"),
    Route("encounters:resolve", OFFICERS, make=own, label="own"),
    Route("encounters:resolve", SUPERVISORS, make=of_the_team, label="of the team"),
    Route("encounters:resolve", frozenset(), make=elsewhere, label="of another team"),
    Route("encounters:resolve", OFFICERS, make=own, method="post", data=REFUSED, expect=302, label="own"),
    Route("encounters:resolve", frozenset(), make=elsewhere, method="post", data=REFUSED, label="of another team"),
    Route("encounters:follow_ups", READERS),
    Route("encounters:reviews", SUPERVISORS | AUDITORS),
    Route("encounters:review", SUPERVISORS | AUDITORS, make=team_review, label="of the team"),
    Route("encounters:review", AUDITORS, make=review_elsewhere, label="of another team"),
    Route(
        "encounters:review", SUPERVISORS, make=team_review, method="post", data=FINDING, expect=302, label="of the team"
    ),
    Route("encounters:imports", ANALYSTS),
    Route("encounters:import", ANALYSTS, make=an_import),
    Route("encounters:import_lines", ANALYSTS, make=an_import),
    Route("api:encounters", READERS),
    Route("api:corrections", READERS, make=own, label="own"),
    Route("api:corrections", AUDITORS, make=elsewhere, label="of another team"),
    Route("api:encounter", READERS, make=own, label="own"),
    Route("api:encounter", AUDITORS, make=elsewhere, label="of another team"),
]
