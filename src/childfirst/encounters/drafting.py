"""The record form as data: its steps, what a draft's answers say, and the particulars that they make.

Answers are kept per step as plain JSON, as the forms cleaned them: dates and times in ISO form, the child's reference only as
its pseudonym. ``told`` reads them back; the action checks them again, for a draft may be days old. ``answers_of`` goes the
other way, from a record to answers, so that the same questions correct it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from childfirst.design.forms import GovukForm
from childfirst.encounters import forms, record_forms, rules
from childfirst.encounters.alternatives import CAN_BE_CALLED, Alternative
from childfirst.encounters.landing import day_moment
from childfirst.encounters.models import Encounter, EncounterDraft
from childfirst.encounters.permissions import teams_of
from childfirst.encounters.rules import Particulars
from childfirst.encounters.vocabulary import AgeBand, AppropriateAdult, Kind, TimePrecision
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

    def applies(self, answers: Answers) -> bool:
        """Whether this question is asked after these answers: why the police came, only if somebody else could have."""
        return self.slug != "police" or chosen_alternative(answers) in CAN_BE_CALLED


STEPS = (
    Step("alternative", "Could someone else have dealt with this?", ("alternative",)),
    Step("police", "Are they dealing with it?", ("police_reason",)),
    Step("kind", "What kind of encounter was it?", ("kind",)),
    Step("initiator", "Who began it?", ("initiator",)),
    Step("when", "When was it?", ("occurred_at", "time_precision")),
    Step("where", "Where was it?", ("place", "lon", "lat", "ward")),
    Step("school", "Which school does the child go to?", ("school", "school_reason")),
    Step(
        "person",
        "About the person",
        (
            "age", "age_band", "gender", "self_defined_ethnicity", "officer_defined_ethnicity", "send", "child_reference",
        ),
    ),
    Step(
        "outcome",
        "What happened?",
        (
            "search_of", "legislation", "object_of_search", "outcome", "outcome_linked", "use_of_force",
            "more_than_outer_clothing", "appropriate_adult",
        ),
    ),
)  # fmt: skip
"""The questions in their order; "check your answers" comes after the last."""

BY_SLUG = {step.slug: step for step in STEPS}


def chosen_alternative(answers: Answers) -> Alternative | None:
    """Who else could have dealt with it, as far as that was answered."""
    given = answers.get("alternative", {}).get("alternative")
    return Alternative(given) if given else None


def asked(answers: Answers) -> list[Step]:
    """The questions that are asked after these answers, in their order."""
    return [step for step in STEPS if step.applies(answers)]


def step_of(field: str) -> Step:
    """The step that asks for a field of Particulars; the first where none does."""
    return next((step for step in STEPS if field in step.fields), STEPS[0])


def after(step: Step, answers: Answers) -> Step | None:
    """The step that follows, or None after the last."""
    return next((one for one in asked(answers) if STEPS.index(one) > STEPS.index(step)), None)


def before(step: Step, answers: Answers) -> Step | None:
    """The step that comes before, or None before the first."""
    return next((one for one in reversed(asked(answers)) if STEPS.index(one) < STEPS.index(step)), None)


def missing(answers: Answers, until: Step | None = None) -> Step | None:
    """The first step (before ``until``) that has no answer, or whose answer belongs to another answer before it."""
    for step in asked(answers):
        if step == until:
            return None
        if step.slug not in answers or not _fits(step, answers):
            return step
    return None


def _fits(step: Step, answers: Answers) -> bool:
    given = answers[step.slug]
    if step.slug == "police":
        return bool(given.get("alternative") == chosen_alternative(answers))
    if step.slug != "outcome":
        return True
    is_search = answers.get("kind", {}).get("kind") == Kind.STOP_AND_SEARCH
    needs_adult = asks_for_adult(answers) and not given.get("appropriate_adult")
    return is_search == ("search_of" in given) and not needs_adult


def asks_for_adult(answers: Answers) -> bool:
    """Whether the last question asks everyone if an appropriate adult was there."""
    person = answers.get("person", {})
    age = person.get("age") if person.get("age_known") == "years" else None
    band = person.get("age_band") if person.get("age_known") == "band" else None
    return rules.asks_for_adult(answers.get("kind", {}).get("kind", ""), age=age, age_band=band or AgeBand.NOT_RECORDED)


def form_for(
    step: Step, teams: list[Organisation], answers: Answers, data: Any = None, *, correcting: bool = False
) -> GovukForm:
    """The form of a step, with what the answers already say. ``teams`` are those that the person may record for.

    ``correcting`` gives the form that corrects a record: the same question, and why.
    """
    ours = forms.with_reason if correcting else _as_it_is
    initial = dict(answers.get(step.slug, {}))
    match step.slug:
        case "alternative":
            return ours(record_forms.AlternativeForm)(data, initial=initial)
        case "police":
            alternative = chosen_alternative(answers) or CAN_BE_CALLED[0]
            fits = initial.get("alternative") == alternative
            return ours(record_forms.PoliceForm)(data, initial=initial if fits else {}, alternative=alternative)
        case "kind":
            return ours(record_forms.KindForm)(data, initial=initial, teams=[(team.pk, team.name) for team in teams])
        case "initiator":
            return ours(record_forms.InitiatorForm)(data, initial=initial)
        case "when":
            if initial.get("time"):
                initial["time"] = dt.time.fromisoformat(initial["time"])
            return ours(record_forms.WhenForm)(data, initial=initial)
        case "where":
            return ours(record_forms.WhereForm)(data, initial=initial)
        case "school":
            age = answers.get("person", {}).get("age")
            return ours(forms.SchoolForm)(data, initial=initial, on=_day(answers), age=age)
        case "person":
            reason = answers.get("school", {}).get("answer", "")
            return ours(forms.PersonForm)(
                data, initial=initial, school_reason="" if reason == forms.IN_SCHOOL else reason
            )
        case _:
            is_search = answers.get("kind", {}).get("kind") == Kind.STOP_AND_SEARCH
            form = record_forms.SearchForm if is_search else record_forms.OutcomeForm
            return ours(form)(data, initial=initial, asks_for_adult=asks_for_adult(answers))


def _as_it_is(form: type[GovukForm]) -> type[GovukForm]:
    return form


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
    if isinstance(form, record_forms.PoliceForm):
        values["alternative"] = str(form.alternative)
    return values


def particulars(draft: EncounterDraft) -> tuple[Particulars, Organisation]:
    """What the draft tells, and for which team. Raises UserError when a question has no answer yet."""
    answers: Answers = draft.answers
    if (step := missing(answers)) is not None:
        raise UserError(f"One question has no answer yet: {step.title}")
    return told(answers), _team(draft.account, answers)


def told(answers: Answers) -> Particulars:
    """The particulars that whole answers make."""
    when, where, school, person = (answers[slug] for slug in ("when", "where", "school", "person"))
    day = dt.date.fromisoformat(when["date"])
    moment, precision = day_moment(day)
    if when["time"]:
        clock_time = dt.time.fromisoformat(when["time"])
        moment = dt.datetime.combine(day, clock_time, clock.LONDON).astimezone(dt.UTC)
        precision = TimePrecision.MINUTE
    at_school = school["answer"] == forms.IN_SCHOOL
    alternative = chosen_alternative(answers) or Alternative.NOT_ASKED
    outcome = dict(answers["outcome"])
    outcome["appropriate_adult"] = outcome.get("appropriate_adult") or str(AppropriateAdult.NOT_RECORDED)
    return Particulars(
        kind=answers["kind"]["kind"],
        initiator=answers["initiator"]["initiator"],
        alternative=str(alternative),
        police_reason=answers["police"]["police_reason"] if alternative in CAN_BE_CALLED else "",
        occurred_at=moment,
        time_precision=str(precision),
        school=int(school["school"]) if at_school else None,
        school_reason="" if at_school else school["answer"],
        ward=where["ward"] if where["place"] == "ward" else "",
        lon=where["lon"] if where["place"] == "point" else None,
        lat=where["lat"] if where["place"] == "point" else None,
        age=person["age"] if person["age_known"] == "years" else None,
        age_band=person["age_band"] if person["age_known"] == "band" else str(AgeBand.NOT_RECORDED),
        gender=person["gender"],
        self_defined_ethnicity=person["self_defined_ethnicity"],
        officer_defined_ethnicity=person["officer_defined_ethnicity"],
        send=person["send"],
        child_reference=person["child_reference"],
        **outcome,
    )


def _team(account: Account, answers: Answers) -> Organisation:
    teams = teams_of(account)
    wanted = answers["kind"].get("team")
    found = next((team for team in teams if team.pk == wanted), teams[0] if teams and not wanted else None)
    if found is None:
        raise UserError("You no longer record for the team that you chose. Choose the team again.")
    return found


def answers_of(one: Encounter) -> dict[str, dict[str, Any]]:
    """The answers with which the form would make this record."""
    moment = clock.local(one.occurred_at)
    place = "point" if one.lon is not None else "ward" if one.ward else "unknown"
    band = "" if one.age_band == AgeBand.NOT_RECORDED else one.age_band
    outcome = {
        "outcome": one.outcome,
        "use_of_force": one.use_of_force,
        "more_than_outer_clothing": one.more_than_outer_clothing,
        "appropriate_adult": "" if one.appropriate_adult == AppropriateAdult.NOT_RECORDED else one.appropriate_adult,
    }
    if one.kind == Kind.STOP_AND_SEARCH:
        outcome |= {
            "search_of": one.search_of,
            "legislation": one.legislation,
            "object_of_search": one.object_of_search,
            "outcome_linked": one.outcome_linked,
        }
    return {
        "alternative": {"alternative": one.alternative},
        "police": {"police_reason": one.police_reason, "alternative": one.alternative},
        "kind": {"kind": one.kind},
        "initiator": {"initiator": one.initiator},
        "when": {
            "date": moment.date().isoformat(),
            "time": moment.time().isoformat("minutes") if one.time_precision == TimePrecision.MINUTE else "",
        },
        "where": {"place": place, "ward": one.ward, "lon": one.lon, "lat": one.lat},
        "school": {
            "answer": forms.IN_SCHOOL if one.school_id else one.school_reason,
            "school": str(one.school_id) if one.school_id else "",
        },
        "person": {
            "age_known": "years" if one.age is not None else "band" if band else "unknown",
            "age": one.age,
            "age_band": band,
            "gender": one.gender,
            "self_defined_ethnicity": one.self_defined_ethnicity,
            "officer_defined_ethnicity": one.officer_defined_ethnicity,
            "send": one.send,
            "child_reference": one.child_reference,
        },
        "outcome": outcome,
    }
