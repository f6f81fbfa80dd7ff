"""Ask the matcher which school a text means: for systems of the force, so that their own forms can name a school as well.

Nothing of a question is kept but that it was asked. An answer is a probability, and says when it does not know.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from childfirst.audit.actions import witness
from childfirst.encounters.matching import permissions, queries
from childfirst.people.api import PROBLEMS, ProblemOut
from childfirst.people.api_keys import actor_of
from childfirst.people.problems import ProblemFault, problem
from childfirst.shared.errors import UserError
from childfirst.shared.references import Reference

router = Router(tags=["matcher"])

MOST_ASKED = 1000
LONGEST_TEXT = 500


class AskedIn(Schema):
    """What was written about a school, and what is known around it. Never send a child's name."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$", description="As it was written; may be empty.")
    record_borough: str = Field("", max_length=60, pattern=r"^[^\x00]*$", description="Name of the borough of record.")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    age: int | None = Field(None, ge=0, le=120)
    date: dt.date | None = Field(
        None, description="Day of the incident: a school is known by its name of that day, too."
    )


class QuestionIn(Schema):
    """As many texts as are to be matched, at most 1,000."""

    model_config = ConfigDict(extra="forbid")

    asked: list[AskedIn] = Field(min_length=1, max_length=MOST_ASKED)


class CandidateOut(Schema):
    """A school that it may be."""

    urn: int
    name: str
    probability: float


class AnswerOut(Schema):
    """What one text means. The probabilities of all candidates and of none of them sum to 1; the most likely ten are listed."""

    decision: Literal["accept", "review", "none"]
    urn: int | None = Field(
        description="The most likely school, also where the decision is to review; null where none is."
    )
    probability: float
    p_none: float = Field(description="That it is no school, a school outside England, or not named.")
    candidates: list[CandidateOut]
    reason: str


class AnswersOut(Schema):
    """The answers in the order of the questions, and the matcher that gave them: the same one gives the same answers."""

    matcher: str
    answers: list[AnswerOut]


@router.post("", response={200: AnswersOut, 503: ProblemOut, **PROBLEMS}, summary="Ask the matcher", url_name="matcher")
def ask(request: HttpRequest, question: QuestionIn) -> Any:
    """Which school each text means. ``accept`` is right in 99 of 100; ``review`` wants a person's eye; ``none`` names no school."""
    actor = actor_of(request)
    permissions.check_can_ask(actor)
    halves = [
        ProblemFault(f"/asked/{number}/latitude", "Give both latitude and longitude, or neither.")
        for number, one in enumerate(question.asked)
        if (one.latitude is None) != (one.longitude is None)
    ]
    if halves:
        return problem(422, "Some of what was sent cannot be taken.", kind="invalid", faults=halves)
    try:
        answered = queries.candidates([_asked(one) for one in question.asked])
    except UserError as error:
        return problem(503, error.sentence, kind="matcher-not-ready")
    fingerprint = answered[0].fingerprint
    subject = Reference("encounters.matcher", fingerprint)
    witness(by=actor, name="encounters.matcher.ask", subject=subject, data={"asked": len(answered)})
    return {"matcher": fingerprint, "answers": [_answer(one) for one in answered]}


def _asked(one: AskedIn) -> queries.Asked:
    return queries.Asked(one.text, one.record_borough, one.latitude, one.longitude, one.age, one.date)


def _answer(one: queries.Answered) -> dict[str, Any]:
    return {
        "decision": one.decision,
        "urn": one.urn,
        "probability": one.probability,
        "p_none": one.p_none,
        "candidates": [dict(zip(("urn", "name", "probability"), found, strict=True)) for found in one.candidates],
        "reason": one.reason,
    }
