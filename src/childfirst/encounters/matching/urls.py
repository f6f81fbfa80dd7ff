"""Addresses of the chamber."""

from __future__ import annotations

from typing import Any

app_name = "matching"

urlpatterns: list[Any] = []
