"""One example, or a few, of each component."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

_LONG = "St Brannock’s Church of England Voluntary Aided Junior and Infant School with Nursery"
_P = SafeString('<p class="govuk-body">Children said that they want to know what is written about them.</p>')

COMPONENTS: tuple[tuple[str, list[dict[str, Any]]], ...] = (
    (
        "button",
        [
            {"text": "Save and continue"},
            {"text": "Save as draft", "classes": "govuk-button--secondary"},
            {"text": "Withdraw this record", "classes": "govuk-button--warning"},
            {"text": "Start now", "href": "#", "is_start_button": True},
            {"text": "Not yet", "disabled": True},
        ],
    ),
    (
        "tag",
        [
            {"text": "Draft"},
            {"text": "Waiting for a second person", "classes": "govuk-tag--yellow"},
            {"text": "Published", "classes": "govuk-tag--green"},
            {"text": "Corrected", "classes": "govuk-tag--orange"},
            {"text": "Withdrawn", "classes": "govuk-tag--grey"},
            {"text": "Overdue", "classes": "govuk-tag--red"},
        ],
    ),
    ("back-link", [{"text": "Back"}]),
    ("phase-banner", [{"tag": {"text": "Trial"}, "text": "This is a new service: tell us what does not work."}]),
    ("inset-text", [{"text": "A count of activity is not an outcome: more visits need not mean safer children."}]),
    ("warning-text", [{"text": "Reading this record is itself recorded.", "icon_fallback_text": "Warning"}]),
    ("details", [{"summary_text": "Why we ask for the school", "html": _P}]),
    ("panel", [{"title_text": "Encounter recorded", "text": "The school’s safeguarding lead has been told."}]),
    (
        "notification-banner",
        [
            {"text": "The release needs a second signature.", "title_id": "sample-banner-1"},
            {
                "text": "The draft was saved.",
                "type": "success",
                "title_id": "sample-banner-2",
                "disable_auto_focus": True,
            },
        ],
    ),
    (
        "summary-list",
        [
            {
                "rows": [
                    {
                        "key": {"text": "School"},
                        "value": {"text": _LONG},
                        "actions": {"items": [{"text": "Change", "href": "#", "visually_hidden_text": "school"}]},
                    },
                    {
                        "key": {"text": "Date"},
                        "value": {"text": "27 March 2026"},
                        "actions": {"items": [{"text": "Change", "href": "#", "visually_hidden_text": "date"}]},
                    },
                    {"key": {"text": "Ethnicity as the child gave it"}, "value": {"text": "not known"}},
                ],
                "card": {"title": {"text": "Encounter"}},
            }
        ],
    ),
    (
        "task-list",
        [
            {
                "id_prefix": "tasks",
                "items": [
                    {"title": {"text": "When and where"}, "href": "#", "status": {"text": "Completed"}},
                    {
                        "title": {"text": "The child’s school"},
                        "href": "#",
                        "hint": {"text": "Or why it is not known"},
                        "status": {"tag": {"text": "Incomplete", "classes": "govuk-tag--blue"}},
                    },
                    {"title": {"text": "Check and send"}, "status": {"text": "Cannot start yet"}},
                ],
            }
        ],
    ),
    (
        "table",
        [
            {
                "caption": "Encounters by kind",
                "caption_classes": "govuk-table__caption--m",
                "first_cell_is_header": True,
                "head": [
                    {"text": "Kind"},
                    {"text": "2024", "format": "numeric"},
                    {"text": "2025", "format": "numeric"},
                ],
                "rows": [
                    [
                        {"text": "Stop and search"},
                        {"text": "1,204", "format": "numeric"},
                        {"text": "981", "format": "numeric"},
                    ],
                    [
                        {"text": "Call to the school"},
                        {"text": "0", "format": "numeric"},
                        {"text": "12", "format": "numeric"},
                    ],
                ],
            }
        ],
    ),
    (
        "tabs",
        [
            {
                "items": [
                    {"label": "Chart", "id": "sample-chart", "panel": {"html": _P}},
                    {"label": "Table", "id": "sample-table", "panel": {"text": "The same as a table."}},
                ]
            }
        ],
    ),
    (
        "accordion",
        [
            {
                "id": "sample-accordion",
                "items": [
                    {"heading": {"text": "What is recorded"}, "content": {"html": _P}},
                    {"heading": {"text": "Who can read it"}, "content": {"html": _P}},
                ],
            }
        ],
    ),
    (
        "error-summary",
        [
            {
                "title_text": "There is a problem",
                "error_list": [{"text": "Enter the date of the contact", "href": "#sample-accordion"}],
                "disable_auto_focus": True,
            }
        ],
    ),
)
