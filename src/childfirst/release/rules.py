"""Pure rules: the passage between states, who may decide, keys, the drawing of the states."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from childfirst.release.vocabulary import MINIMUM_REASON, TRANSITIONS, Decision, State, Step
from childfirst.shared.errors import UserError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
TITLE_LENGTH = 200
KEY_LENGTH = 80


def next_state(state: str, step: Step) -> State:
    """Where the step leads. Raises UserError when the release cannot take it from where it stands."""
    for transition in TRANSITIONS:
        if transition.before == state and transition.step == step:
            return transition.after
    raise UserError(f"A release that is “{State(state).label.lower()}” cannot be {_DONE[step]}.")


_DONE = {
    Step.PROTECT: "built",
    Step.ATTACK: "built",
    Step.FAIL: "built",
    Step.DECIDE: "signed or refused",
    Step.ACCEPT: "signed",
    Step.RETURN: "refused",
    Step.PREPARE_AGAIN: "prepared again",
    Step.PUBLISH: "published",
    Step.CORRECT: "corrected",
    Step.WITHDRAW: "withdrawn",
}


def step_of_decision(state: str, earlier: Sequence[str], decision: str) -> Step:
    """Which step a decision is: the first moves on whatever it says; the second counts both."""
    if state != State.HALF_REVIEWED:
        return Step.DECIDE
    return Step.ACCEPT if {*earlier, decision} == {Decision.SIGN.value} else Step.RETURN


def check_reason(reason: str) -> str:
    """A reason, tidied. Raises UserError when it says nothing."""
    tidy = " ".join(reason.split())
    if len(tidy) < MINIMUM_REASON:
        raise UserError(f"Give a reason, of at least {MINIMUM_REASON} characters.")
    return tidy


def check_months(first: str, last: str) -> None:
    """Raises UserError unless both are empty or months (``2018-05``), in order."""
    for month in (first, last):
        if month and not _MONTH.fullmatch(month):
            raise UserError(f"“{month}” is not a month. Write it as year and month, such as 2018-05.")
    if first and last and first > last:
        raise UserError("The first month is after the last.")


def key_for(title: str, released_on: dt.date) -> str:
    """A key from date and title: ``2018-12-open-data``. Raises UserError for a title without letter or digit, or too long."""
    if len(title) > TITLE_LENGTH:
        raise UserError(f"The title has {len(title)} letters; it may have {TITLE_LENGTH}.")
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold().replace("'", "")).strip("-")
    if not words:
        raise UserError("Enter a title with letters or digits in it.")
    return f"{released_on:%Y-%m}-{words}"[: KEY_LENGTH - 4].rstrip("-")


def numbered(key: str, taken: Sequence[str]) -> str:
    """The key, or the key with the first free number after it."""
    number, candidate = 2, key
    while candidate in taken:
        candidate, number = f"{key}-{number}", number + 1
    return candidate


def mermaid() -> str:
    """The states as a Mermaid diagram, as it stands in the README."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFTED.value}: prepared"]
    lines += [f"    {t.before.value} --> {t.after.value}: {t.step.label}" for t in TRANSITIONS if t.before != t.after]
    ends = [s for s in State if not any(t.before == s for t in TRANSITIONS)]
    lines += [f"    {state.value} --> [*]" for state in ends]
    return "\n".join(lines)
