"""Forms as people meet them: markup, wording, order of mistakes, reveals."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from childfirst.design.forms import DateField, GovukForm, GovukMixin, Present, TimeField, YesNoField
from childfirst.design.gallery_forms import SampleForm
from childfirst.shared import clock
from childfirst.shared.errors import UserError


class DayForm(GovukForm):
    when = DateField(label="Date of birth", latest=dt.date(2026, 3, 27), earliest=dt.date(1900, 1, 1))


def day(day: str, month: str, year: str) -> DayForm:
    return DayForm({"when-day": day, "when-month": month, "when-year": year})


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (("", "", ""), "Enter the date of birth", ("day", "month", "year")),
        (("27", "", "2026"), "Date of birth must include a month", ("month",)),
        (("", "", "2026"), "Date of birth must include a day and month", ("day", "month")),
        (("27", "3", "26"), "Date of birth must have a year of 4 numbers, like 2026", ("year",)),
        (("27", "3", "20x6"), "Date of birth must have a year of 4 numbers, like 2026", ("year",)),
        (("32", "3", "2026"), "Date of birth must be a real date", ("day",)),
        (("0", "13", "2026"), "Date of birth must be a real date", ("day", "month")),
        (("30", "2", "2024"), "Date of birth must be a real date", ("day",)),
        (("29", "2", "2023"), "Date of birth must be a real date", ("day",)),
        (("1", "1", "0000"), "Date of birth must be a real date", ("day",)),
        (("²", "3", "2024"), "Date of birth must be a real date", ("day",)),
        (("28", "3", "2026"), "Date of birth must be on or before 27 March 2026", ("day", "month", "year")),
        (("31", "12", "1899"), "Date of birth must be on or after 1 January 1900", ("day", "month", "year")),
    ],
)
def test_date_mistakes_are_named_and_marked(typed: tuple[str, str, str], message: str, parts: tuple[str, ...]) -> None:
    form = day(*typed)
    assert form.errors["when"] == [message]
    markup = str(form["when"])
    for part in ("day", "month", "year"):
        box = next(line for line in markup.splitlines() if f'id="id_when-{part}"' in line)
        assert ("govuk-input--error" in box) == (part in parts)
    assert form["when"].first_control_id == f"id_when-{parts[0]}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MAR."])
def test_months_may_be_names(month: str) -> None:
    form = day(" 27 ", month, "2024")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["when"] == dt.date(2024, 3, 27)


def test_september_has_two_abbreviations_and_ma_is_none() -> None:
    assert day("1", "Sept", "2024").is_valid()
    assert day("1", "Sep", "2024").is_valid()
    assert not day("1", "Ma", "2024").is_valid()


def test_date_shows_its_initial_value_and_takes_an_iso_date() -> None:
    assert 'value="27"' in str(DayForm(initial={"when": dt.date(2024, 3, 27)})["when"])
    form = DayForm({"when": "2024-03-27"})
    assert form.is_valid()


def test_date_limit_of_today_is_said_in_words() -> None:
    class Form(GovukForm):
        when = DateField(label="When was it?", latest=clock.today)
        present: ClassVar[dict[str, Present]] = {"when": Present(name="date of the visit")}

    tomorrow = clock.today() + dt.timedelta(days=1)
    form = Form({"when-day": str(tomorrow.day), "when-month": str(tomorrow.month), "when-year": str(tomorrow.year)})
    assert form.errors["when"] == ["Date of the visit must be today or in the past"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("4:05pm", dt.time(16, 5)),
        ("4.05 p.m.", dt.time(16, 5)),
        ("16:05", dt.time(16, 5)),
        ("1605", dt.time(16, 5)),
        ("4pm", dt.time(16)),
        ("12am", dt.time(0)),
        ("12:30pm", dt.time(12, 30)),
        ("Midday", dt.time(12)),
        ("midnight", dt.time(0)),
        ("09:30:00", dt.time(9, 30)),
        ("", None),
    ],
)
def test_times_as_people_write_them(typed: str, wanted: dt.time | None) -> None:
    assert TimeField(required=False).clean(typed) == wanted


@pytest.mark.parametrize("typed", ["25:00", "13pm", "0am", "9", "9:60", "soon", "1:2"])
def test_times_that_are_none(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        TimeField().clean(typed)


def test_every_control_renders_and_escapes() -> None:
    form = SampleForm(SampleForm.wrong_answers())
    markup = str(form)
    for component in (
        "input",
        "textarea",
        "select",
        "radios",
        "checkboxes",
        "date-input",
        "password-input",
        "file-upload",
    ):
        assert f"govuk-{component}" in markup
    assert "<script" not in markup
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in markup
    assert " style=" not in markup
    assert "None" not in markup.replace("None of these", "")


def test_error_summary_follows_the_page() -> None:
    form = SampleForm(SampleForm.wrong_answers())
    markup = Template("{% load govuk %}{% error_prefix %}|{% error_summary %}").render(Context({"form": form}))
    assert markup.startswith("Error: |")
    targets = [part.split('"')[0] for part in markup.split('href="#')[1:]]
    assert targets == [
        "id_name",
        "id_email",
        "id_password",
        "id_number",
        "id_cost",
        "id_when-year",
        "id_time",
        "id_number_called",
        "id_consent",
        "id_needs",
        "id_ward",
        "id_place_choice",
        "id_agree",
    ]
    whole = str(form)
    assert all(f'id="{target}"' in whole for target in targets)
    assert sorted(targets, key=lambda target: whole.index(f'id="{target}"')) == targets


def test_no_mistakes_no_summary() -> None:
    assert Template("{% load govuk %}{% error_prefix %}{% error_summary %}").render(Context({"form": DayForm()})) == ""


def test_mistakes_of_the_whole_form_come_first() -> None:
    form = day("1", "", "2020")
    form.add_user_error(UserError("This record was changed by 100% of somebody else"))
    markup = Template("{% load govuk %}{% error_summary %}").render(Context({"form": form}))
    assert markup.index("changed by 100% of somebody") < markup.index("must include a month")


class RevealForm(GovukForm):
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    more = forms.ChoiceField(label="More", choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect)
    deep = forms.CharField(label="Deep")
    flag = forms.BooleanField(label="Flag", required=False)
    why = forms.CharField(label="Why")
    present: ClassVar[dict[str, Present]] = {
        "kind": Present(reveals={"b": "more"}),
        "more": Present(reveals={"y": ("deep",)}),
        "flag": Present(reveals={"on": "why"}),
    }


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"kind": "a"}, []),
        ({"kind": "a", "more": "nonsense", "deep": ""}, []),
        ({"kind": "b"}, ["more"]),
        ({"kind": "b", "more": "y"}, ["deep"]),
        ({"kind": "b", "more": "x"}, []),
        ({"kind": "a", "more": "y"}, []),
        ({"kind": "a", "flag": "on"}, ["why"]),
        ({}, ["kind"]),
    ],
)
def test_a_revealed_field_counts_only_when_revealed(data: dict[str, str], wrong: list[str]) -> None:
    assert list(RevealForm(data).errors) == wrong


def test_a_field_that_is_not_revealed_is_emptied() -> None:
    form = RevealForm({"kind": "a", "more": "y", "deep": "secret", "why": "typed"})
    assert form.is_valid()
    assert form.cleaned_data == {"kind": "a", "more": "", "deep": "", "flag": False, "why": ""}


def test_a_revealed_field_is_drawn_once_under_its_choice() -> None:
    markup = str(RevealForm({"kind": "b", "more": "y"}))
    assert markup.count('name="deep"') == 1
    assert 'data-aria-controls="conditional-id_kind-2"' in markup
    assert markup.index('id="conditional-id_kind-2"') < markup.index('name="more"')


def test_present_must_name_real_fields() -> None:
    class Form(GovukForm):
        a = forms.CharField()
        present: ClassVar[dict[str, Present]] = {"a": Present(reveals={"x": "nowhere"})}

    with pytest.raises(TypeError, match="nowhere"):
        Form()


def test_the_authors_own_messages_stay() -> None:
    class Form(GovukForm):
        a = forms.CharField(error_messages={"required": "Tell us"})

    assert Form({}).errors["a"] == ["Tell us"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (forms.CharField(label="Full name"), "", "Enter the full name"),
        (forms.CharField(label="URN"), "", "Enter the URN"),
        (forms.CharField(label="100% sure"), "", "Enter the 100% sure"),
        (forms.CharField(label="What is your name?"), "", "Enter an answer to “What is your name?”"),
        (forms.CharField(label="Name", max_length=3), "abcd", "Name must be 3 characters or fewer"),
        (forms.IntegerField(label="Age", max_value=17), "18", "Age must be 17 or less"),
        (forms.IntegerField(label="Age"), "x", "Age must be a whole number, like 15"),
        (
            forms.EmailField(label="Email address"),
            "x",
            "Email address must be an email address in the form name@example.org",
        ),
        (forms.ChoiceField(label="Ward", choices=[("a", "A")]), "", "Select the ward"),
        (forms.ChoiceField(label="Ward", choices=[("a", "A")]), "z", "Choose the ward from the list"),
        (YesNoField(label="Did they ask?"), "", "Select an answer to “Did they ask?”"),
        (forms.FileField(label="Report"), "", "Select the report"),
    ],
)
def test_wording(field: forms.Field, value: str, message: str) -> None:
    form_class = type("Form", (GovukForm,), {"a": field})
    assert form_class({"a": value}, {}).errors["a"] == [message]


def test_an_empty_file() -> None:
    form_class = type("Form", (GovukForm,), {"a": forms.FileField(label="Report")})
    assert form_class({}, {"a": SimpleUploadedFile("a.csv", b"")}).errors["a"] == ["The selected file is empty"]


def test_yes_and_no() -> None:
    field = YesNoField()
    assert field.clean("yes") is True
    assert field.clean("no") is False
    assert YesNoField(required=False).clean("") is None


def test_forms_of_others_can_be_mixed_in() -> None:
    class Foreign(forms.Form):
        login = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email", "placeholder": "x"}))
        day = forms.DateField()

    class Ours(GovukMixin, Foreign):
        pass

    markup = str(Ours())
    assert 'autocomplete="email"' in markup
    assert 'name="day-month"' in markup


def test_hidden_fields_are_bare_inputs() -> None:
    class Form(GovukForm):
        token = forms.CharField(widget=forms.HiddenInput)
        a = forms.CharField()

    markup = str(Form(initial={"token": '"x'}))
    assert '<input type="hidden" name="token" value="&quot;x" id="id_token">' in markup
    assert markup.count("govuk-form-group") == 1


def test_long_answers_are_not_cut_by_the_browser() -> None:
    class Form(GovukForm):
        a = forms.CharField(max_length=5)

    assert "maxlength" not in str(Form())


def test_labels_and_hints_describe_their_controls() -> None:
    form: Any = SampleForm({})
    assert 'aria-describedby="id_email-hint id_email-error"' in str(form["email"])
    assert '<label class="govuk-label govuk-label--s" for="id_email">' in str(form["email"])
