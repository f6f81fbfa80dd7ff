"""How data.police.uk says things, column by column, and the code that each word becomes.

Closed columns: a word that is not here sets its row aside, for to land it as unknown would change what it says; once the word is
added here, the next import of the same archive lands the row. Open columns (power and object of search): a new word lands as it
is and is counted. Words are compared without regard to case and outer spaces.
"""

from __future__ import annotations

from childfirst.encounters.vocabulary import (
    LEGISLATION,
    OBJECTS_OF_SEARCH,
    AgeBand,
    Answer,
    Gender,
    Outcome,
    SearchOf,
)
from childfirst.encounters.vocabulary import OfficerDefinedEthnicity as Officer
from childfirst.encounters.vocabulary import SelfDefinedEthnicity as Own

TYPE = "Type"
DATE = "Date"
OPERATION = "Part of a policing operation"
OPERATION_NAME = "Policing operation"
LATITUDE = "Latitude"
LONGITUDE = "Longitude"
GENDER = "Gender"
AGE = "Age range"
OWN = "Self-defined ethnicity"
OFFICER = "Officer-defined ethnicity"
LAW = "Legislation"
OBJECT = "Object of search"
OUTCOME = "Outcome"
LINKED = "Outcome linked to object of search"
CLOTHING = "Removal of more than just outer clothing"

COLUMNS = (
    TYPE, DATE, OPERATION, OPERATION_NAME, LATITUDE, LONGITUDE, GENDER, AGE, OWN, OFFICER, LAW, OBJECT, OUTCOME, LINKED,
    CLOTHING,
)  # fmt: skip
"""The columns of a stop and search file, in the publisher's order."""

_MIXED = "mixed/multiple ethnic groups - "
_ASIAN = "asian/asian british - "
_BLACK = "black/african/caribbean/black british - "
_OTHER = "other ethnic group - "

_YES_NO: dict[str, str] = {"true": Answer.YES, "false": Answer.NO}

CLOSED: dict[str, dict[str, str]] = {
    TYPE: {
        "person search": SearchOf.PERSON,
        "person and vehicle search": SearchOf.PERSON_AND_VEHICLE,
        "vehicle search": SearchOf.VEHICLE,
    },
    OPERATION: _YES_NO,
    GENDER: {"male": Gender.MALE, "female": Gender.FEMALE, "other": Gender.OTHER},
    AGE: {
        "under 10": AgeBand.UNDER_10,
        "10-17": AgeBand.FROM_10,
        "18-24": AgeBand.FROM_18,
        "25-34": AgeBand.FROM_25,
        "over 34": AgeBand.FROM_35,
    },
    OWN: {
        "white - english/welsh/scottish/northern irish/british": Own.W1,
        "white - irish": Own.W2,
        "white - gypsy or irish traveller": Own.W3,
        "white - roma": Own.W4,
        "white - any other white background": Own.W9,
        _MIXED + "white and black caribbean": Own.M1,
        _MIXED + "white and black african": Own.M2,
        _MIXED + "white and asian": Own.M3,
        _MIXED + "any other mixed/multiple ethnic background": Own.M9,
        _ASIAN + "indian": Own.A1,
        _ASIAN + "pakistani": Own.A2,
        _ASIAN + "bangladeshi": Own.A3,
        _ASIAN + "chinese": Own.A4,
        _ASIAN + "any other asian background": Own.A9,
        _BLACK + "caribbean": Own.B1,
        _BLACK + "african": Own.B2,
        _BLACK + "any other black/african/caribbean background": Own.B9,
        _OTHER + "arab": Own.O2,
        _OTHER + "any other ethnic group": Own.O9,
        _OTHER + "not stated": Own.NS,
    },
    OFFICER: {
        "white": Officer.WHITE,
        "black": Officer.BLACK,
        "asian": Officer.ASIAN,
        "mixed": Officer.MIXED,
        "other": Officer.OTHER,
    },
    OUTCOME: {
        "a no further action disposal": Outcome.NO_FURTHER_ACTION,
        "nothing found - no further action": Outcome.NO_FURTHER_ACTION,
        "arrest": Outcome.ARREST,
        "suspect arrested": Outcome.ARREST,
        "community resolution": Outcome.COMMUNITY_RESOLUTION,
        "local resolution": Outcome.COMMUNITY_RESOLUTION,
        "khat or cannabis warning": Outcome.DRUGS_WARNING,
        "offender given drugs possession warning": Outcome.DRUGS_WARNING,
        "penalty notice for disorder": Outcome.PENALTY_NOTICE,
        "offender given penalty notice": Outcome.PENALTY_NOTICE,
        "summons / charged by post": Outcome.SUMMONS,
        "suspect summonsed to court": Outcome.SUMMONS,
        "caution (simple or conditional)": Outcome.CAUTION,
        "offender cautioned": Outcome.CAUTION,
        "article found - detailed outcome unavailable": Outcome.ARTICLE_FOUND,
    },
    LINKED: _YES_NO,
    CLOTHING: _YES_NO,
}
"""Column -> word in lower case -> code. Several words of different years may become one code."""

OPEN: dict[str, frozenset[str]] = {
    LAW: frozenset(word.casefold() for word in LEGISLATION),
    OBJECT: frozenset(word.casefold() for word in OBJECTS_OF_SEARCH),
}
"""Columns whose new words land."""

NEEDED = (TYPE, DATE)
"""Columns without which a row says nothing: an empty value there sets it aside."""

COUNTED_AS_MISSING = (LATITUDE, GENDER, AGE, OWN, OFFICER, LAW, OBJECT, OUTCOME, LINKED, CLOTHING)
"""Columns whose empty values the quality report counts by month."""
