"""Addresses of the chamber."""

from __future__ import annotations

from typing import Any

app_name = "subject_access"

urlpatterns: list[Any] = []
