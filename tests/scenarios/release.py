"""A way to run every action of releases to its end."""

from __future__ import annotations

from childfirst.people.vocabulary import Role
from childfirst.release import actions, building
from tests.conftest import make_account
from tests.release import making


def draft() -> None:
    actions.draft_release(by=make_account(Role.ANALYST), measures=making.MEASURES, title="A scenario")


def check() -> None:
    making.write_facts()
    release = making.drafted(title="A scenario")
    actions.check_release(by=making.BY, release=release, built=building.build(release))


def fail() -> None:
    actions.fail_release(by=making.BY, release=making.drafted(title="A scenario"), reason="The attack found a breach.")


def sign() -> None:
    release = making.checked(title="A scenario")
    actions.sign_release(by=make_account(Role.PARTNERSHIP_BOARD), release=release)


def publish() -> None:
    actions.publish_release(by=make_account(Role.PARTNERSHIP_BOARD), release=making.signed(title="A scenario"))


def withdraw() -> None:
    release = making.published(title="A scenario")
    actions.withdraw_release(by=make_account(Role.PARTNERSHIP_BOARD), release=release, reason="A column was mixed up.")


SCENARIOS = {
    "release.release.draft": draft,
    "release.release.check": check,
    "release.release.fail": fail,
    "release.release.sign": sign,
    "release.release.publish": publish,
    "release.release.withdraw": withdraw,
}
