"""What the room's API takes and gives. The words are those of the form; unknown has its own code everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict

from childfirst.encounters.alternatives import Alternative, PoliceReason
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
    Source,
    TimePrecision,
)

_NO_NUL = r"^[^\x00]*$"

NAMES = {
    "school": "school_urn",
    "place": "longitude",
    "lon": "longitude",
    "lat": "latitude",
    "send": "special_educational_needs",
}
"""Field of the particulars -> its name in the API, where that is another."""


class EncounterIn(Schema):
    """What is told of one encounter. Exactly one of ``school_urn`` and ``school_reason`` is given."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    occurred_at: dt.datetime = Field(description="With its offset, such as 2026-03-27T16:05:00+00:00.")
    time_precision: TimePrecision = TimePrecision.MINUTE
    alternative: Alternative = Field(
        Alternative.NOT_ASKED, description="Who else could have dealt with it. Ask it first, as the form does."
    )
    police_reason: PoliceReason | None = Field(
        None, description="Why the police dealt with it all the same. Needed where somebody else could have."
    )
    school_urn: int | None = Field(None, ge=100000, le=999999)
    school_reason: SchoolReason | None = None
    initiator: Initiator = Initiator.UNKNOWN
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)
    age: int | None = Field(None, ge=0, le=120)
    age_band: AgeBand = AgeBand.NOT_RECORDED
    gender: Gender = Gender.NOT_RECORDED
    self_defined_ethnicity: SelfDefinedEthnicity = SelfDefinedEthnicity.NR
    officer_defined_ethnicity: OfficerDefinedEthnicity = OfficerDefinedEthnicity.NOT_RECORDED
    special_educational_needs: Answer = Answer.NOT_RECORDED
    search_of: SearchOf | None = None
    legislation: str = Field("", max_length=120, pattern=_NO_NUL)
    object_of_search: str = Field("", max_length=120, pattern=_NO_NUL)
    outcome: Outcome = Outcome.NOT_RECORDED
    outcome_linked: Answer = Answer.NOT_RECORDED
    more_than_outer_clothing: Answer = Answer.NOT_RECORDED
    use_of_force: Answer = Answer.NOT_RECORDED
    appropriate_adult: AppropriateAdult = AppropriateAdult.NOT_RECORDED
    child_reference: str = Field("", max_length=60, description="The force's own reference; kept as a pseudonym alone.")
    team: str | None = Field(None, max_length=26, description="Identifier of the team; may be left out by who has one.")


class ChangesIn(Schema):
    """The fields to correct, each with its new value; what is left out stays. ``null`` empties what may be empty.

    ``school_urn`` and ``school_reason`` replace each other, and so do ``age`` and ``age_band``.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    occurred_at: dt.datetime | None = None
    time_precision: TimePrecision | None = None
    alternative: Alternative | None = None
    police_reason: PoliceReason | None = None
    school_urn: int | None = Field(None, ge=100000, le=999999)
    school_reason: SchoolReason | None = None
    initiator: Initiator | None = None
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)
    age: int | None = Field(None, ge=0, le=120)
    age_band: AgeBand | None = None
    gender: Gender | None = None
    self_defined_ethnicity: SelfDefinedEthnicity | None = None
    officer_defined_ethnicity: OfficerDefinedEthnicity | None = None
    special_educational_needs: Answer | None = None
    search_of: SearchOf | None = None
    legislation: str | None = Field(None, max_length=120, pattern=_NO_NUL)
    object_of_search: str | None = Field(None, max_length=120, pattern=_NO_NUL)
    outcome: Outcome | None = None
    outcome_linked: Answer | None = None
    more_than_outer_clothing: Answer | None = None
    use_of_force: Answer | None = None
    appropriate_adult: AppropriateAdult | None = None
    child_reference: str | None = Field(None, max_length=60)


class CorrectionIn(Schema):
    """A correction: of which version, what, and why."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2_000_000_000, description="The version that you have read.")
    reason: str = Field(min_length=1, max_length=1000, pattern=_NO_NUL, description="Why. Never a name.")
    changes: ChangesIn


EMPTY: dict[str, Any] = {
    "police_reason": "",
    "school": None,
    "school_reason": "",
    "lon": None,
    "lat": None,
    "age": None,
    "age_band": str(AgeBand.NOT_RECORDED),
    "search_of": "",
    "legislation": "",
    "object_of_search": "",
    "child_reference": "",
}
"""Field of the particulars that may be emptied by ``null`` -> what it then holds."""


class EncounterListed(Schema):
    """An encounter in a list: nothing about the person."""

    id: str
    version: int
    occurred_at: dt.datetime
    time_precision: TimePrecision
    kind: Kind
    ward: str
    borough: str
    source: Source
    school_recorded: bool
    school_reason: str
    follow_up_due: dt.date | None

    @staticmethod
    def resolve_school_recorded(obj: Encounter) -> bool:
        return obj.school_id is not None


class EncounterOut(EncounterListed):
    """An encounter in full."""

    alternative: Alternative
    police_reason: str
    school_urn: int | None
    initiator: Initiator
    longitude: float | None
    latitude: float | None
    age: int | None
    age_band: AgeBand
    gender: Gender
    self_defined_ethnicity: SelfDefinedEthnicity
    officer_defined_ethnicity: OfficerDefinedEthnicity
    special_educational_needs: Answer
    search_of: str
    legislation: str
    object_of_search: str
    outcome: Outcome
    outcome_linked: Answer
    more_than_outer_clothing: Answer
    use_of_force: Answer
    appropriate_adult: AppropriateAdult

    @staticmethod
    def resolve_school_urn(obj: Encounter) -> int | None:
        return obj.school_id

    @staticmethod
    def resolve_longitude(obj: Encounter) -> float | None:
        return obj.lon

    @staticmethod
    def resolve_latitude(obj: Encounter) -> float | None:
        return obj.lat

    @staticmethod
    def resolve_special_educational_needs(obj: Encounter) -> str:
        return str(obj.send)


class EncountersOut(Schema):
    """A part of a list: ``count`` is how many there are in all."""

    items: list[EncounterListed]
    count: int


class ChangeOut(Schema):
    """One field of a correction."""

    field: str
    before: str | int | float | None
    after: str | int | float | None


class CorrectionOut(Schema):
    """One correction: the version after it, when, by what kind of actor, why, and each field's value before and after."""

    version: int
    corrected_at: dt.datetime
    by: str = Field(description="person or system")
    reason: str
    changes: list[ChangeOut]

    @staticmethod
    def resolve_corrected_at(obj: Correction) -> dt.datetime:
        return obj.created_at

    @staticmethod
    def resolve_by(obj: Correction) -> str:
        return "person" if obj.corrected_by_id else "system"

    @staticmethod
    def resolve_changes(obj: Correction) -> list[dict[str, Any]]:
        names = {**NAMES, "school_id": "school_urn"}
        return [
            {"field": names.get(field, field), "before": before, "after": after}
            for field, (before, after) in sorted(obj.changes.items())
            if field != "child_reference"
        ]


class HistoryOut(Schema):
    """What a record said before, the latest correction first."""

    version: int
    corrections: list[CorrectionOut]
