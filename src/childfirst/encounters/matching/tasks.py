"""Long work that the task worker does: imports of uploaded files, the matcher's index, retraining."""

from __future__ import annotations

from django_tasks import task

from childfirst.audit.actors import Actor, System
from childfirst.audit.origin import Origin, coming_from
from childfirst.audit.upkeep import BY as UPKEEP
from childfirst.encounters.matching import actions, files, importing, learning, store, uploads
from childfirst.encounters.matching.mapping import Columns
from childfirst.encounters.matching.models import ImportRun
from childfirst.people.models import Account
from childfirst.places.models import School
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference
from childfirst.shared.text import count_of


@task()
def import_upload(run_id: str, by: str) -> str:
    """Import an uploaded file, or go on with it; returns the state that it came to."""
    with coming_from(Origin("task")):
        run = ImportRun.objects.get(pk=run_id)
        actor = actor_of(by)
        told = run.mapping
        columns = Columns(told["system"], told["columns"], told["constants"])
        try:
            opened = files.open_file(uploads.path_of(run.upload), run.file)
            run = importing.begin_run(by=actor, opened=opened, columns=columns, run=run)
            run = importing.go_on(by=actor, run=run, opened=opened, columns=columns)
        except UserError as error:
            importing.stop_run(by=actor, run=ImportRun.objects.get(pk=run_id), sentence=error.sentence)
        return str(ImportRun.objects.get(pk=run_id).state)


@task()
def retrain(by: str) -> str:
    """Retrain the matcher and offer it; returns what came of it in a sentence."""
    with coming_from(Origin("task")):
        try:
            version = learning.retrain(by=actor_of(by))
        except UserError as error:
            return error.sentence
        return f"Matcher {version} waits for an analyst."


def refresh() -> str:
    """Build the index when the register changed, and match anew what waits; for the platform's upkeep."""
    number = 0
    if School.objects.exists():
        fingerprint = store.matcher().fingerprint
        while actions.stale_mentions(fingerprint).exists():
            number += actions.rematch(by=UPKEEP)
    old = uploads.remove_old()
    said = [
        f"{count_of(number, 'text')} matched anew." if number else "",
        f"{count_of(old, 'old upload')} erased." if old else "",
    ]
    return " ".join(sentence for sentence in said if sentence)


def actor_of(text: str) -> Actor:
    """The actor behind a reference that a task was given."""
    reference = Reference.parse(text)
    if reference.kind == "people.account":
        return Account.objects.get(pk=reference.key)
    return System(reference.key.replace("-", " "))
