"""A way to run every action of matching to its end."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from childfirst.audit.actors import System
from childfirst.encounters.matching import actions, bringing, files, importing, landing, learning
from childfirst.encounters.matching.checks import check
from childfirst.encounters.matching.learning import Trained
from childfirst.encounters.matching.models import AliasProposal, Case, Decision, ImportRun, Mention, ModelVersion
from childfirst.engines.linkage import training
from childfirst.engines.linkage.model import packaged
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.places.models import School
from tests.conftest import make_account
from tests.encounters.matching import makers
from tests.encounters.matching.makers import columns, doubtful, row, write

BY = System("a test")


def _reviewer() -> Account:
    return make_account(Role.ANALYST)


def case() -> Case:
    """An open case of three records."""
    if not School.objects.exists():
        makers.register()
    with tempfile.TemporaryDirectory() as folder:
        return doubtful(Path(folder))


def begun(then: str = "") -> ImportRun:
    makers.register()
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), [row(1), row(2), row(3, sex="purple")])
        opened = files.open_file(path)
        run = importing.begin_run(by=BY, opened=opened, columns=columns())
        if then == "land":
            around = importing._surroundings()
            part = next(opened.batches(10))
            prepared = landing.prepare(check(part, columns(), around, "records.csv"), dict(around.borough_names))
            run = importing.land_batch(by=BY, run=run, prepared=prepared)
    return run


def begin() -> None:
    begun()


def land() -> None:
    begun("land")


def finish() -> None:
    importing.finish_run(by=BY, run=begun())


def stop() -> None:
    importing.stop_run(by=BY, run=begun(), sentence="The disk is full.")


def uploaded() -> ImportRun:
    """A file that was brought, whose columns are not named yet."""
    makers.register()
    with tempfile.TemporaryDirectory() as folder:
        content = write(Path(folder), [row(1)]).read_bytes()
    return bringing.bring(by=BY, file=SimpleUploadedFile("records.csv", content), system="connect")


def upload() -> None:
    uploaded()


def map_columns() -> None:
    bringing.map_columns(by=BY, run=uploaded(), columns=columns())


def discard() -> None:
    bringing.discard(by=BY, run=uploaded())


def tidy() -> None:
    case()
    Mention.objects.update(records=9)
    assert actions.recount(by=BY, mentions=list(Mention.objects.values_list("pk", flat=True))) == 1


def claim() -> None:
    actions.claim(by=_reviewer(), case=case())


def skip() -> None:
    actions.skip(by=_reviewer(), case=case())


def decided() -> Decision:
    found = case()
    return actions.decide(by=_reviewer(), case=found, school=100001)


def decide() -> None:
    decided()


def undo() -> None:
    actions.undo(by=_reviewer(), decision=decided())


def rematch() -> None:
    case()
    Mention.objects.update(fingerprint="another")
    assert actions.rematch(by=BY) == 1


def proposal() -> AliasProposal:
    """A name that waits for a second person."""
    if not School.objects.exists():
        makers.register()
    return actions.propose_alias(by=_reviewer(), alias="Joes", school=100001, why="Every officer here says so.")


def propose() -> None:
    proposal()


def agree() -> None:
    actions.agree_alias(by=_reviewer(), proposal=proposal())


def refuse() -> None:
    actions.refuse_alias(by=_reviewer(), proposal=proposal(), reason="It is the college.")


def version() -> ModelVersion:
    """A retrained model that waits for an analyst."""
    model = packaged()
    source = training.to_toml(model, model.accept, model.none_at, {"made_on": "2026-03-27", "labels": "a test"})
    figures = {
        "best_right": 190, "named": 200, "accepted": 150, "accepted_right": 150, "none": 10, "none_wrong": 0, "review": 40,
    }  # fmt: skip
    report = {"old": figures, "new": figures, "people": 200, "unchallenged": 200, "further": 0, "refused": ""}
    return learning.offer_model(by=BY, trained=Trained(source, report, 200))


def retrain() -> None:
    version()


def accept() -> None:
    actions.accept_model(by=_reviewer(), version=version())


def refuse_model() -> None:
    actions.refuse_model(by=_reviewer(), version=version())


def reset() -> None:
    actions.accept_model(by=_reviewer(), version=version())
    actions.reset_model(by=_reviewer())


SCENARIOS = {
    "encounters.records.upload": upload,
    "encounters.records.map": map_columns,
    "encounters.records.discard": discard,
    "encounters.matcher.tidy": tidy,
    "encounters.records.begin": begin,
    "encounters.records.land": land,
    "encounters.records.finish": finish,
    "encounters.records.stop": stop,
    "encounters.case.claim": claim,
    "encounters.case.skip": skip,
    "encounters.case.decide": decide,
    "encounters.case.undo": undo,
    "encounters.case.rematch": rematch,
    "encounters.alias.propose": propose,
    "encounters.alias.agree": agree,
    "encounters.alias.refuse": refuse,
    "encounters.matcher.retrain": retrain,
    "encounters.matcher.accept": accept,
    "encounters.matcher.refuse": refuse_model,
    "encounters.matcher.reset": reset,
}
