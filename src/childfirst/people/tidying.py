"""What accumulates where people work, and is nobody's record: sessions that have ended, background work that is done."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command

KEPT_DAYS = 14


def clear_sessions() -> str:
    """Remove ended sessions. They hold no record of ours, so nothing is said about them."""
    call_command("clearsessions", verbosity=0)
    return ""


def prune_background_work() -> str:
    """Remove background work that was finished more than two weeks ago; there is none where tasks run at once."""
    if not str(settings.TASKS["default"]["BACKEND"]).startswith("django_tasks_db."):
        return ""
    call_command("prune_db_task_results", min_age_days=KEPT_DAYS, verbosity=0)
    return ""
