"""The words of an encounter: codes with their wording. Tables that belong to the codes are beside them as data.

Unknown is a code of its own everywhere (``not_recorded``, ``NR``), and is never the same as ``not_stated`` (the person was asked
and did not say) or as a true value. What the codes become in the facts store is said in ``facts.SCHEMA``.
"""

from __future__ import annotations

from django.db.models import TextChoices


class Kind(TextChoices):
    """What kind of contact it was."""

    STOP_AND_SEARCH = "stop_and_search", "Stop and search"
    ARREST = "arrest", "Arrest"
    SUSPECT = "suspect", "Suspect in a crime report"
    VICTIM = "victim", "Victim of a crime"
    SAFEGUARDING = "safeguarding", "Safeguarding report"
    CALL_TO_SCHOOL = "call_to_school", "Call to a school"
    ENGAGEMENT = "engagement", "Engagement"


class Initiator(TextChoices):
    """Who began it."""

    PATROL = "patrol", "Police on patrol"
    SCHOOL = "school", "A school"
    PUBLIC = "public", "A member of the public"
    OTHER_AGENCY = "other_agency", "Another agency"
    UNKNOWN = "unknown", "Not known"


class Source(TextChoices):
    """By which door the record came in."""

    FORM = "form", "Record form"
    API = "api", "API"
    ARCHIVE = "archive", "data.police.uk archive"
    LEGACY = "legacy", "Earlier records system"


IMPORTED = (Source.ARCHIVE, Source.LEGACY)
"""Sources whose rows nobody recorded here: each names its force or system instead."""


class TimePrecision(TextChoices):
    """How exactly the time is known."""

    MINUTE = "minute", "To the minute"
    DAY = "day", "The day only"


class SchoolReason(TextChoices):
    """Why no school is named. Each is an honest answer to the question, not a way around it."""

    NOT_IN_EDUCATION = "not_in_education", "Not in education"
    HOME_EDUCATED = "home_educated", "Home educated"
    OUTSIDE_ENGLAND = "outside_england", "At a school outside England"
    NOT_SCHOOL_AGE = "not_school_age", "Not a child of school age"
    REFUSED = "refused", "The child did not want to say"
    NOT_YET_KNOWN = "not_yet_known", "Not yet known"
    SOURCE_HAS_NONE = "source_records_no_school", "The source records no school"
    NOT_MATCHED = "text_not_yet_matched", "Written in words that are not yet matched to a school"
    NAMES_NONE = "text_names_no_school", "What was written names no school"


TEXT_REASONS = (SchoolReason.NOT_MATCHED, SchoolReason.NAMES_NONE)
"""Reasons of a record whose school was written as free text in an earlier system; the chamber ``matching`` keeps the text."""

IMPORT_REASONS = (SchoolReason.SOURCE_HAS_NONE, *TEXT_REASONS)
"""Reasons that only an import may give."""

FINAL_REASONS = frozenset(set(SchoolReason) - {SchoolReason.NOT_YET_KNOWN, *IMPORT_REASONS})
"""Reasons that a person may give as the last word."""

ASKABLE_REASONS = tuple(reason for reason in SchoolReason if reason not in IMPORT_REASONS)
"""Reasons that the form and the API offer."""


class AgeBand(TextChoices):
    """The bands of the open archive, which are the widest that any source of ours uses."""

    UNDER_10 = "0-9", "Under 10"
    FROM_10 = "10-17", "10 to 17"
    FROM_18 = "18-24", "18 to 24"
    FROM_25 = "25-34", "25 to 34"
    FROM_35 = "35+", "35 or over"
    NOT_RECORDED = "not_recorded", "Not recorded"


AGE_LIMITS = {
    AgeBand.UNDER_10: (0, 9),
    AgeBand.FROM_10: (10, 17),
    AgeBand.FROM_18: (18, 24),
    AgeBand.FROM_25: (25, 34),
    AgeBand.FROM_35: (35, 120),
}
"""Band -> first and last year of age in it."""


class Gender(TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    NOT_STATED = "not_stated", "Did not want to say"
    NOT_RECORDED = "not_recorded", "Not recorded"


class SelfDefinedEthnicity(TextChoices):
    """The 18+1 classification by its field codes (the census of 2011; W4 is the group that the census of 2021 added).

    ``NS``: asked, and not stated. ``NR``: nothing was recorded; nobody knows whether the person was asked.
    """

    W1 = "W1", "White: English, Welsh, Scottish, Northern Irish or British"
    W2 = "W2", "White: Irish"
    W3 = "W3", "White: Gypsy or Irish Traveller"
    W4 = "W4", "White: Roma"
    W9 = "W9", "Any other White background"
    M1 = "M1", "Mixed: White and Black Caribbean"
    M2 = "M2", "Mixed: White and Black African"
    M3 = "M3", "Mixed: White and Asian"
    M9 = "M9", "Any other Mixed background"
    A1 = "A1", "Asian or Asian British: Indian"
    A2 = "A2", "Asian or Asian British: Pakistani"
    A3 = "A3", "Asian or Asian British: Bangladeshi"
    A4 = "A4", "Asian or Asian British: Chinese"
    A9 = "A9", "Any other Asian background"
    B1 = "B1", "Black or Black British: Caribbean"
    B2 = "B2", "Black or Black British: African"
    B9 = "B9", "Any other Black background"
    O2 = "O2", "Arab"
    O9 = "O9", "Any other ethnic group"
    NS = "NS", "Not stated"
    NR = "NR", "Not recorded"


class EthnicGroup(TextChoices):
    """The 5+1 groups of the self-defined codes."""

    WHITE = "white", "White"
    MIXED = "mixed", "Mixed"
    ASIAN = "asian", "Asian"
    BLACK = "black", "Black"
    OTHER = "other", "Other"
    NOT_STATED = "not_stated", "Not stated"


GROUP_OF_ETHNICITY: dict[SelfDefinedEthnicity, EthnicGroup] = {
    code: {
        "W": EthnicGroup.WHITE,
        "M": EthnicGroup.MIXED,
        "A": EthnicGroup.ASIAN,
        "B": EthnicGroup.BLACK,
        "O": EthnicGroup.OTHER,
        "N": EthnicGroup.NOT_STATED,
    }[code[0]]
    for code in SelfDefinedEthnicity
    if code is not SelfDefinedEthnicity.NR
}
"""Self-defined code -> 5+1 group. ``NR`` has none: the group is unknown."""


class OfficerDefinedEthnicity(TextChoices):
    """How the officer saw the person: the six identity codes and "not recorded".

    The lower-case codes are the words of the open archive, which does not split White and sums the rest up as Other.
    """

    IC1 = "IC1", "White: North European"
    IC2 = "IC2", "White: South European"
    IC3 = "IC3", "Black"
    IC4 = "IC4", "Asian"
    IC5 = "IC5", "Chinese, Japanese or South East Asian"
    IC6 = "IC6", "Arab or North African"
    WHITE = "white", "White (not split)"
    BLACK = "black", "Black (as published)"
    ASIAN = "asian", "Asian (as published)"
    MIXED = "mixed", "Mixed (as published)"
    OTHER = "other", "Other (as published)"
    NOT_RECORDED = "NR", "Not recorded"


OFFICER_DEFINED_CODES = (
    OfficerDefinedEthnicity.IC1,
    OfficerDefinedEthnicity.IC2,
    OfficerDefinedEthnicity.IC3,
    OfficerDefinedEthnicity.IC4,
    OfficerDefinedEthnicity.IC5,
    OfficerDefinedEthnicity.IC6,
    OfficerDefinedEthnicity.NOT_RECORDED,
)
"""The 6+1 that the form and the API offer."""

GROUP_OF_OFFICER_CODE: dict[OfficerDefinedEthnicity, str] = {
    OfficerDefinedEthnicity.IC1: "white",
    OfficerDefinedEthnicity.IC2: "white",
    OfficerDefinedEthnicity.IC3: "black",
    OfficerDefinedEthnicity.IC4: "asian",
    OfficerDefinedEthnicity.IC5: "other",
    OfficerDefinedEthnicity.IC6: "other",
    OfficerDefinedEthnicity.WHITE: "white",
    OfficerDefinedEthnicity.BLACK: "black",
    OfficerDefinedEthnicity.ASIAN: "asian",
    OfficerDefinedEthnicity.MIXED: "mixed",
    OfficerDefinedEthnicity.OTHER: "other",
}
"""Officer-defined code -> group of the open archive, as the Home Office sums them up (codes 5 and 6 are Other)."""


class Answer(TextChoices):
    """A question with a third answer."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_RECORDED = "not_recorded", "Not known"


class AppropriateAdult(TextChoices):
    """Whether an appropriate adult was there (Police and Criminal Evidence Act 1984, Code C, 1.7 and Annex A, 11).

    Needed for everyone under 18 who is questioned as a suspect or of whom more than outer clothing is removed. "Not needed" is
    for a search of outer clothing without questions, and for adults who are not vulnerable.
    """

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_NEEDED = "not_needed", "Not needed"
    NOT_RECORDED = "not_recorded", "Not recorded"


class SearchOf(TextChoices):
    """What was searched. A search of a vehicle alone is of no person: it has no age, gender or ethnicity."""

    PERSON = "person", "The person"
    PERSON_AND_VEHICLE = "person_and_vehicle", "The person and a vehicle"
    VEHICLE = "vehicle", "A vehicle only"


class Outcome(TextChoices):
    """What came of it. The first eight are the outcomes of a search; all may end any kind of encounter."""

    NO_FURTHER_ACTION = "no_further_action", "No further action"
    ARREST = "arrest", "Arrest"
    COMMUNITY_RESOLUTION = "community_resolution", "Community resolution"
    DRUGS_WARNING = "drugs_warning", "Khat or cannabis warning"
    PENALTY_NOTICE = "penalty_notice", "Penalty notice for disorder"
    SUMMONS = "summons", "Summons or charge by post"
    CAUTION = "caution", "Caution, simple or conditional"
    ARTICLE_FOUND = "article_found", "Article found, outcome not detailed"
    WORDS_OF_ADVICE = "words_of_advice", "Words of advice"
    REFERRED = "referred", "Referred to a service that can help"
    TAKEN_HOME = "taken_home", "Taken home or to a responsible adult"
    UNDER_INVESTIGATION = "under_investigation", "Still being looked into"
    NOT_RECORDED = "not_recorded", "Not recorded"


NON_POLICE_FIRST = (
    Outcome.NO_FURTHER_ACTION,
    Outcome.WORDS_OF_ADVICE,
    Outcome.REFERRED,
    Outcome.TAKEN_HOME,
    Outcome.COMMUNITY_RESOLUTION,
    Outcome.DRUGS_WARNING,
    Outcome.PENALTY_NOTICE,
    Outcome.CAUTION,
    Outcome.SUMMONS,
    Outcome.ARREST,
    Outcome.UNDER_INVESTIGATION,
    Outcome.NOT_RECORDED,
)
"""The order in which the form offers outcomes: the least first."""


LEGISLATION = (
    "Police and Criminal Evidence Act 1984 (section 1)",
    "Misuse of Drugs Act 1971 (section 23)",
    "Criminal Justice and Public Order Act 1994 (section 60)",
    "Firearms Act 1968 (section 47)",
    "Criminal Justice Act 1988 (section 139B)",
    "Psychoactive Substances Act 2016 (s36(2))",
    "Psychoactive Substances Act 2016 (s37(2))",
    "Terrorism Act 2000 (section 43(1))",
    "Terrorism Act 2000 (section 47a)",
    "Terrorism Act 2000 (section 43(2))",
    "Police and Criminal Evidence Act 1984 (section 6)",
    "Poaching Prevention Act 1862 (section 2)",
    "Wildlife and Countryside Act 1981 (section 19)",
    "Deer Act 1991 (section 12)",
    "Protection of Badgers Act 1992 (section 11)",
    "Crossbows Act 1987 (section 4)",
    "Public Stores Act 1875 (section 6)",
    "Conservation of Seals Act 1970 (section 4)",
    "Customs and Excise Management Act 1979 (section 163)",
    "Aviation Security Act 1982 (section 27(1))",
    "Hunting Act 2004 (section 8)",
    "Environmental Protection Act 1990 (section 34B )",
    "Public Order Act 2023 (section 10)",
    "Public Order Act 2023 (section 11)",
)
"""Powers as data.police.uk writes them. An open list: a word that is not here lands as it is and is counted as new."""

OBJECTS_OF_SEARCH = (
    "Controlled drugs",
    "Offensive weapons",
    "Stolen goods",
    "Article for use in theft",
    "Articles for use in criminal damage",
    "Anything to threaten or harm anyone",
    "Firearms",
    "Fireworks",
    "Evidence of offences under the Act",
    "Psychoactive substances",
    "Crossbows",
    "Evidence of wildlife offences",
    "Game or poaching equipment",
    "Goods on which duty has not been paid etc.",
    "Seals or hunting equipment",
    "Detailed object of search unavailable",
    "Objects to lock on",
)
"""Objects of search as data.police.uk writes them. An open list, as above."""


class ReviewReason(TextChoices):
    """Why a supervisor must look at an encounter."""

    UNDER_10 = "under_10", "The child is under 10"
    STRIP_SEARCH = "strip_search", "More than outer clothing was removed"
    USE_OF_FORCE = "use_of_force", "Force was used"
    NO_APPROPRIATE_ADULT = "no_appropriate_adult", "No appropriate adult was there"


class ReviewFinding(TextChoices):
    """What a supervisor finds."""

    RIGHT = "right", "It was needed, and was done properly"
    LEARNING = "learning", "It was needed, and could have been done better"
    NOT_NEEDED = "not_needed", "It was not needed, or not proportionate"
    WRONGLY_RECORDED = "wrongly_recorded", "The record is wrong and must be corrected"


class FurtherAction(TextChoices):
    """What follows from a review."""

    NONE = "none", "Nothing further"
    TALK = "talk", "I talk about it with the officer"
    TRAINING = "training", "Training or supervision for the officer"
    SAFEGUARDING = "safeguarding", "A safeguarding referral for the child"
    APOLOGY = "apology", "An explanation or apology to the child and family"
    PROFESSIONAL_STANDARDS = "professional_standards", "Referral to professional standards"


REVIEW_HOURS = 24
"""Hours in which a supervisor must look at an encounter; then other supervisors of the force are asked, too."""


class LineState(TextChoices):
    """Why a line of an archive is listed in its report."""

    SET_ASIDE = "set_aside", "Set aside"
    DUPLICATE = "duplicate", "Exact duplicate"


FOLLOW_UP_DAYS = 5
"""Days in which a school that is not yet known must be found."""
