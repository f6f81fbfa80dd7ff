"""How the chamber's events read."""

from __future__ import annotations

PRESENTERS = {
    "encounters.access_request.record": "recorded a request for what is held about a young person",
    "encounters.access_request.read": "read what is held about a young person, to answer their request",
    "encounters.access_request.answer": "answered a request for what is held",
    "encounters.access_request.refuse": "refused a request for what is held",
    "encounters.correction_request.record": "passed on that a record is said to be wrong",
    "encounters.correction_request.read": "read why a record is said to be wrong",
    "encounters.correction_request.decide": "decided on a request to correct a record",
}
