"""The record form as data: its steps, what a draft's answers say, and the particulars that they make.

Answers are kept per step as plain JSON, as the forms cleaned them: dates and times in ISO form, the child's reference only as
its pseudonym. ``particulars`` reads them back; the action checks them again, for a draft may be days old.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from childfirst.design.forms import GovukForm
from childfirst.encounters import forms, queries
from childfirst.encounters.landing import day_moment
from childfirst.encounters.models import EncounterDraft
from childfirst.encounters.permissions import teams_of
from childfirst.encounters.rules import Particulars
from childfirst.encounters.vocabulary import (
    AgeBand,
    Answer,
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
from childfirst.people.models import Account, Organisation
from childfirst.shared import clock
from childfirst.shared.errors import UserError

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form: its address, its title, and the fields of Particulars that it answers."""

    slug: str
    title: str
    fields: tuple[str, ...]


STEPS = (
    Step("kind", "What kind of encounter was it?", ("kind",)),
    Step("initiator", "Who began it?", ("initiator",)),
    Step("when", "When was it?", ("occurred_at",)),
    Step("where", "Where was it?", ("place",)),
    Step("school", "Which school does the child go to?", ("school",)),
    Step(
        "person", "About the person", ("age", "gender", "self_defined_ethnicity", "officer_defined_ethnicity", "send")
    ),
    Step("outcome", "What happened?", ("search_of", "legislation", "object_of_search", "outcome")),
)
"""The questions in their order; "check your answers" comes after the last."""

BY_SLUG = {step.slug: step for step in STEPS}


def step_of(field: str) -> Step:
    """The step that asks for a field of Particulars; the first where none does."""
    return next((step for step in STEPS if field in step.fields), STEPS[0])


def after(step: Step) -> Step | None:
    """The step that follows, or None after the last."""
    position = STEPS.index(step) + 1
    return STEPS[position] if position < len(STEPS) else None


def before(step: Step) -> Step | None:
    """The step that comes before, or None before the first."""
    position = STEPS.index(step)
    return STEPS[position - 1] if position else None


def missing(answers: Answers) -> Step | None:
    """The first step that has no answer, or whose answer belongs to another kind of encounter."""
    for step in STEPS:
        if step.slug not in answers:
            return step
    is_search = answers["kind"]["kind"] == Kind.STOP_AND_SEARCH
    return BY_SLUG["outcome"] if is_search != ("search_of" in answers["outcome"]) else None


def form_for(step: Step, account: Account, answers: Answers, data: Any = None) -> GovukForm:
    """The form of a step, with what the draft already says."""
    initial = dict(answers.get(step.slug, {}))
    match step.slug:
        case "kind":
            teams = [(team.pk, team.name) for team in teams_of(account)]
            return forms.KindForm(data, initial=initial, teams=teams)
        case "initiator":
            return forms.InitiatorForm(data, initial=initial)
        case "when":
            if initial.get("time"):
                initial["time"] = dt.time.fromisoformat(initial["time"])
            return forms.WhenForm(data, initial=initial)
        case "where":
            return forms.WhereForm(data, initial=initial)
        case "school":
            age = answers.get("person", {}).get("age")
            return forms.SchoolForm(data, initial=initial, on=_day(answers), age=age)
        case "person":
            reason = answers.get("school", {}).get("answer", "")
            return forms.PersonForm(data, initial=initial, school_reason="" if reason == forms.IN_SCHOOL else reason)
        case _:
            is_search = answers.get("kind", {}).get("kind") == Kind.STOP_AND_SEARCH
            return (forms.SearchForm if is_search else forms.OutcomeForm)(data, initial=initial)


def _day(answers: Answers) -> dt.date | None:
    text = answers.get("when", {}).get("date")
    return dt.date.fromisoformat(text) if text else None


def cleaned(form: GovukForm, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a valid form as JSON. A reference that was given before stays when none is given now."""
    values = {
        name: value.isoformat() if isinstance(value, dt.date | dt.time) else value
        for name, value in form.cleaned_data.items()
    }
    if "child_reference" in values and not values["child_reference"]:
        values["child_reference"] = earlier.get("child_reference", "")
    return values


def particulars(draft: EncounterDraft) -> tuple[Particulars, Organisation]:
    """What the draft tells, and for which team. Raises UserError when a question has no answer yet."""
    answers: Answers = draft.answers
    if (step := missing(answers)) is not None:
        raise UserError(f"One question has no answer yet: {step.title}")
    when, where, school, person = (answers[slug] for slug in ("when", "where", "school", "person"))
    day = dt.date.fromisoformat(when["date"])
    moment, precision = day_moment(day)
    if when["time"]:
        clock_time = dt.time.fromisoformat(when["time"])
        moment = dt.datetime.combine(day, clock_time, clock.LONDON).astimezone(dt.UTC)
        precision = TimePrecision.MINUTE
    at_school = school["answer"] == forms.IN_SCHOOL
    told = Particulars(
        kind=answers["kind"]["kind"],
        initiator=answers["initiator"]["initiator"],
        occurred_at=moment,
        time_precision=precision,
        school=int(school["school"]) if at_school else None,
        school_reason="" if at_school else school["answer"],
        ward=where["ward"] if where["place"] == "ward" else "",
        lon=where["lon"] if where["place"] == "point" else None,
        lat=where["lat"] if where["place"] == "point" else None,
        age=person["age"] if person["age_known"] == "years" else None,
        age_band=person["age_band"] if person["age_known"] == "band" else AgeBand.NOT_RECORDED,
        gender=person["gender"],
        self_defined_ethnicity=person["self_defined_ethnicity"],
        officer_defined_ethnicity=person["officer_defined_ethnicity"],
        send=person["send"],
        child_reference=person["child_reference"],
    )
    return dataclasses.replace(told, **answers["outcome"]), _team(draft.account, answers)


def _team(account: Account, answers: Answers) -> Organisation:
    teams = teams_of(account)
    wanted = answers["kind"].get("team")
    found = next((team for team in teams if team.pk == wanted), teams[0] if teams and not wanted else None)
    if found is None:
        raise UserError("You no longer record for the team that you chose. Choose the team again.")
    return found


Row = tuple[str, str, str]


def summary(answers: Answers) -> list[Row]:
    """Every answer as question, answer in words, and the step that changes it."""
    rows: list[Row] = []
    for slug, describe in _DESCRIBE.items():
        if slug in answers:
            rows += [(question, words, slug) for question, words in describe(answers[slug])]
    return rows


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
    ]


_DESCRIBE = {
    "kind": _kind,
    "initiator": lambda values: [("Who began it", str(Initiator(values["initiator"]).label))],
    "when": _when,
    "where": _where,
    "school": _school,
    "person": _person,
    "outcome": _outcome,
}
