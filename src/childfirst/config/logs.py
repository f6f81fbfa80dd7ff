"""Structured logs that hold no personal data: an allow-list of keys, everything else is dropped before it is written."""

from __future__ import annotations

import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

ALLOWED = frozenset(
    [
        "event",
        "level",
        "logger",
        "timestamp",
        "request_id",
        "method",
        "route",
        "status",
        "milliseconds",
        "rows",
        "read",
        "landed",
        "set_aside",
        "duplicates",
        "known",
        "release",
        "measure",
        "table",
        "room",
        "command",
        "seconds",
        "actor_kind",
        "reference",
        "error",
        "exception",
        "path_name",
        "action",
        "job",
        "month",
    ]
)

DEPTH = 12
"""Innermost calls that are kept of an error's way."""


def keep_allowed(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list; say how many were dropped, never what they held."""
    dropped = [key for key in event if key not in ALLOWED and not key.startswith("_")]
    for key in dropped:
        del event[key]
    return event


def describe_error(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An error by its type and the places it passed, without its message, which may hold what a person typed."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if isinstance(error, tuple) and error[0] is not None:
        frames = traceback.extract_tb(error[2])[-DEPTH:]
        passed = [f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
        event["exception"] = " > ".join([*passed, error[0].__qualname__])
    return event


def configure(level: str, form: str) -> dict[str, Any]:
    """Configure structlog and return the settings of the standard library's logging that share its processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_error,
        keep_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.dev.ConsoleRenderer() if form == "console" else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                # Of another library's message the words of its author, without the values put into them.
                "use_get_message": False,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's request logger names paths with keys of records in them; our own middleware logs the route instead.
        "loggers": {"django.request": {"level": "CRITICAL"}, "django.server": {"level": "WARNING"}},
    }
