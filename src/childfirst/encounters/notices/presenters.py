"""The chamber's events as sentences: "... opened a notice"."""

from __future__ import annotations

PRESENTERS = {
    "encounters.notice.raise": "had a notice to a school begun",
    "encounters.notice.take": "took over the notice about what a system recorded",
    "encounters.notice.write": "wrote what a school is to be told",
    "encounters.notice.send": "shared a notice with a school",
    "encounters.notice.send_unwritten": "sent a notice without the officer’s words",
    "encounters.notice.hold_back": "held back a notice to a school",
    "encounters.notice.deliver": "delivered a notice to a school’s new lead",
    "encounters.notice.escalate": "escalated a notice that nobody had opened",
    "encounters.notice.open": "confirmed what a notice is for, and opened it",
    "encounters.notice.read": "read a notice",
    "encounters.notice.speak": "wrote to the other side of a notice",
    "encounters.notice.acknowledge": "acknowledged a notice, whose words were erased",
    "encounters.notice.return": "returned a notice that was not about the school’s pupil",
    "encounters.notice.withdraw": "withdrew a notice to a school",
    "encounters.notice.renew": "began a notice to a school anew",
    "encounters.notice.expire": "erased a notice after 30 days",
    "encounters.notice.facts": "brought the facts about notices up to date",
    "encounters.notice.tell": "told a person by e-mail that something waits",
    "encounters.notice_key.rotate": "renewed the key of notices",
    "encounters.notice_key.destroy": "destroyed old keys of notices",
}
