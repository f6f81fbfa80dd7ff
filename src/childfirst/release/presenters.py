"""The room's events as sentences."""

from __future__ import annotations

PRESENTERS = {
    "release.release.draft": "prepared a release",
    "release.release.check": "built a release: its tables were protected, and the attack on them failed",
    "release.release.fail": "could not build a release",
    "release.release.sign": "decided about a release",
    "release.release.publish": "published a release",
    "release.release.withdraw": "withdrew a release",
    "release.release.compare": "looked at the figures of a release before they were protected",
}
