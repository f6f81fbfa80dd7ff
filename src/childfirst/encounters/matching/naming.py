"""Names that people use for schools: one reviewer proposes, another agrees, then searches and the matcher know the name."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction

from childfirst.audit.actions import action, note
from childfirst.encounters.matching import permissions
from childfirst.encounters.matching.models import AliasProposal
from childfirst.encounters.matching.vocabulary import ProposalState
from childfirst.people.models import Account
from childfirst.places import actions as places_actions
from childfirst.places import queries as places
from childfirst.shared import clock
from childfirst.shared.errors import UserError

LONGEST = 60


def alias_fault(alias: str) -> str:
    """Why a text cannot be a name that people use for a school; empty when it can."""
    if not 2 <= len(alias) <= LONGEST or len(re.findall(r"[^\W\d_]", alias)) < 2:
        return (
            f"A name that people use has 2 to {LONGEST} letters: give the name alone, without the sentence around it."
        )
    if len(alias.split()) > 8:
        return "Give the name alone, without the sentence around it."
    return ""


@action("encounters.alias.propose")
def propose_alias(*, by: Account, alias: str, school: int, why: str) -> AliasProposal:
    """Propose that people use a name for a school ("St Joes"). It counts only once a second reviewer has agreed.

    Raises UserError for a text that is no name, one that is proposed already, or one that the school has already.
    """
    permissions.check_can_review(by)
    name, found = " ".join(alias.split()), places.school(school)
    if sentence := alias_fault(name):
        raise UserError(sentence)
    if not why.strip():
        raise UserError("Say how you know that this school is meant.")
    if found is None:
        raise UserError(f"There is no school with the number {school}.")
    if name.casefold() in {found.name.casefold(), *(one.casefold() for one in places.aliases(found.urn))}:
        raise UserError(f"{found.name} is already found by the name “{name}”.")
    try:
        with transaction.atomic():
            proposal = AliasProposal.objects.create(alias=name, school=found, why=why.strip()[:500], proposed_by=by)
    except IntegrityError:
        raise UserError("This name is proposed for this school already.") from None
    note(proposal.reference)
    return proposal


@action("encounters.alias.agree")
def agree_alias(*, by: Account, proposal: AliasProposal) -> AliasProposal:
    """Agree, as the second person, to a proposed name: from now on it finds the school. Forbidden to who proposed it."""
    permissions.check_can_decide(by, proposed_by=proposal.proposed_by_id)
    proposal = _open(proposal)
    proposal.name = places_actions.add_alias(by=by, school=proposal.school, alias=proposal.alias, reason=proposal.why)
    return _closed(proposal, by, ProposalState.AGREED, "")


@action("encounters.alias.refuse")
def refuse_alias(*, by: Account, proposal: AliasProposal, reason: str) -> AliasProposal:
    """Refuse a proposed name, with the reason. Forbidden to who proposed it; raises UserError without a reason."""
    permissions.check_can_decide(by, proposed_by=proposal.proposed_by_id)
    proposal = _open(proposal)
    if not reason.strip():
        raise UserError("Say why the name is refused.")
    return _closed(proposal, by, ProposalState.REFUSED, reason.strip()[:500])


def _open(proposal: AliasProposal) -> AliasProposal:
    proposal = AliasProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != ProposalState.PROPOSED:
        raise UserError("Somebody has decided about this name already.")
    return proposal


def _closed(proposal: AliasProposal, by: Account, state: ProposalState, reason: str) -> AliasProposal:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.reason = state, by, clock.now(), reason
    proposal.save()
    note(proposal.reference, data={"state": str(state)}, reason=reason)
    return proposal
