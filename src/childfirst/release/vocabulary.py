"""States of a release and how it passes between them, as data."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

from childfirst.engines.disclosure import Status

SHOWN, HIDDEN, ZERO, NOT_KNOWN, NOT_APPLICABLE = "shown", "hidden", "zero", "not_known", "not_applicable"

PUBLIC_STATUS = {
    Status.SHOWN: SHOWN,
    Status.HIDDEN_PRIMARY: HIDDEN,
    Status.HIDDEN_SECONDARY: HIDDEN,
    Status.TRUE_ZERO: ZERO,
}
"""What the public is told of a cell. Whether it was hidden for itself or to protect another would narrow the guess."""


class State(TextChoices):
    """Where a release stands. ``half_reviewed`` says that one of two people has decided, not what."""

    DRAFTED = "drafted", "Being computed"
    PROTECTED = "protected", "Protected, being attacked"
    FAILED = "failed", "Could not be built"
    ATTACKED = "attacked", "Ready to be reviewed"
    HALF_REVIEWED = "half_reviewed", "One of two people has decided"
    REVIEWED = "reviewed", "Signed by two people"
    RETURNED = "returned", "Sent back with reasons"
    PUBLISHED = "published", "Published"
    CORRECTED = "corrected", "Corrected by a later release"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Step(TextChoices):
    """What moves a release on."""

    PROTECT = "protect", "computed, and its small numbers hidden"
    ATTACK = "attack", "the attack on it failed"
    FAIL = "fail", "could not be built, or the attack succeeded"
    DECIDE = "decide", "the first person decides"
    ACCEPT = "accept", "the second decides, both sign"
    RETURN = "return", "the second decides, one of them refuses"
    PREPARE_AGAIN = "prepare_again", "prepared again, with the same values or others"
    PUBLISH = "publish", "published"
    CORRECT = "correct", "a release that corrects it is published"
    WITHDRAW = "withdraw", "withdrawn with a reason"


@dataclass(frozen=True, slots=True)
class Transition:
    """From one state by one step to another; ``who`` says whose step it is."""

    before: State
    step: Step
    after: State
    who: str


_ANALYST = "someone who may prepare releases"
_SIGNER = "someone who may sign and did not prepare it"
_BOARD = "someone who may publish"

UNPUBLISHED = (
    State.DRAFTED, State.PROTECTED, State.FAILED, State.ATTACKED, State.HALF_REVIEWED, State.REVIEWED, State.RETURNED,
)  # fmt: skip
"""States before the public saw anything: from each of them the release can be prepared again."""

TRANSITIONS = (
    Transition(State.DRAFTED, Step.PROTECT, State.PROTECTED, "the builder"),
    Transition(State.DRAFTED, Step.FAIL, State.FAILED, "the builder"),
    Transition(State.PROTECTED, Step.ATTACK, State.ATTACKED, "the builder"),
    Transition(State.PROTECTED, Step.FAIL, State.FAILED, "the builder"),
    Transition(State.ATTACKED, Step.DECIDE, State.HALF_REVIEWED, _SIGNER),
    Transition(State.HALF_REVIEWED, Step.ACCEPT, State.REVIEWED, f"another: {_SIGNER}"),
    Transition(State.HALF_REVIEWED, Step.RETURN, State.RETURNED, f"another: {_SIGNER}"),
    *(Transition(state, Step.PREPARE_AGAIN, State.DRAFTED, _ANALYST) for state in UNPUBLISHED),
    Transition(State.REVIEWED, Step.PUBLISH, State.PUBLISHED, _BOARD),
    Transition(State.PUBLISHED, Step.CORRECT, State.CORRECTED, "the release that corrects it"),
    Transition(State.PUBLISHED, Step.WITHDRAW, State.WITHDRAWN, _BOARD),
    Transition(State.CORRECTED, Step.WITHDRAW, State.WITHDRAWN, _BOARD),
)

PUBLIC_STATES = frozenset({State.PUBLISHED, State.CORRECTED})
"""States in which the public can read the figures."""

CORRECTABLE = PUBLIC_STATES | {State.WITHDRAWN}
"""States in which figures were seen by the public, so that a new release can correct them."""


class Decision(TextChoices):
    SIGN = "sign", "Signed"
    REFUSE = "refuse", "Refused"


class Access(TextChoices):
    """Why somebody saw figures of a release before the public did."""

    PRODUCTION = "production", "Prepared the release"
    REVIEW = "review", "Could decide about the release"
    OVERSIGHT = "oversight", "Oversees how releases are made"
    GIVEN = "given", "Was given access"


class Planned(TextChoices):
    """Where an entry of the publication calendar stands."""

    ANNOUNCED = "announced", "Announced"
    PUBLISHED = "published", "Published"
    CANCELLED = "cancelled", "Cancelled"


SIGNATURES_NEEDED = 2
MINIMUM_REASON = 10
"""Characters that a reason has at least."""
