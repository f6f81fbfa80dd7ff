"""Matching: cases and decisions of reviewers, imports of earlier records, names, the matcher, the quality of the data."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from childfirst.encounters.matching import actions, bringing
from childfirst.encounters.matching.models import AliasProposal, Case, ImportRun
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.places.models import School
from tests.conftest import make_account
from tests.encounters.matching import makers
from tests.routes import Route
from tests.scenarios.encounters_matching import BY, version

ANALYSTS = frozenset({Role.ANALYST})
COUNTERS = ANALYSTS | {Role.NEIGHBOURHOOD_SUPERVISOR}
ANSWERS = {"answer": "none"}


def _register() -> None:
    if not School.objects.exists():
        makers.register()


def _case() -> Case:
    _register()
    with tempfile.TemporaryDirectory() as folder:
        return makers.doubtful(Path(folder), borough=f"Place {Case.objects.count()}")


def a_case(account: Account | None) -> dict[str, Any]:
    return {"case_id": _case().pk}


def cases(account: Account | None) -> dict[str, Any]:
    _case()
    return {}


def a_decision(account: Account | None) -> dict[str, Any]:
    decision = actions.decide(by=make_account(Role.ANALYST), case=_case(), school=100001)
    return {"decision_id": decision.pk}


def decided(account: Account | None) -> dict[str, Any]:
    a_decision(account)
    return {}


def decided_case(account: Account | None) -> dict[str, Any]:
    told = a_decision(account)
    return {"case_id": Case.objects.get(decision=told["decision_id"]).pk}


def a_proposal(account: Account | None) -> dict[str, Any]:
    _register()
    return _proposal(make_account(Role.ANALYST))


def _proposal(by: Account) -> dict[str, Any]:
    alias = f"Joes {AliasProposal.objects.count()}"
    return {"proposal_id": actions.propose_alias(by=by, alias=alias, school=100001, why="Every officer says so.").pk}


def names(account: Account | None) -> dict[str, Any]:
    a_proposal(account)
    return {}


def own_proposal(account: Account | None) -> dict[str, Any]:
    """The person's own, where they may propose; nobody agrees to what they proposed."""
    _register()
    is_analyst = account is not None and account.current_memberships().filter(role=Role.ANALYST).exists()
    by = account if is_analyst and account is not None else make_account(Role.ANALYST)
    return _proposal(by)


def an_import(account: Account | None) -> dict[str, Any]:
    _register()
    with tempfile.TemporaryDirectory() as folder:
        rows = [makers.row(n) for n in range(3)] + [makers.row(8, sex="purple"), makers.row(9, team="Unknown team")]
        run = makers.imported(Path(folder), rows)
    return {"run_id": run.pk}


def imports(account: Account | None) -> dict[str, Any]:
    an_import(account)
    return {}


def an_upload(account: Account | None) -> dict[str, Any]:
    _register()
    with tempfile.TemporaryDirectory() as folder:
        content = makers.write(Path(folder), [makers.row(1)]).read_bytes()
    run = bringing.bring(by=BY, file=SimpleUploadedFile("records.csv", content), system="connect")
    return {"run_id": run.pk}


def a_stopped_import(account: Account | None) -> dict[str, Any]:
    told = an_upload(account)
    ImportRun.objects.filter(pk=told["run_id"]).update(
        state="failed", failure="The disk is full.", mapping=makers.columns().as_json(), upload=""
    )
    return told


def a_version(account: Account | None) -> dict[str, Any]:
    return {"version_id": version().pk}


def versions(account: Account | None) -> dict[str, Any]:
    a_version(account)
    return {}


def quality(account: Account | None) -> dict[str, Any]:
    """Words of more than five records that name no school, and two months."""
    _register()
    with tempfile.TemporaryDirectory() as folder:
        rows = [makers.row(n, "not at school") for n in range(8)]
        makers.imported(Path(folder), [*rows, makers.row(20), makers.row(21, incident="03/06/2026")])
    return {}


def months(account: Account | None) -> dict[str, Any]:
    return {**quality(account), "slug": "months"}


def words(account: Account | None) -> dict[str, Any]:
    return {**quality(account), "slug": "words"}


ROUTES = [
    Route("matching:index", ANALYSTS, make=cases),
    Route("matching:next", ANALYSTS, make=cases, expect=302),
    Route("matching:case", ANALYSTS, make=a_case),
    Route("matching:case", ANALYSTS, make=decided_case, label="decided"),
    Route("matching:case", ANALYSTS, make=a_case, method="post", data=ANSWERS, expect=302),
    Route("matching:case", ANALYSTS, make=a_case, method="post", data={"do": "skip"}, expect=302, label="put off"),
    Route("matching:keys", ANALYSTS, method="post", expect=302),
    Route("matching:cases", ANALYSTS, make=cases),
    Route("matching:decisions", ANALYSTS, make=decided),
    Route("matching:undo", ANALYSTS, make=a_decision, method="post", expect=302),
    Route("matching:aliases", ANALYSTS, make=names),
    Route("matching:propose", ANALYSTS),
    Route("matching:alias", ANALYSTS, make=a_proposal),
    Route("matching:alias", ANALYSTS, make=own_proposal, label="own"),
    Route("matching:alias", ANALYSTS, make=a_proposal, method="post", data={"do": "agree"}, expect=302),
    Route("matching:alias", frozenset(), make=own_proposal, method="post", data={"do": "agree"}, label="own"),
    Route("matching:matcher", ANALYSTS, make=versions),
    Route("matching:retrain", ANALYSTS, method="post", expect=302),
    Route("matching:version", ANALYSTS, make=a_version, method="post", data={"do": "refuse"}, expect=302),
    Route("matching:imports", ANALYSTS, make=imports),
    Route("matching:upload", ANALYSTS),
    Route("matching:import", ANALYSTS, make=an_import),
    Route("matching:import", ANALYSTS, make=a_stopped_import, label="stopped"),
    Route("matching:import_lines", ANALYSTS, make=an_import),
    Route("matching:columns", ANALYSTS, make=an_upload),
    Route("matching:go_on", ANALYSTS, make=a_stopped_import, method="post", expect=302),
    Route("matching:discard", ANALYSTS, make=an_upload, method="post", expect=302),
    Route("matching:quality", COUNTERS, make=quality),
    Route("matching:quality_csv", COUNTERS, make=months),
    Route("matching:quality_csv", ANALYSTS, make=words, label="words"),
]
