"""Kinds of area, and the words of the register of schools."""

from __future__ import annotations

from django.db.models import TextChoices


class AreaKind(TextChoices):
    WARD = "ward", "Ward"
    BOROUGH = "borough", "Borough"
    COMMAND_UNIT = "command_unit", "Command unit"
    FORCE = "force", "Police force area"


PLURALS = {
    AreaKind.WARD: "Wards",
    AreaKind.BOROUGH: "Boroughs",
    AreaKind.COMMAND_UNIT: "Command units",
    AreaKind.FORCE: "Police force areas",
}


class SchoolStatus(TextChoices):
    """What the register says of a school. An empty status means that no vintage has told it."""

    OPEN = "open", "Open"
    CLOSING = "closing", "Open, but proposed to close"
    CLOSED = "closed", "Closed"
    PROPOSED = "proposed", "Proposed to open"


class Phase(TextChoices):
    NURSERY = "nursery", "Nursery"
    PRIMARY = "primary", "Primary"
    MIDDLE_PRIMARY = "middle_primary", "Middle deemed primary"
    MIDDLE_SECONDARY = "middle_secondary", "Middle deemed secondary"
    SECONDARY = "secondary", "Secondary"
    ALL_THROUGH = "all_through", "All-through"
    SIXTEEN_PLUS = "sixteen_plus", "16 plus"
    NOT_APPLICABLE = "not_applicable", "No phase"


class SchoolGender(TextChoices):
    MIXED = "mixed", "Mixed"
    GIRLS = "girls", "Girls"
    BOYS = "boys", "Boys"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class NameKind(TextChoices):
    """What a name of a school is: one that the register gives or gave it, or one that people use."""

    REGISTER = "register", "Name of the register, of today or of former days"
    ALIAS = "alias", "Name that people use"


class LinkKind(TextChoices):
    """What the linked school is to the school that the row is about.

    A ``MERGER`` is written with the same words on both sides: which of the two went on is seen from which is open.
    """

    SUCCESSOR = "successor", "Successor"
    PREDECESSOR = "predecessor", "Predecessor"
    MERGER = "merger", "Merger"
    SIXTH_FORM = "sixth_form", "Shared sixth form"
    OTHER = "other", "Other"


class LinkManner(TextChoices):
    """How one school became another. Empty where the register does not say."""

    MERGED = "merged", "merged"
    AMALGAMATED = "amalgamated", "amalgamated"
    SPLIT = "split", "split"
    EXPANDED = "expanded", "expanded"
    CLOSED = "closed", "closed"


class DayKind(TextChoices):
    """What a span of dates of an authority is."""

    TERM = "term", "Term"
    CLOSURE = "closure", "Holiday or closure inside a term"


class ImportKind(TextChoices):
    AREAS = "areas", "Areas"
    SCHOOLS = "schools", "Schools"
    SCHOOL_LINKS = "school_links", "Links between schools"
    TERM_DATES = "term_dates", "Term dates"


STATUS_WORDS = {
    "open": SchoolStatus.OPEN,
    "open, but proposed to close": SchoolStatus.CLOSING,
    "closed": SchoolStatus.CLOSED,
    "proposed to open": SchoolStatus.PROPOSED,
}

PHASE_WORDS = {
    "nursery": Phase.NURSERY,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.MIDDLE_PRIMARY,
    "middle deemed secondary": Phase.MIDDLE_SECONDARY,
    "secondary": Phase.SECONDARY,
    "all through": Phase.ALL_THROUGH,
    "all-through": Phase.ALL_THROUGH,
    "16 plus": Phase.SIXTEEN_PLUS,
    "not applicable": Phase.NOT_APPLICABLE,
}

GENDER_WORDS = {
    "mixed": SchoolGender.MIXED,
    "girls": SchoolGender.GIRLS,
    "boys": SchoolGender.BOYS,
    "not applicable": SchoolGender.NOT_APPLICABLE,
    "none": SchoolGender.NOT_APPLICABLE,
}

LINK_WORDS: dict[str, tuple[LinkKind, LinkManner | None]] = {
    "successor": (LinkKind.SUCCESSOR, None),
    "successor - merged": (LinkKind.SUCCESSOR, LinkManner.MERGED),
    "successor - amalgamated": (LinkKind.SUCCESSOR, LinkManner.AMALGAMATED),
    "successor - split school": (LinkKind.SUCCESSOR, LinkManner.SPLIT),
    "predecessor": (LinkKind.PREDECESSOR, None),
    "predecessor - merged": (LinkKind.PREDECESSOR, LinkManner.MERGED),
    "predecessor - amalgamated": (LinkKind.PREDECESSOR, LinkManner.AMALGAMATED),
    "predecessor - split school": (LinkKind.PREDECESSOR, LinkManner.SPLIT),
    "result of amalgamation": (LinkKind.MERGER, LinkManner.AMALGAMATED),
    "merged - expansion in school capacity and changer in age range": (LinkKind.MERGER, LinkManner.MERGED),
    "merged - expansion in school capacity and change in age range": (LinkKind.MERGER, LinkManner.MERGED),
    "merged - change in age range": (LinkKind.MERGER, LinkManner.MERGED),
    "merged - expansion of school capacity": (LinkKind.MERGER, LinkManner.MERGED),
    "sixth form centre link": (LinkKind.SIXTH_FORM, None),
    "sixth form centre school": (LinkKind.SIXTH_FORM, None),
    "expansion": (LinkKind.OTHER, LinkManner.EXPANDED),
    "closure": (LinkKind.OTHER, LinkManner.CLOSED),
    "other": (LinkKind.OTHER, None),
}
