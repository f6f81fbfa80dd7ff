"""Answers and values in words: the summary on the page "check your answers", and the history of a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from childfirst.encounters import forms, queries
from childfirst.encounters.alternatives import Alternative, PoliceReason
from childfirst.encounters.drafting import Answers, asked
from childfirst.encounters.models import Correction, Encounter
from childfirst.encounters.vocabulary import (
    AgeBand,
    Answer,
    AppropriateAdult,
    Gender,
    Initiator,
    Kind,
    OfficerDefinedEthnicity,
    Outcome,
    SchoolReason,
    SearchOf,
    SelfDefinedEthnicity,
    TimePrecision,
)
from childfirst.people.models import Organisation
from childfirst.places import queries as places
from childfirst.shared import clock

Row = tuple[str, str, str]


def summary(answers: Answers) -> list[Row]:
    """Every answer as question, answer in words, and the step that changes it."""
    rows: list[Row] = []
    for step in asked(answers):
        if step.slug in answers:
            rows += [(question, words, step.slug) for question, words in _DESCRIBE[step.slug](answers[step.slug])]
    return rows


def _alternative(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [("Who else could have dealt with it", str(Alternative(values["alternative"]).label))]


def _police(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [("Why the police dealt with it", str(PoliceReason(values["police_reason"]).label))]


def _kind(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [("Kind of encounter", str(Kind(values["kind"]).label))]
    if values.get("team"):
        team = Organisation.objects.filter(pk=values["team"]).first()
        rows.append(("Team", str(team or "Not known")))
    return rows


def _when(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    day = dt.date.fromisoformat(values["date"])
    if not values["time"]:
        return [("When", f"{clock.format_date(day)}, time not known")]
    moment = dt.datetime.combine(day, dt.time.fromisoformat(values["time"]), clock.LONDON)
    return [("When", clock.format_moment(moment))]


def _where(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    if values["place"] == "ward":
        ward = queries.suggested_ward(values["ward"])
        return [("Where", f"{ward.text}, {ward.hint}" if ward and ward.hint else ward.text if ward else "Not known")]
    if values["place"] == "point":
        return [("Where", f"Latitude {values['lat']}, longitude {values['lon']}")]
    return [("Where", "Not known")]


def _school(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    if values["answer"] != forms.IN_SCHOOL:
        return [("School", str(SchoolReason(values["answer"]).label))]
    found = queries.suggested_school(values["school"])
    return [("School", f"{found.text} ({found.hint})" if found else f"URN {values['school']}")]


def _person(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    age = {"years": str(values["age"]), "band": str(AgeBand(values["age_band"] or "not_recorded").label)}
    return [
        ("Age", age.get(values["age_known"], "Not known")),
        ("Gender", str(Gender(values["gender"]).label)),
        ("Ethnicity, in the person’s own words", str(SelfDefinedEthnicity(values["self_defined_ethnicity"]).label)),
        ("Ethnicity, as you saw it", str(OfficerDefinedEthnicity(values["officer_defined_ethnicity"]).label)),
        ("Special educational needs", str(Answer(values["send"]).label)),
        ("Reference number", "Given" if values["child_reference"] else "None"),
    ]


def _outcome(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = []
    if "search_of" in values:
        rows += [
            ("What was searched", str(SearchOf(values["search_of"]).label)),
            ("Power", values["legislation"]),
            ("Search for", values["object_of_search"]),
        ]
    rows.append(("What came of it", str(Outcome(values["outcome"]).label)))
    if "search_of" in values:
        rows.append(("Linked to what the search was for", str(Answer(values["outcome_linked"]).label)))
    return [
        *rows,
        ("Force used", str(Answer(values["use_of_force"]).label)),
        ("More than outer clothing removed", str(Answer(values["more_than_outer_clothing"]).label)),
        *(
            [("Appropriate adult there", str(AppropriateAdult(values["appropriate_adult"]).label))]
            if values.get("appropriate_adult")
            else []
        ),
    ]


_DESCRIBE = {
    "alternative": _alternative,
    "police": _police,
    "kind": _kind,
    "initiator": lambda values: [("Who began it", str(Initiator(values["initiator"]).label))],
    "when": _when,
    "where": _where,
    "school": _school,
    "person": _person,
    "outcome": _outcome,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a correction, in words."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Past:
    """One moment in the history of a record: what was done, by whom, why, and what it changed."""

    at: dt.datetime
    title: str
    who: str
    reason: str = ""
    changes: tuple[Change, ...] = ()


_CODED: dict[str, tuple[str, type[TextChoices]]] = {
    "alternative": ("Who else could have dealt with it", Alternative),
    "police_reason": ("Why the police dealt with it", PoliceReason),
    "kind": ("Kind of encounter", Kind),
    "initiator": ("Who began it", Initiator),
    "age_band": ("Age, roughly", AgeBand),
    "gender": ("Gender", Gender),
    "self_defined_ethnicity": ("Ethnicity, in the person’s own words", SelfDefinedEthnicity),
    "officer_defined_ethnicity": ("Ethnicity, as the officer saw it", OfficerDefinedEthnicity),
    "send": ("Special educational needs", Answer),
    "search_of": ("What was searched", SearchOf),
    "outcome": ("What came of it", Outcome),
    "outcome_linked": ("Linked to what the search was for", Answer),
    "more_than_outer_clothing": ("More than outer clothing removed", Answer),
    "use_of_force": ("Force used", Answer),
    "appropriate_adult": ("Appropriate adult there", AppropriateAdult),
    "time_precision": ("How exactly the time is known", TimePrecision),
    "school_reason": ("Why no school is named", SchoolReason),
}
_PLAIN = {
    "age": "Age",
    "legislation": "Power",
    "object_of_search": "Search for",
    "lat": "Latitude",
    "lon": "Longitude",
}
NOTHING = "Nothing"
"""How a value that is not there is shown."""


def changes_in_words(changes: Mapping[str, list[Any]]) -> tuple[Change, ...]:
    """The changes of a correction as people read them, in the order of the questions."""
    order = ["occurred_at", "time_precision", *_CODED, *_PLAIN, "school_id", "ward", "child_reference"]
    names = sorted(changes, key=lambda name: order.index(name) if name in order else len(order))
    return tuple(_change(name, *changes[name]) for name in names if name != "borough")


def _change(name: str, before: Any, after: Any) -> Change:
    if name in _CODED:
        question, vocabulary = _CODED[name]
        words = [str(vocabulary(value).label) if value else NOTHING for value in (before, after)]
    elif name == "occurred_at":
        question = "When"
        words = [clock.format_moment(dt.datetime.fromisoformat(value)) for value in (before, after)]
    elif name == "school_id":
        question, words = "School", [_school_name(value) for value in (before, after)]
    elif name == "ward":
        question, words = "Ward", [_area_name(value) for value in (before, after)]
    elif name == "child_reference":
        question = "Reference number"
        words = ["Given" if before else NOTHING, "Another" if after and before else "Given" if after else NOTHING]
    else:
        question = _PLAIN.get(name, name)
        words = [NOTHING if value in (None, "") else str(value) for value in (before, after)]
    return Change(question, *words)


def _school_name(urn: int | None) -> str:
    if urn is None:
        return NOTHING
    school = places.school(urn)
    return f"{school.name}, URN {urn}" if school else f"URN {urn}"


def _area_name(code: str) -> str:
    area = places.area(code) if code else None
    return area.name if area else code or NOTHING


def history(encounter: Encounter) -> list[Past]:
    """The record's past, the latest first; the last entry is its making."""
    entries = [corrected(one) for one in queries.history_of(encounter)]
    entries += list(_reviewed(encounter))
    who = encounter.recorded_by or encounter.client or encounter.force or "An import"
    entries.append(Past(encounter.created_at, "Recorded", str(who)))
    return sorted(entries, key=lambda one: one.at, reverse=True)


def corrected(one: Correction) -> Past:
    completed = one.reason == queries.COMPLETED
    title = "School completed" if completed else "Corrected"
    who = str(one.corrected_by or one.client or "")
    return Past(one.created_at, title, who, "" if completed else one.reason, changes_in_words(one.changes))


def _reviewed(encounter: Encounter) -> Iterator[Past]:
    for flag in encounter.reviews.filter(reviewed_at__isnull=False).select_related("reviewed_by"):
        if flag.reviewed_at is not None:
            yield Past(flag.reviewed_at, f"Reviewed: {flag.get_reason_display().lower()}", str(flag.reviewed_by))
