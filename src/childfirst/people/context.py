"""What every page of the workspace shows: the person, their organisation, and where they can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def workspace(request: HttpRequest) -> dict[str, Any]:
    """Template context."""
    return {}
