"""Writes about reviews: ask for them, do them, and ask others when nobody did."""

from __future__ import annotations

from django.db import transaction

from childfirst.audit.actions import action, note
from childfirst.audit.actors import Actor
from childfirst.encounters import permissions, queries, rules
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.encounters.vocabulary import FurtherAction, ReviewFinding
from childfirst.people.models import Account
from childfirst.shared import clock
from childfirst.shared.errors import UserError


def ask_for_reviews(encounter: Encounter) -> list[ReviewFlag]:
    """Ask for each review that the record calls for and that was not asked for yet; gives the new ones.

    Part of the actions that make or correct a record. Supervisors of the team are told by e-mail once it is saved.
    """
    reasons = rules.review_reasons_of(encounter)
    there = set(encounter.reviews.values_list("reason", flat=True))
    due = rules.review_due(clock.now())
    made = ReviewFlag.objects.bulk_create(
        [ReviewFlag(encounter=encounter, reason=reason, due_at=due) for reason in reasons if reason not in there]
    )
    if made:
        transaction.on_commit(lambda: _tell("asked", encounter.team_id), robust=True)
    return made


def _tell(why: str, team_id: str | None) -> None:
    from childfirst.encounters.tasks import tell_supervisors

    if team_id is not None:
        tell_supervisors.enqueue(why, team_id)


@action("encounters.review.complete")
def complete_review(*, by: Account, flag: ReviewFlag, conclusion: str, further_action: str, finding: str) -> ReviewFlag:
    """Say what a supervisor found, what follows, and why, in codes and in words.

    Raises Forbidden for who recorded the encounter; UserError for a code that is none, empty words, or a review that is done.
    """
    permissions.check_can_review(by, flag)
    flag = ReviewFlag.objects.select_for_update().select_related("encounter").get(pk=flag.pk)
    if flag.reviewed_at is not None:
        raise UserError("This review has already been completed.")
    if conclusion not in ReviewFinding.values:
        raise UserError("Say what you found.")
    if further_action not in FurtherAction.values:
        raise UserError("Say what follows.")
    if not finding.strip():
        raise UserError("Say in your own words what you found.")
    flag.conclusion, flag.further_action, flag.finding = conclusion, further_action, finding.strip()
    flag.reviewed_by, flag.reviewed_at = by, clock.now()
    flag.save()
    late = flag.reviewed_at > flag.due_at
    note(flag.encounter.reference, data={"review": flag.reason, "further_action": further_action, "late": late})
    return flag


@action("encounters.review.escalate")
def escalate_reviews(*, by: Actor) -> int:
    """Ask the other supervisors of the force to do the reviews that nobody did in time; gives how many.

    Each is escalated once. Raises UserError when none is overdue.
    """
    found = list(queries.overdue_reviews().filter(escalated_at=None).select_for_update(of=("self",)))
    if not found:
        raise UserError("No review is overdue that was not escalated already.")
    now = clock.now()
    ReviewFlag.objects.filter(pk__in=[flag.pk for flag in found]).update(escalated_at=now)
    for flag in found:
        note(flag.encounter.reference, data={"review": flag.reason, "hours_late": int((now - flag.due_at).total_seconds() // 3600)})  # fmt: skip
    for team_id in sorted({flag.encounter.team_id for flag in found if flag.encounter.team_id}):
        transaction.on_commit(lambda team_id=team_id: _tell("overdue", team_id), robust=True)  # type: ignore[misc]
    return len(found)
