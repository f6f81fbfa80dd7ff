"""The search box with and without scripts, and with forged answers."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory

from childfirst.design.forms import GovukForm, TypeaheadField
from childfirst.design.gallery_forms import resolve, search
from childfirst.design.typeahead import suggestions


class PlaceForm(GovukForm):
    place = TypeaheadField(label="School", search=search, resolve=resolve)


class OptionalForm(GovukForm):
    place = TypeaheadField(label="School", search=search, resolve=resolve, required=False)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"place": "2"}, "2"),
        ({"place": "2", "place_text": "Larkfield Academy"}, "2"),
        ({"place": "2", "place_text": "  larkfield   academy "}, "2"),
        ({"place": "", "place_text": "Larkfield Academy"}, "2"),
        ({"place_text": "lark", "place_choice": "1", "place_searched": "lark"}, "1"),
        # Typed over after choosing, without scripts to clear the choice: what is typed wins.
        ({"place": "1", "place_text": "The Meadows"}, "6"),
        ({"place_text": "The Meadows", "place_choice": "1", "place_searched": "lark"}, "6"),
    ],
)
def test_accepted(data: dict[str, str], value: str) -> None:
    form = PlaceForm(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["place"] == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Enter the school"),
        ({"place_text": "  "}, "Enter the school"),
        ({"place_text": "lark"}, "Choose one of those found for “lark”, or search again"),
        (
            {"place_text": "lark", "place_choice": "", "place_searched": "lark"},
            "Choose one of those found for “lark”, or search again",
        ),
        ({"place_text": "100%s"}, "Nothing was found for “100%s”. Check the spelling, or type less of the name"),
        ({"place": "999"}, "The one you chose is no longer there. Search again"),
        ({"place": "1", "place_text": "larkf"}, "Choose one of those found for “larkf”, or search again"),
        (
            {"place_text": "lark", "place_choice": "999", "place_searched": "lark"},
            "Choose one of those found for “lark”, or search again",
        ),
    ],
)
def test_refused(data: dict[str, str], message: str) -> None:
    assert PlaceForm(data).errors["place"] == [message]


def test_optional_and_empty() -> None:
    form = OptionalForm({"place_text": ""})
    assert form.is_valid()
    assert form.cleaned_data["place"] == ""


def test_several_finds_become_radios() -> None:
    form = PlaceForm({"place_text": "lark"})
    markup = str(form)
    assert markup.count('name="place_choice"') == 2
    assert 'name="place_searched" value="lark"' in markup
    assert 'name="place_text"' in markup


def test_a_stored_value_shows_its_name() -> None:
    markup = str(PlaceForm(initial={"place": "2"}))
    assert 'value="Larkfield Academy"' in markup
    assert 'name="place" value="2" data-typeahead-value' in markup


def test_suggestions() -> None:
    response = suggestions(RequestFactory().get("/", {"q": " LARK "}), search, limit=1)
    assert json.loads(response.content) == {
        "results": [{"value": "1", "text": "Larkfield Primary School", "hint": "Northgate, ages 4 to 11"}],
        "more": True,
    }
    assert json.loads(suggestions(RequestFactory().get("/", {"q": "l"}), search).content)["results"] == []
