"""Surveys, consultations, the charter and concerns."""
