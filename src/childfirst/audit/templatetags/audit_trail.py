"""Events of the trail in templates, also in other rooms' pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.apps import apps
from django.utils.text import capfirst

from childfirst.audit.models import Event
from childfirst.audit.presenters import Presented
from childfirst.shared import clock

register = template.Library()

DOORS = {
    "web": "A page of the workspace",
    "api": "The API",
    "command": "A command on the server",
    "task": "A task of the system",
}


@register.inclusion_tag("audit/event_line.html")
def event_line(item: Presented, linked: bool = True) -> dict[str, Any]:
    """One event as an item of a ``cf-timeline``; ``linked`` adds the link to its page, which only auditors can open."""
    return {"item": item, "when": clock.format_moment(item.at), "linked": linked}


@register.filter
def event_rows(event: Event) -> list[tuple[str, str]]:
    """What is known of an event besides its actor, record and data: pairs of label and text."""
    rows = [
        ("When", clock.format_moment(event.at)),
        ("What", event.name),
        ("From where", DOORS.get(event.door, "The system itself")),
        ("Network address", event.address),
        ("Request", event.request_id),
        ("Reason", event.reason),
    ]
    return [(label, text) for label, text in rows if text]


@register.filter
def data_label(key: str) -> str:
    """A key of an event's data in words."""
    return key.replace("_", " ").capitalize()


@register.filter
def data_value(value: Any) -> str:
    """A value of an event's data in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(data_value(item) for item in value) or "None"
    if isinstance(value, dict):
        return "; ".join(f"{data_label(str(key))}: {data_value(item)}" for key, item in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def kind_in_words(label: str) -> str:
    """A kind of record as people call it: ``encounters.ReviewFlag`` is a review flag, a chamber's ``Case`` a case (matching)."""
    try:
        meta = apps.get_model(label)._meta
    except (LookupError, ValueError):
        return str(capfirst(label.rpartition(".")[2].replace("_", " ")))
    chamber = meta.app_label.partition("_")[2].replace("_", " ")
    return f"{capfirst(meta.verbose_name)} ({chamber})" if chamber else str(capfirst(meta.verbose_name))
