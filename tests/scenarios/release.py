"""A way to run every action of releases to its end."""

from __future__ import annotations

import datetime as dt

from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.release import access, actions, building, scheduling
from childfirst.release.models import CalendarEntry
from childfirst.shared import clock
from tests.conftest import make_account
from tests.release import making


def board() -> Account:
    return make_account(Role.PARTNERSHIP_BOARD)


def announced() -> CalendarEntry:
    return scheduling.announce(by=board(), title="A scenario", planned_on=clock.today() + dt.timedelta(days=40))


def draft() -> None:
    actions.draft_release(by=make_account(Role.ANALYST), measures=making.MEASURES, title="A scenario")


def prepare_again() -> None:
    release = making.drafted(title="A scenario")
    actions.prepare_again(by=making.BY, release=release, measures=making.MEASURES, title="A scenario")


def protect() -> None:
    actions.protect_release(by=making.BY, release=making.drafted(title="A scenario"), tables=3)


def attack() -> None:
    making.write_facts()
    release = making.drafted(title="A scenario")
    release = actions.protect_release(by=making.BY, release=release, tables=3)
    actions.attack_release(by=making.BY, release=release, built=building.build(release))


def fail() -> None:
    actions.fail_release(by=making.BY, release=making.drafted(title="A scenario"), reason="The attack found a breach.")


def sign() -> None:
    actions.sign_release(by=board(), release=making.checked(title="A scenario"))


def publish() -> None:
    actions.publish_release(by=board(), release=making.signed(title="A scenario"))


def withdraw() -> None:
    release = making.published(title="A scenario")
    actions.withdraw_release(by=board(), release=release, reason="A column was mixed up.")


def record_access() -> None:
    access.record_access(by=board(), release=making.checked(title="A scenario"))


def give_access() -> None:
    access.give_access(
        by=board(),
        release=making.drafted(title="A scenario"),
        holder="Chief executive, Test Council",
        reason="To answer.",
    )


def comment() -> None:
    access.add_comment(by=board(), release=making.checked(title="A scenario"), text="Is May whole?")


def announce() -> None:
    announced()


def move() -> None:
    entry = announced()
    day = entry.planned_on + dt.timedelta(days=7)
    scheduling.move(by=board(), entry=entry, planned_on=day, reason="The records came late.")


def cancel() -> None:
    scheduling.cancel(by=board(), entry=announced(), reason="There are no records of this quarter.")


SCENARIOS = {
    "release.release.draft": draft,
    "release.release.prepare_again": prepare_again,
    "release.release.protect": protect,
    "release.release.attack": attack,
    "release.release.fail": fail,
    "release.release.sign": sign,
    "release.release.publish": publish,
    "release.release.withdraw": withdraw,
    "release.access.record": record_access,
    "release.access.give": give_access,
    "release.comment.add": comment,
    "release.calendar.announce": announce,
    "release.calendar.move": move,
    "release.calendar.cancel": cancel,
}
