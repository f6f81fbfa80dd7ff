"""Error messages that say what to do: “Enter the name of the school”, never “This field is required.”"""

from __future__ import annotations

import re

from django import forms

from childfirst.design.widgets import DateParts, TypeaheadInput

_CHOOSING = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)
_DETERMINED = ("a", "an", "the", "any", "your", "what", "which", "who", "why", "how", "when", "where", "whether")


def spoken_name(label: str) -> str:
    """A label as it stands within a sentence: ``Reason for visit`` becomes ``reason for visit``, ``URN`` stays."""
    label = label.strip().rstrip(":").strip()
    if len(label) > 1 and label[0].isupper() and not label[1].isupper() and not label.startswith("I "):
        return label[0].lower() + label[1:]
    return label


def capital(sentence: str) -> str:
    """The sentence with a capital at its start, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def _with_article(spoken: str) -> str:
    """What is asked for, as the object of a sentence: ``full name`` becomes ``the full name``, ``your name`` stays."""
    return spoken if spoken.split(" ", 1)[0] in _DETERMINED else f"the {spoken}"


def messages_for(field: forms.Field, label: str, name: str = "") -> dict[str, str]:
    """Messages by code for one field.

    ``name`` is what the thing is called within a sentence; without it, it is made from the label, and a label that is
    a question is quoted.
    """
    question = not name and label.rstrip().endswith("?")
    spoken = f"an answer to “{label.strip()}”" if question else name or spoken_name(label)
    # “Enter a title”, and of the title that was entered: “The title must be shorter”.
    subject = f"Your answer to “{label.strip()}”" if question else capital(re.sub(r"^an? ", "the ", spoken))
    verb = "Select" if isinstance(field.widget, (*_CHOOSING, forms.FileInput)) else "Enter"
    if isinstance(field.widget, DateParts | TypeaheadInput):
        verb = "Enter"
    asked = spoken if name or question else _with_article(spoken)
    required = f"{verb} {asked}"
    if isinstance(field.widget, forms.CheckboxInput):
        required = f"Tick the box “{label.strip()}” to continue"
    # Django puts values into these, so a per cent sign of the label is doubled there and only there.
    filled = subject.replace("%", "%%")
    messages = {
        "required": required,
        "invalid_choice": f"Choose {asked} from the list".replace("%", "%%"),
        "max_length": f"{filled} must be %(limit_value)d characters or fewer",
        "min_length": f"{filled} must be %(limit_value)d characters or more",
        "max_value": f"{filled} must be %(limit_value)s or less",
        "min_value": f"{filled} must be %(limit_value)s or more",
        "null_characters_not_allowed": f"{subject} has a character in it that cannot be stored",
        "empty": "The selected file is empty",
        "missing": required,
        "contradiction": "Either choose a file or tick the box, not both",
    }
    if isinstance(field, forms.EmailField):
        messages["invalid"] = f"{subject} must be an email address in the form name@example.org"
    elif isinstance(field, forms.IntegerField):
        whole = type(field) is forms.IntegerField
        messages["invalid"] = f"{subject} must be a {'whole ' if whole else ''}number, like 15"
    elif isinstance(field, forms.URLField):
        messages["invalid"] = f"{subject} must be a web address, like https://example.org"
    elif isinstance(field, forms.FileField):
        messages["invalid"] = "The selected file could not be uploaded. Try again"
        messages["max_length"] = "The name of the file must be %(max)d characters or fewer"
    elif isinstance(field, forms.RegexField):
        messages["invalid"] = f"{subject} is not in the right form"
    return messages


def apply_wording(field: forms.Field, label: str, name: str = "") -> None:
    """Put our messages where the author of the form gave none of their own."""
    defaults: dict[str, object] = {}
    for cls in reversed(type(field).__mro__):
        defaults.update(getattr(cls, "default_error_messages", {}))
    for code, message in messages_for(field, label, name).items():
        if field.error_messages.get(code, defaults.get(code)) == defaults.get(code):
            field.error_messages[code] = message
