"""The demo's releases: eight quarters that stand, one of them corrected, and one that was withdrawn; one waits to be reviewed.

The calendar holds what came and what is announced, one date of it moved.
"""

from __future__ import annotations

import datetime as dt

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.release import access, actions, scheduling
from childfirst.release.models import CalendarEntry, Release
from childfirst.release.vocabulary import State
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.synthetic.people import Cast

MEASURES = ("child-search-outcomes", "school-recorded")
QUARTERS = 9
"""Published: the oldest of them is withdrawn again, so that eight stand."""
CORRECTED = 2
"""How many quarters before the newest published one the release is that was corrected."""
WEEKS_TO_PUBLISH = 7


def make_releases(cast: Cast, last_day: dt.date) -> None:
    """Publish nine quarters, correct one of them, withdraw the oldest, and leave a tenth waiting for the known sign-ins.

    The known analyst prepares what is published; a colleague prepares the tenth, so that the known sign-ins can review it. The
    mistake is one that happens: the first version of a quarter lacked its last month.
    """
    known, colleague = cast.accounts[Role.ANALYST][:2]
    board, second_board = cast.accounts[Role.PARTNERSHIP_BOARD][:2]
    for back in range(QUARTERS, 0, -1):
        begins, ends = _quarter(last_day, back)
        if back - 1 == CORRECTED:
            before = _months_before(last_day, 3 * back + 2)
            wrong = _publish(known, (colleague, board), second_board, begins, before, "The quarter, as it came.")
            _publish(
                known, (colleague, board), second_board, begins, ends,
                f"The first version of this quarter lacked {clock.format_month(ends)}. Nothing else was wrong.", corrects=wrong,
            )  # fmt: skip
            continue
        made = _publish(known, (colleague, board), second_board, begins, ends, "Every quarter has the same tables.")
        if back == QUARTERS:
            oldest = made
    actions.withdraw_release(
        by=board,
        release=oldest,
        reason="Records of one team were counted in the wrong quarter. A release of the quarter will come again when it is put right.",
    )
    _calendar_and_review(cast, last_day, colleague, board)


def _calendar_and_review(cast: Cast, last_day: dt.date, colleague: Account, board: Account) -> None:
    begins, ends = _quarter(last_day, 0)
    due = scheduling.announce(
        by=board,
        title=f"Figures from {clock.format_month(begins)} to {clock.format_month(ends)}",
        planned_on=clock.today() + dt.timedelta(weeks=2),
        about="What came of searches of children, and how often the school was recorded.",
    )
    scheduling.move(
        by=board,
        entry=due,
        planned_on=clock.today() + dt.timedelta(weeks=3),
        reason="Two teams handed in their records late, and we want them to be in it.",
    )
    for quarters in (1, 2, 3):
        scheduling.announce(
            by=board,
            title=f"Figures of the {('first', 'second', 'third')[quarters - 1]} quarter after that",
            planned_on=clock.today() + dt.timedelta(weeks=3 + 13 * quarters),
        )
    waiting = _prepare(colleague, begins, ends, "The newest quarter.", clock.today(), entry=due)
    access.add_comment(
        by=colleague, release=waiting, text="The two late teams are in it. Their first weeks may still have gaps."
    )


def _publish(
    by: Account,
    signers: tuple[Account, Account],
    publisher: Account,
    begins: str,
    ends: str,
    notes: str,
    corrects: Release | None = None,
) -> Release:
    year, month = (int(part) for part in ends.split("-"))
    after = dt.date(year + month // 12, month % 12 + 1, 1) + dt.timedelta(weeks=WEEKS_TO_PUBLISH)
    if corrects is not None:
        after += dt.timedelta(weeks=2)
    made = _prepare(by, begins, ends, notes, min(after, clock.today()), corrects=corrects)
    for signer in signers:
        access.note_access(by=signer, release=made)
        actions.sign_release(by=signer, release=made)
    return actions.publish_release(by=publisher, release=made)


def _prepare(
    by: Account,
    begins: str,
    ends: str,
    notes: str,
    released_on: dt.date,
    corrects: Release | None = None,
    entry: CalendarEntry | None = None,
) -> Release:
    made = actions.prepare_release(
        by=by,
        measures=MEASURES,
        title=f"Figures from {clock.format_month(begins)} to {clock.format_month(ends)}",
        notes=notes,
        released_on=released_on,
        first_month=begins,
        last_month=ends,
        corrects=corrects,
        calendar_entry=entry,
    )
    if made.state == State.FAILED:
        raise UserError(made.failure)
    return made


def _quarter(day: dt.date, back: int) -> tuple[str, str]:
    """First and last month of the newest whole quarter before a day, or of one so many quarters before that."""
    return _months_before(day, 3 * back + 3), _months_before(day, 3 * back + 1)


def _months_before(day: dt.date, months: int) -> str:
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
