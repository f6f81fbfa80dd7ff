"""The demo's releases: one that was signed by two people and published, and one that waits for its signatures."""

from __future__ import annotations

import datetime as dt

from childfirst.people.vocabulary import Role
from childfirst.release import actions
from childfirst.release.models import Release
from childfirst.release.vocabulary import State
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.synthetic.people import Cast

MEASURES = ("child-search-outcomes", "school-recorded")


def make_releases(cast: Cast, last_day: dt.date) -> None:
    """Publish the figures up to a quarter ago, and prepare those up to last month.

    The known analyst prepares the first; a colleague prepares the second, so that the known sign-ins can review it.
    """
    prepared, colleague = cast.accounts[Role.ANALYST][:2]
    board, second_board = cast.accounts[Role.PARTNERSHIP_BOARD][:2]
    until = _months_before(last_day, 4)
    first = _prepare(prepared, f"Figures to {clock.format_month(until)}", until, "The first figures of the partnership.")
    for signer in (colleague, board):
        actions.sign_release(by=signer, release=first)
    actions.publish_release(by=second_board, release=first)
    latest = _months_before(last_day, 1)
    _prepare(colleague, f"Figures to {clock.format_month(latest)}", latest, "The quarter since the first figures is new.")


def _prepare(by: object, title: str, last_month: str, notes: str) -> Release:
    made = actions.prepare_release(by=by, measures=MEASURES, title=title, notes=notes, last_month=last_month)  # type: ignore[arg-type]
    if made.state == State.FAILED:
        raise UserError(made.failure)
    return made


def _months_before(day: dt.date, months: int) -> str:
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
