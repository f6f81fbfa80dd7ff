"""Forms as GOV.UK pages. What a room imports:

    from django import forms
    from childfirst.design.forms import DateField, GovukForm, Present, YesNoField

    class VisitForm(GovukForm):
        when = DateField(label="When was the visit?", latest=clock.today)
        kind = forms.ChoiceField(label="What kind of visit?", choices=KINDS, widget=forms.RadioSelect)
        other = forms.CharField(label="What was it?", max_length=200)
        present = {
            "when": Present(name="date of the visit"),
            "kind": Present(heading=True, reveals={"other": "other"}, hints={"talk": "In class or assembly"}),
            "other": Present(width=20),
        }

and in the template ``{{ form }}`` for all fields or ``{{ form.kind }}`` for one. The layout shows the error summary
and puts “Error: ” before the title by itself. A revealed field counts only when its choice is made: it is validated
(and required, unless ``required=False``) then, and cleaned to its empty value otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from childfirst.design.bound import GovukBoundField
from childfirst.design.fields import DateField, TimeField, TypeaheadField, YesNoField
from childfirst.design.presentation import Present
from childfirst.design.widgets import Suggestion
from childfirst.design.wording import apply_wording
from childfirst.shared.errors import UserError

__all__ = [
    "DateField",
    "GovukForm",
    "GovukMixin",
    "GovukModelForm",
    "Present",
    "Suggestion",
    "TimeField",
    "TypeaheadField",
    "YesNoField",
]


class GovukMixin:
    """What makes a Django form ours; mix it into forms of other packages: ``class SignIn(GovukMixin, LoginForm)``."""

    present: ClassVar[Mapping[str, Present]] = {}
    bound_field_class: type[BoundField] | None = GovukBoundField
    # The server's messages are better than the browser's, and the same for everybody.
    use_required_attribute = False

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: _ours(field) for name, field in self.fields.items()}
        unknown = set(self._present_names()) - set(self.fields)
        if unknown:
            raise TypeError(f"{type(self).__name__}.present names fields that do not exist: {sorted(unknown)}")
        for name, field in self.fields.items():
            look = self.present.get(name, Present())
            label = str(field.label if field.label is not None else forms.utils.pretty_name(name))
            if isinstance(field, DateField):
                field.spoken = look.name
            apply_wording(field, label, look.name)

    def _present_names(self) -> Iterator[str]:
        for name, look in self.present.items():
            if name in self.fields:
                yield name
                yield from (revealed for revealed in look.all_revealed)

    # The order of the page.

    def _revealers(self) -> dict[str, tuple[str, str]]:
        """For each revealed field: the field that reveals it, and by which choice."""
        return {
            revealed: (name, value)
            for name, look in self.present.items()
            if name in self.fields
            for value in look.reveals
            for revealed in look.revealed_by(value)
        }

    def top_level(self) -> Iterator[BoundField]:
        """Visible fields that are not under a choice of another."""
        revealed = self._revealers()
        for field in self.visible_fields():  # type: ignore[attr-defined]
            if field.name not in revealed:
                yield field

    def page_order(self) -> Iterator[BoundField]:
        """All visible fields in the order in which their controls stand on the page."""

        def walk(field: BoundField) -> Iterator[BoundField]:
            yield field
            look = self.present.get(field.name)
            for name in look.all_revealed if look else ():
                if name in self.fields:
                    yield from walk(self[name])  # type: ignore[index]

        for field in self.top_level():
            yield from walk(field)

    # Cleaning.

    def is_revealed(self, name: str) -> bool:
        """Whether a field counts: it is not under a choice, or that choice was made (and so on upwards)."""
        revealer = self._revealers().get(name)
        if revealer is None:
            return True
        by, value = revealer
        data = self[by].data  # type: ignore[index]
        if isinstance(self.fields[by], forms.BooleanField):
            made = value == "on" and bool(self.fields[by].to_python(data))
        else:
            made = value in ([str(item) for item in data] if isinstance(data, list | tuple) else [str(data or "")])
        return made and self.is_revealed(by)

    def _clean_fields(self) -> None:
        skipped = {name: field for name, field in self.fields.items() if not self.is_revealed(name)}
        kept = {name: field for name, field in self.fields.items() if name not in skipped}
        everything, self.fields = self.fields, kept
        try:
            super()._clean_fields()  # type: ignore[misc]
        finally:
            self.fields = everything
        for name, field in skipped.items():
            self.cleaned_data[name] = _empty_value(field)

    def add_user_error(self, error: UserError, field: str | None = None) -> None:
        """Show a UserError that an action raised, at a field or for the whole form."""
        self.add_error(field, ValidationError(error.sentence))  # type: ignore[attr-defined]

    # Rendering.

    def render(self, template_name: str | None = None, context: Any = None, renderer: Any = None) -> SafeString:
        """All fields: hidden ones first. The error summary is the layout's."""
        if template_name:
            return super().render(template_name, context, renderer)  # type: ignore[misc, no-any-return]
        parts = [str(field) for field in self.hidden_fields()]  # type: ignore[attr-defined]
        parts += [str(field) for field in self.top_level()]
        return mark_safe("\n".join(parts))  # noqa: S308

    def __str__(self) -> SafeString:
        return self.render()

    def __html__(self) -> SafeString:
        return self.render()


def _empty_value(field: forms.Field) -> Any:
    if isinstance(field, forms.ModelMultipleChoiceField):
        return field.queryset.none() if field.queryset is not None else []
    if isinstance(field, forms.MultipleChoiceField):
        return []
    if isinstance(field, forms.TypedChoiceField):
        return field.empty_value
    if isinstance(field, forms.ModelChoiceField):
        return None
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return False
    if isinstance(field, forms.CharField):
        return field.empty_value
    return "" if isinstance(field, forms.ChoiceField | TypeaheadField) else None


class GovukForm(GovukMixin, forms.Form):
    """A form whose fields render as GOV.UK markup. See the module's text for an example."""


def _ours(field: forms.Field) -> forms.Field:
    """A date field of Django as three boxes, a time field as people write times; any other field as it is."""
    replacement: dict[type[forms.Field], type[forms.Field]] = {forms.DateField: DateField, forms.TimeField: TimeField}
    kind = replacement.get(type(field))
    if kind is None or type(field.widget) not in (forms.DateInput, forms.TimeInput):
        return field
    return kind(
        required=field.required,
        label=field.label,
        help_text=field.help_text,
        initial=field.initial,
        disabled=field.disabled,
        validators=field.validators,
    )


class GovukModelForm(GovukMixin, forms.ModelForm):
    """A model's form with GOV.UK markup; its date and time fields are ours too."""
