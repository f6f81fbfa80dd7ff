"""What follows from an encounter for its school: registered with the core, and run inside its actions."""

from __future__ import annotations

from django.urls import reverse

from childfirst.audit.actors import Actor
from childfirst.encounters.models import Encounter
from childfirst.encounters.next_steps import NextStep
from childfirst.encounters.notices import actions, queries, rules
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.vocabulary import TRANSITIONS, State, Step
from childfirst.people.models import Account
from childfirst.shared import clock

_WITHDRAWABLE = frozenset(t.before for t in TRANSITIONS if t.step == Step.WITHDRAW)


def recorded(*, by: Actor, encounter: Encounter) -> None:
    """An encounter was recorded: where it names a school, its officer is asked to write to it."""
    if _concerns_a_pupil(encounter) and rules.is_recent(encounter.occurred_at, clock.now()):
        actions.raise_notice(by=by, encounter=encounter)


def corrected(*, by: Actor, encounter: Encounter) -> None:
    """An encounter was completed or corrected: a notice to a school that it no longer names is withdrawn and erased, and the school that
    it names now is told. A notice that has begun stays while the school does, however old the encounter is by now."""
    concerns = _concerns_a_pupil(encounter)
    told = False
    for notice in Notice.objects.filter(encounter=encounter).exclude(state=State.WITHDRAWN):
        if concerns and notice.school_id == encounter.school_id:
            told = True
        elif notice.state in _WITHDRAWABLE:
            actions.withdraw(by=by, notice=notice)
    if concerns and not told and rules.is_recent(encounter.occurred_at, clock.now()):
        actions.raise_notice(by=by, encounter=encounter)


def _concerns_a_pupil(encounter: Encounter) -> bool:
    return rules.concerns_a_pupil(
        has_school=encounter.school_id is not None,
        source=encounter.source,
        age=encounter.age,
        age_band=encounter.age_band,
        search_of=encounter.search_of,
    )


def write_the_notice(user: Account, encounter: Encounter) -> NextStep | None:
    """For the officer: write to the school, or see what came of the notice."""
    if encounter.recorded_by_id != user.pk or encounter.school_id is None:
        return None
    notice = queries.notice_of(encounter)
    if notice is None:
        return None
    if notice.state == State.TO_WRITE:
        return NextStep(
            text="Write the notice to the school",
            url=reverse("notices:write", args=[notice.pk]),
            hint="Only its safeguarding lead and you can open it. Without your words it goes out after 24 hours, and says little.",
            order=10,
            urgent=True,
        )
    return NextStep(
        text="Notice to the school", url=reverse("notices:notice", args=[notice.pk]), hint=f"{notice.get_state_display()}.", order=20
    )  # fmt: skip
