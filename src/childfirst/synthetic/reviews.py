"""The demo's reviews: done in time for the most part, some of them waiting, one overdue; a correction; and what needed no police."""

from __future__ import annotations

import datetime as dt

import numpy as np

from childfirst.encounters import actions
from childfirst.encounters.alternatives import CAN_BE_CALLED
from childfirst.encounters.models import Encounter, ReviewFlag
from childfirst.encounters.permissions import can_review
from childfirst.encounters.vocabulary import FurtherAction, ReviewFinding
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.synthetic.people import Cast

WAITING = 4
"""So many of the latest reviews nobody has done yet."""
FINDINGS: tuple[tuple[float, ReviewFinding, FurtherAction, str], ...] = (
    (0.62, ReviewFinding.RIGHT, FurtherAction.NONE, "Body-worn video seen. The reasons were sound and were explained."),
    (0.24, ReviewFinding.LEARNING, FurtherAction.TALK, "It could have been talked through first. Spoken about with the officer."),
    (0.10, ReviewFinding.NOT_NEEDED, FurtherAction.APOLOGY, "There was no need for it. The family was told so, and why."),
    (0.04, ReviewFinding.NOT_NEEDED, FurtherAction.PROFESSIONAL_STANDARDS, "Not proportionate. Referred the same day."),
)  # fmt: skip


def make_reviews(cast: Cast) -> None:
    """Do all reviews but the latest, by supervisors who did not record them; correct a record; note what others dealt with."""
    rng = np.random.default_rng(Encounter.objects.count())
    flags = list(ReviewFlag.objects.filter(reviewed_at=None).select_related("encounter__team").order_by("due_at"))
    supervisors = cast.accounts[Role.NEIGHBOURHOOD_SUPERVISOR]
    shares = np.array([share for share, *_ in FINDINGS])
    for flag in flags[:-WAITING]:
        _, conclusion, further, words = FINDINGS[rng.choice(len(FINDINGS), p=shares / shares.sum())]
        by = next((one for one in supervisors if can_review(one, flag)), None)
        if by is None:
            continue
        actions.complete_review(by=by, flag=flag, conclusion=conclusion, further_action=further, finding=words)
        asked = flag.due_at - dt.timedelta(hours=24)
        done = asked + dt.timedelta(hours=float(rng.uniform(1, 26)))
        ReviewFlag.objects.filter(pk=flag.pk).update(created_at=asked, reviewed_at=done)
    for hours, flag in zip((-3, 2, 9, 20), flags[-WAITING:], strict=False):
        due = clock.now() + dt.timedelta(hours=hours)
        ReviewFlag.objects.filter(pk=flag.pk).update(due_at=due, created_at=due - dt.timedelta(hours=24))
    officer = cast.first(Role.WARD_OFFICER)
    own = Encounter.objects.filter(recorded_by=officer, initiator="patrol").order_by("-occurred_at").first()
    if own is not None:
        actions.correct_encounter(
            by=officer,
            encounter=own,
            changes={"initiator": "school"},
            reason="The school had called us; I wrote patrol by mistake.",
            version=own.version,
        )
    for alternative in rng.choice([str(one) for one in CAN_BE_CALLED], 11):
        actions.note_diversion(by=officer, alternative=str(alternative))
