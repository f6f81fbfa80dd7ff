"""What a reference to one of the chamber's records shows to a person who may see it. No words of a record are shown."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from childfirst.encounters.matching import permissions
from childfirst.encounters.matching.models import AliasProposal, Case, Decision, ImportRun
from childfirst.people.permissions import holds
from childfirst.people.vocabulary import Permission
from childfirst.shared.references import Resolved, register


def case(key: str, user: Any) -> Resolved | None:
    """The case's number, for reviewers."""
    if not permissions.can_review(user):
        return None
    found = Case.objects.filter(pk=key).first()
    return None if found is None else Resolved(str(found), reverse("matching:case", args=[found.pk]))


def decision(key: str, user: Any) -> Resolved | None:
    """The list of decisions, for reviewers."""
    if not permissions.can_review(user) or not Decision.objects.filter(pk=key).exists():
        return None
    return Resolved("A decision of matching", reverse("matching:decisions"))


def run(key: str, user: Any) -> Resolved | None:
    """Name of the file, for those who may import."""
    if not holds(user, Permission.ENCOUNTERS_IMPORT):
        return None
    found = ImportRun.objects.defer("details").filter(pk=key).first()
    return None if found is None else Resolved(f"Import of {found.file}", reverse("matching:import", args=[found.pk]))


def proposal(key: str, user: Any) -> Resolved | None:
    """The proposed name, for reviewers."""
    if not permissions.can_review(user):
        return None
    found = AliasProposal.objects.filter(pk=key).first()
    return None if found is None else Resolved(f"The name “{found}”", reverse("matching:alias", args=[found.pk]))


def register_all() -> None:
    """Called when the chamber starts."""
    register("encounters_matching.case", case)
    register("encounters_matching.decision", decision)
    register("encounters_matching.importrun", run)
    register("encounters_matching.aliasproposal", proposal)
