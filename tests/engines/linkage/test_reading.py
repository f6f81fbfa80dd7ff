"""Normalisation and reading: what a mention says before any school is looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childfirst.engines.linkage import Register, forms, text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("St. Mary's C of E Prim. Sch", ["st", "mary", "ce", "primary", "school"]),
        ("SAINT MARYS CofE primary school", ["st", "mary", "ce", "primary", "school"]),
        ("St Mary\u2019s Church of England PS", ["st", "mary", "ce", "primary", "school"]),
        ("Ark Acad. & 6th Form", ["ark", "academy", "and", "sixthform"]),
        ("Jnr Coll", ["junior", "college"]),
        ("\u00c9cole Jeannine", ["ecole", "jeannine"]),
        ("\uff21\uff52\uff4b", ["ark"]),
        ("N/A", ["na"]),
        ("", []),
    ],
)
def test_written_forms_meet(typed: str, words: list[str]) -> None:
    assert text.tokens(typed) == words


@pytest.mark.parametrize(
    "mention",
    [
        "n/a", "N/K", "unknown", "UNK", "home educated", "Home Ed", "not in school", "not in education", "NEET", "refused to say",
        "did not ask", "as above", "excluded awaiting placement", "left school 2023", "works at Tesco", "apprentice plumber",
        "No school recorded. Child home educated by mother.", "Male aged 12, not in education, states he works with his uncle.",
        "pupil at unknown", "a school in Northam", "x", "would not say which school", "under school age",
    ],
)  # fmt: skip
def test_words_for_no_school(mention: str, register: Register) -> None:
    reading = register.reader.read(mention)
    assert reading.says_none
    assert reading.says_none_only


@pytest.mark.parametrize("mention", ["", "   ", "??", ".", "--", "\U0001f642", "0"])
def test_nothing_to_read(mention: str, register: Register) -> None:
    reading = register.reader.read(mention)
    assert reading.tokens == ()
    assert not reading.unreadable


def test_another_script_is_said_to_be_unreadable(register: Register) -> None:
    assert register.reader.read("\u0645\u062f\u0631\u0633\u0629").unreadable


@pytest.mark.parametrize(
    "mention",
    [
        "VICT (14) walking home from larkfield when approached by 3 x IC3 males",
        "Subject enrolled Larkfield since Sept, previously excluded",
        "Child goes to Larkfield, mother informed by phone.",
        "School: larkfield. Social worker informed",
        "larkfield (student) yr 9",
        "Merlin completed. Attends Larkfield (Yr 9). No injuries.",
    ],
)
def test_the_name_is_found_in_the_report(mention: str, register: Register) -> None:
    reading = register.reader.read(mention)
    assert reading.tokens == ("larkfield",)
    assert not reading.says_none


def test_places_are_told_from_the_name(register: Register) -> None:
    reading = register.reader.read("Larkfield sch nr Copper Lane, Northam")
    named = [t for t, place in zip(reading.tokens, reading.is_place, strict=True) if not place]
    assert named == ["larkfield", "school"]
    assert reading.boroughs == ("northam",)


def test_words_typed_together_are_divided(register: Register) -> None:
    assert register.reader.read("tamsingrove").tokens == ("tamsin", "grove")


def test_year_group(register: Register) -> None:
    assert register.reader.read("Larkfield yr 9").year_group == 9
    assert register.reader.read("Y13 Larkfield").year_group == 13
    assert register.reader.read("Larkfield year 2019").year_group == 0


def test_initials() -> None:
    found = forms.initials("City of London School for Girls")
    assert {"clsg", "colsg", "colsfg"} <= found
    assert {"occps", "ocps", "ocoeps"} & forms.initials("Ottermoor CofE Primary School")


@given(st.text(max_size=200))
def test_any_text_can_be_read(mention: str) -> None:
    assert all(token for token in text.tokens(mention))


@given(st.text(alphabet="abcdefghijklmnop '-.", min_size=1, max_size=40))
def test_normalising_twice_changes_nothing(mention: str) -> None:
    once = text.tokens(mention)
    assert text.tokens(mention.upper()) == once
