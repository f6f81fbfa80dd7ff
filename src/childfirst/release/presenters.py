"""The room's events as sentences."""

from __future__ import annotations

PRESENTERS = {
    "release.release.draft": "prepared a release",
    "release.release.prepare_again": "prepared a release again",
    "release.release.protect": "computed a release and hid its small numbers",
    "release.release.attack": "attacked the protected tables of a release, without success, and wrote its bundle",
    "release.release.fail": "could not build a release",
    "release.release.sign": "decided about a release",
    "release.release.publish": "published a release",
    "release.release.withdraw": "withdrew a release",
    "release.release.compare": "looked at the figures of a release before they were protected",
    "release.access.record": "saw figures of a release before the public",
    "release.access.give": "gave somebody access to a release before the public",
    "release.comment.add": "commented on a release",
    "release.calendar.announce": "announced a publication",
    "release.calendar.move": "moved an announced publication to another day",
    "release.calendar.cancel": "called an announced publication off",
}
