"""Long work that the task worker does."""

from __future__ import annotations

from django_tasks import task

from childfirst.audit.actors import Actor, System
from childfirst.audit.origin import Origin, coming_from
from childfirst.people.models import Account
from childfirst.release.actions import build_release
from childfirst.release.models import Release
from childfirst.shared.references import Reference


@task()
def build(release_id: str, by: str) -> str:
    """Build a drafted release in the name of the person who prepared it; returns the state that it came to."""
    with coming_from(Origin("task")):
        release = Release.objects.get(pk=release_id)
        return str(build_release(by=_actor(by), release=release).state)


def _actor(text: str) -> Actor:
    reference = Reference.parse(text)
    if reference.kind == "people.account":
        return Account.objects.get(pk=reference.key)
    return System(reference.key.replace("-", " "))
