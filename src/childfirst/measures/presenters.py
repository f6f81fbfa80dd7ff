"""The room's events as sentences."""

from __future__ import annotations

PRESENTERS = {"measures.measure.read": "looked at the unprotected figures of a measure"}
