"""Who could deal with it instead of the police, and whom to call: the first question of the record form.

The order is the order of the form: everyone else before the police. ``GUIDANCE`` says in plain words when each is the right one
and whom to call. It is general on purpose: telephone numbers belong to the directory of services of each partnership.
Where each thought comes from is said in ``source``, which the page shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Alternative(TextChoices):
    """Who else could have dealt with it."""

    SCHOOL = "school", "The school, under its own behaviour policy"
    FAMILY = "family", "A parent or carer"
    YOUTH_WORKER = "youth_worker", "A youth worker or youth organisation"
    EARLY_HELP = "early_help", "Early help or children’s social care"
    MENTAL_HEALTH = "mental_health", "Mental health support"
    IMMEDIATE_DANGER = "immediate_danger", "Nobody: someone was in immediate danger"
    ONLY_POLICE = "only_police", "Nobody: only the police could deal with it"
    NOT_ASKED = "not_asked", "Not asked"


CAN_BE_CALLED = (
    Alternative.SCHOOL,
    Alternative.FAMILY,
    Alternative.YOUTH_WORKER,
    Alternative.EARLY_HELP,
    Alternative.MENTAL_HEALTH,
)
"""Those who could have dealt with it: for them the form asks whether they are, and why the police came all the same."""

ASKABLE = tuple(one for one in Alternative if one is not Alternative.NOT_ASKED)
"""What the form and the API offer."""


class PoliceReason(TextChoices):
    """Why the police dealt with it although somebody else could have. "Nobody thought of them" is an honest answer, too."""

    NOT_THERE = "not_there", "They could not come, or not in time"
    NOT_ENOUGH = "not_enough", "They tried, and it was not enough"
    ASKED_US = "asked_us", "They asked the police to help them"
    DECLINED = "declined", "The child or family did not want them"
    MUST_RECORD = "must_record", "A crime has to be recorded or investigated"
    NOT_THOUGHT_OF = "not_thought_of", "Nobody thought of them at the time"


@dataclass(frozen=True, slots=True)
class Guidance:
    """When one of them is the right one (in a few words, and in a sentence), whom to call, and which document says so."""

    who: str
    hint: str
    when: str
    call: str
    source: str


GUIDANCE: dict[Alternative, Guidance] = {
    Alternative.SCHOOL: Guidance(
        who="the school",
        hint="A broken rule, a row, a small loss; nobody hurt",
        when="A rule of the school was broken, pupils fell out, or something small was taken or damaged, and nobody is hurt.",
        call=(
            "Call the school’s office and ask for the designated safeguarding lead, or the senior member of staff on duty. "
            "Out of hours, tell them on the next school day."
        ),
        source=(
            "National Police Chiefs’ Council, When to call the police (2020). London Assembly committee report (2026): "
            "officers support a school’s behaviour policy, and leave pupils’ disputes to staff unless someone may be hurt."
        ),
    ),
    Alternative.FAMILY: Guidance(
        who="the parent or carer",
        hint="The child is safe with them",
        when="The child is safe with them, and what happened is for them to talk about.",
        call="Ask the child whom to call. If home may not be safe, call children’s social care instead.",
        source="Working together to safeguard children (statutory guidance).",
    ),
    Alternative.YOUTH_WORKER: Guidance(
        who="the youth worker",
        hint="Young people out together; an adult without a uniform",
        when="Young people are out together, something is building up, or the child needs an adult who is not in uniform.",
        call=(
            "Call the detached youth team of the council, or the youth organisation that the child knows. "
            "Ask the child which one that is."
        ),
        source=(
            "Liberty (2025), part 4.3.1: “Maybe it's to call us first, a youth-led organisation”; "
            "and its list of what police could support, with youth workers in the lead."
        ),
    ),
    Alternative.EARLY_HELP: Guidance(
        who="early help",
        hint="A family that struggles, worry about home",
        when="The family is struggling, the child is often missing or out late, or you worry about care at home.",
        call=(
            "Call the council’s early help service. Where a child may come to harm, call children’s social care, "
            "which has a duty team at night and at weekends."
        ),
        source="Working together to safeguard children. Liberty (2025), part 4.2.3: safeguarding is for its professionals.",
    ),
    Alternative.MENTAL_HEALTH: Guidance(
        who="mental health support",
        hint="Distress or self-harm. If life is at risk: 999",
        when="The child is in distress, hurts themselves, or speaks of it. Call 999 if life is at risk.",
        call=(
            "Call NHS 111 and choose the mental health option, at any hour. In school hours the safeguarding lead can reach "
            "the school’s mental health team or the child’s own worker."
        ),
        source="Liberty (2025): interventions led by child and adolescent mental health services, which police could support.",
    ),
}
"""For each who can be called. None of the documents is quoted but where marked; the rest is in our words."""
