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
    """Where a release stands. ``signed_once`` says that one of two people has decided, not what."""

    DRAFTED = "drafted", "Being built"
    FAILED = "failed", "Could not be built"
    CHECKED = "checked", "Ready to be reviewed"
    SIGNED_ONCE = "signed_once", "One of two people has decided"
    SIGNED_TWICE = "signed_twice", "Signed by two people"
    REFUSED = "refused", "Refused"
    PUBLISHED = "published", "Published"
    CORRECTED = "corrected", "Corrected by a later release"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Step(TextChoices):
    """What moves a release on."""

    CHECK = "check", "built, protected, and the attack failed"
    FAIL = "fail", "could not be built, or the attack succeeded"
    DECIDE = "decide", "the first person decides"
    ACCEPT = "accept", "the second decides, both sign"
    REFUSE = "refuse", "the second decides, one of them refuses"
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


TRANSITIONS = (
    Transition(State.DRAFTED, Step.CHECK, State.CHECKED, "the builder"),
    Transition(State.DRAFTED, Step.FAIL, State.FAILED, "the builder"),
    Transition(State.CHECKED, Step.DECIDE, State.SIGNED_ONCE, "someone who may sign and did not prepare it"),
    Transition(State.SIGNED_ONCE, Step.ACCEPT, State.SIGNED_TWICE, "someone else who may sign and did not prepare it"),
    Transition(State.SIGNED_ONCE, Step.REFUSE, State.REFUSED, "someone else who may sign and did not prepare it"),
    Transition(State.SIGNED_TWICE, Step.PUBLISH, State.PUBLISHED, "someone who may publish"),
    Transition(State.PUBLISHED, Step.CORRECT, State.CORRECTED, "the release that corrects it"),
    Transition(State.PUBLISHED, Step.WITHDRAW, State.WITHDRAWN, "someone who may publish"),
    Transition(State.CORRECTED, Step.WITHDRAW, State.WITHDRAWN, "someone who may publish"),
)

FINAL = frozenset({State.FAILED, State.REFUSED, State.WITHDRAWN})
"""States from which no step leads on. What failed or was refused is prepared anew, as another release."""

PUBLIC_STATES = frozenset({State.PUBLISHED, State.CORRECTED})
"""States in which the public can read the figures."""


CORRECTABLE = PUBLIC_STATES | {State.WITHDRAWN}
"""States in which figures were seen by the public, so that a new release can correct them."""


class Decision(TextChoices):
    SIGN = "sign", "Signed"
    REFUSE = "refuse", "Refused"


SIGNATURES_NEEDED = 2
MINIMUM_REASON = 10
"""Characters that a reason has at least."""
