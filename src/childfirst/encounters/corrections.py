"""A correction before it is made: which fields a question's new answer would change, and what would follow."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from childfirst.design.forms import GovukForm
from childfirst.encounters import describing, drafting, record_forms, rules
from childfirst.encounters.actions_corrections import field_names, particulars_of
from childfirst.encounters.alternatives import CAN_BE_CALLED
from childfirst.encounters.drafting import BY_SLUG, Step
from childfirst.encounters.models import Encounter
from childfirst.encounters.vocabulary import Kind

CARRIED = {"outcome": "kind", "police": "alternative"}
"""A question that may have to be asked after another is corrected -> that other, whose new answer the address carries."""


class Proposal:
    """What a person is about to correct. ``version`` is the number that the record had when they opened the page."""

    def __init__(
        self, encounter: Encounter, step: Step, answers: dict[str, dict[str, Any]], data: QueryDict | None
    ) -> None:
        self.encounter, self.step, self.answers = encounter, step, answers
        self.form: GovukForm = drafting.form_for(step, [], answers, data, correcting=True)
        if isinstance(self.form, record_forms.PoliceForm):
            self.form.without_dealt_with()
        sent = data.get("version", "") if data is not None else ""
        self.version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else encounter.version

    @property
    def reason(self) -> str:
        """Why, as a valid form says it."""
        return str(self.form.cleaned_data["reason"])

    def question_that_follows(self) -> str:
        """The address of the question that this answer makes necessary, with the answer; empty when there is none.

        A search needs its power, and somebody who could have been called the reason why the police came.
        """
        given = self.form.cleaned_data
        new_kind, new_alternative = given.get("kind"), given.get("alternative")
        if new_kind == Kind.STOP_AND_SEARCH and self.encounter.kind != Kind.STOP_AND_SEARCH:
            return self._to("outcome", kind=new_kind)
        if new_alternative in CAN_BE_CALLED and new_alternative != self.encounter.alternative:
            return self._to("police", alternative=new_alternative)
        return ""

    def _to(self, slug: str, **carried: str) -> str:
        return f"{reverse('encounters:correct_question', args=[self.encounter.pk, slug])}?{urlencode(carried)}"

    def changes(self) -> dict[str, Any]:
        """The fields of Particulars that the new answer tells, for the action."""
        given = drafting.cleaned(self.form, self.answers.get(self.step.slug, {}))
        del given["reason"]
        told = drafting.told({**self.answers, self.step.slug: given})
        carried = CARRIED.get(self.step.slug)
        steps = [self.step, BY_SLUG[carried]] if carried else [self.step]
        known = set(field_names(told))
        was = self.encounter
        if told.occurred_at == was.occurred_at.replace(second=0, microsecond=0):
            told = dataclasses.replace(told, occurred_at=was.occurred_at)  # a system may have told the second, too
        return {name: getattr(told, name) for step in steps for name in step.fields if name in known}

    def _after(self) -> rules.Particulars:
        return dataclasses.replace(particulars_of(self.encounter), **self.changes())

    def changes_in_words(self) -> tuple[describing.Change, ...]:
        """What would be different, as the history will show it; what follows from it is worked out when it is made."""
        before, after = particulars_of(self.encounter), self._after()
        names = {"school": "school_id"}
        different = {}
        for name in field_names(after):
            old, new = getattr(before, name), getattr(after, name)
            if name == "occurred_at":
                old, new = old.isoformat(), new.isoformat()
            if old != new and not (name == "age_band" and after.age is not None):
                different[names.get(name, name)] = [old, new]
        return describing.changes_in_words(different)

    def new_review_reasons(self) -> list[str]:
        """Reviews that the correction would ask for, in words."""
        after = self._after()
        band = rules.band_of(after.age) if after.age is not None else after.age_band
        wanted = rules.review_reasons_of(dataclasses.replace(after, age_band=str(band)))
        there = set(self.encounter.reviews.values_list("reason", flat=True))
        return [str(reason.label) for reason in wanted if reason not in there]


def propose(encounter: Encounter, slug: str, query: Mapping[str, Any], data: QueryDict | None) -> Proposal | None:
    """The correction of one question of a record: unsent (``data`` None), or as it was sent. None where it is not asked."""
    step = BY_SLUG.get(slug)
    answers = {**drafting.answers_of(encounter), **_carried(slug, query)}
    return Proposal(encounter, step, answers, data) if step is not None and step.applies(answers) else None


def _carried(slug: str, query: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The answer that the address carries, from the question before: only a code that exists."""
    other = CARRIED.get(slug, "")
    value = str(query.get(other, "")) if other else ""
    known = {"kind": Kind.values, "alternative": [str(one) for one in CAN_BE_CALLED]}
    return {other: {other: value}} if value in known.get(other, ()) else {}
