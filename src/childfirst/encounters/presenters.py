"""The room's events as sentences: "... recorded an encounter"."""

from __future__ import annotations

PRESENTERS = {
    "encounters.encounter.record": "recorded an encounter",
    "encounters.encounter.record_many": "brought in a batch of encounters",
    "encounters.encounter.read": "looked at an encounter",
    "encounters.school.resolve": "completed the school of an encounter",
    "encounters.review.complete": "reviewed an encounter",
    "encounters.review.read": "looked at a review of an encounter",
    "encounters.draft.begin": "began to record an encounter",
    "encounters.diversion.note": "noted that somebody else was dealing with it, so that there was no encounter",
    "encounters.encounter.correct": "corrected an encounter",
    "encounters.review.list": "looked at the list of reviews",
    "encounters.review.escalate": "asked other supervisors of the force to review an encounter",
    "encounters.draft.discard": "threw away the draft of an encounter",
    "encounters.encounter.locate": "looked up the wards of encounters anew",
    "encounters.archive.import": "imported an archive of encounters",
    "encounters.lines.read": "looked at the rows that an import did not land",
    "encounters.facts.build": "brought the facts about encounters up to date",
}
