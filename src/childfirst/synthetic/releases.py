"""The demo's releases: one that was signed by two people and published, and one that waits for its signatures."""

from __future__ import annotations

import datetime as dt

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.release import actions
from childfirst.release.models import Release
from childfirst.release.vocabulary import State
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.synthetic.people import Cast

MEASURES = ("child-search-outcomes", "school-recorded")


def make_releases(cast: Cast, last_day: dt.date) -> None:
    """Publish the figures up to a quarter ago, and prepare those of the quarter since.

    The known analyst prepares the first; a colleague prepares the second, so that the known sign-ins can review it.
    """
    prepared, colleague = cast.accounts[Role.ANALYST][:2]
    board, second_board = cast.accounts[Role.PARTNERSHIP_BOARD][:2]
    until = _months_before(last_day, 4)
    first = _prepare(
        prepared, f"Figures to {clock.format_month(until)}", until, "The first figures of the partnership."
    )
    for signer in (colleague, board):
        actions.sign_release(by=signer, release=first)
    actions.publish_release(by=second_board, release=first)
    begins, ends = _months_before(last_day, 3), _months_before(last_day, 1)
    title = f"Figures from {clock.format_month(begins)} to {clock.format_month(ends)}"
    _prepare(colleague, title, ends, "The quarter since the first figures.", first_month=begins)


def _prepare(by: Account, title: str, last_month: str, notes: str, first_month: str = "") -> Release:
    made = actions.prepare_release(
        by=by, measures=MEASURES, title=title, notes=notes, first_month=first_month, last_month=last_month
    )
    if made.state == State.FAILED:
        raise UserError(made.failure)
    return made


def _months_before(day: dt.date, months: int) -> str:
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
