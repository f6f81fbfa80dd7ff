"""The Schools Protocol as a pure function, and what a review needs.

Source: Home Office, *Crime Recording Rules for frontline officers and staff*, "Crime Recording (Schools Protocol)", April 2025, as cited
by Liberty (July 2025), notes 25 and 26. In our words: what happens on school premises in school hours is for the school to deal with
under its own policy, and no crime is recorded, unless the incident is serious, or the young person harmed (or a parent or
representative) asks for it, or the head teacher does.
"""

from __future__ import annotations

from dataclasses import dataclass

from childfirst.encounters.crime_records.vocabulary import Where, Why

REVIEW_DAYS = 28
"""Days within which a supervisor says whether a record was in the public interest: a month's batch, reviewed in the next one."""

SERIOUS_EXAMPLES = (
    "a knife or another weapon was used or meant to be used",
    "somebody was badly hurt or was meant to be",
    "a sexual offence, other than images shared between young people without pressure or payment",
    "drugs were sold or given on for gain",
    "hate, exploitation, or a gang or an adult behind it",
)
"""What officers are reminded of when they are asked whether an incident is serious; the force's own list may be longer."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The protocol's questions. ``in_hours`` is about school hours, ``asks`` what the person harmed or the head teacher wants."""

    where: str
    in_hours: bool
    serious: bool
    victim_asks: bool
    head_asks: bool


def is_covered(answers: Answers) -> bool:
    """Whether the protocol covers the incident: on the premises of a school, in school hours."""
    return answers.where == Where.PREMISES and answers.in_hours


def reason_to_record(answers: Answers) -> Why | None:
    """Why a crime record may be made, the weightiest reason first; None when the protocol leaves it to the school."""
    if not is_covered(answers):
        return Why.OUTSIDE
    if answers.serious:
        return Why.SERIOUS
    if answers.victim_asks:
        return Why.VICTIM
    return Why.HEAD if answers.head_asks else None
