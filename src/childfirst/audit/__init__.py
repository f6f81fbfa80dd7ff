"""Append-only events: who did what, to which record, why and from where."""
