"""Addresses of the chamber."""

from __future__ import annotations

from typing import Any

app_name = "notices"

urlpatterns: list[Any] = []
