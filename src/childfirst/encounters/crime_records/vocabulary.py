"""Words for incidents in or near school: the Schools Protocol's questions, outcomes as the Home Office numbers them, what school did."""

from __future__ import annotations

from django.db.models import TextChoices


class Where(TextChoices):
    PREMISES = "premises", "On school premises"
    JOURNEY = "journey", "On the way to or from school"
    NEAR = "near", "Near the school"
    ONLINE = "online", "Online, between pupils"


class ToldBy(TextChoices):
    SCHOOL = "school", "Staff of the school"
    CHILD = "child", "A young person"
    PARENT = "parent", "A parent or carer"
    OFFICER = "officer", "An officer saw it, or was told while there"
    OTHER = "other", "Somebody else"


class Matter(TextChoices):
    """What it was about, coarse enough to be counted."""

    ASSAULT = "assault", "A fight or an assault"
    HARASSMENT = "harassment", "Bullying, threats or harassment"
    IMAGES = "images", "Sexual images shared between young people"
    SEXUAL = "sexual", "Another sexual matter"
    DRUGS = "drugs", "Drugs"
    WEAPON = "weapon", "A knife or another weapon"
    THEFT = "theft", "Theft or robbery"
    DAMAGE = "damage", "Damage"
    DISORDER = "disorder", "Disorder"
    OTHER = "other", "Something else"


class State(TextChoices):
    LEFT_TO_SCHOOL = "left_to_school", "Left to the school: no crime record"
    TO_COMPLETE = "to_complete", "To be recorded: details are missing"
    RECORDED = "recorded", "Crime record made"


class Why(TextChoices):
    """Why a crime record is made. The first three are the protocol's own; ``officer`` is everything beyond it."""

    SERIOUS = "serious", "The incident is serious"
    VICTIM = "victim", "The young person harmed, or a parent for them, asks for it"
    HEAD = "head", "The head teacher asks for it"
    OUTSIDE = "outside", "The protocol does not cover it"
    OFFICER = "officer", "The officer decides to, although none of these holds"


class Outcome(TextChoices):
    """Outcomes of recorded crime by their numbers in the Home Office's framework, those that befall children."""

    PENDING = "pending", "Not decided yet"
    CHARGED = "1", "1: charged or summonsed"
    YOUTH_CAUTION = "2", "2: youth caution or youth conditional caution"
    COMMUNITY_RESOLUTION = "8", "8: community resolution"
    NOT_PUBLIC_INTEREST_CPS = "9", "9: prosecution not in the public interest (Crown Prosecution Service)"
    NOT_PUBLIC_INTEREST = "10", "10: formal action not in the public interest (police)"
    UNDER_AGE = "11", "11: the suspect is under the age of criminal responsibility"
    VICTIM_DOES_NOT_SUPPORT = "14", "14: no suspect named, the victim does not support action"
    EVIDENCE = "15", "15: suspect named, the evidence is not enough"
    VICTIM_WITHDREW = "16", "16: suspect named, the victim does not support action"
    NO_SUSPECT = "18", "18: no suspect found"
    OTHER_BODY = "20", "20: another body acts, such as the school or children’s services"
    FURTHER_NOT_IN_INTEREST = "21", "21: further investigation not in the public interest"
    DIVERSION = "22", "22: diversion, education or other activity instead of further action"


NO_FURTHER_ACTION = frozenset(
    {
        Outcome.NOT_PUBLIC_INTEREST_CPS,
        Outcome.NOT_PUBLIC_INTEREST,
        Outcome.UNDER_AGE,
        Outcome.VICTIM_DOES_NOT_SUPPORT,
        Outcome.EVIDENCE,
        Outcome.VICTIM_WITHDREW,
        Outcome.NO_SUSPECT,
        Outcome.OTHER_BODY,
        Outcome.FURTHER_NOT_IN_INTEREST,
    }
)
"""Outcomes after which the police do nothing to the child."""


class OutcomeGroup(TextChoices):
    """Outcomes as they are measured."""

    NO_FURTHER_ACTION = "no_further_action", "No further action"
    COMMUNITY_RESOLUTION = "community_resolution", "Community resolution"
    DIVERSION = "diversion", "Diversion (outcome 22)"
    CAUTION = "caution", "Youth caution"
    CHARGED = "charged", "Charged or summonsed"


GROUP_OF_OUTCOME: dict[str, OutcomeGroup] = {
    **{str(code): OutcomeGroup.NO_FURTHER_ACTION for code in NO_FURTHER_ACTION},
    str(Outcome.COMMUNITY_RESOLUTION): OutcomeGroup.COMMUNITY_RESOLUTION,
    str(Outcome.DIVERSION): OutcomeGroup.DIVERSION,
    str(Outcome.YOUTH_CAUTION): OutcomeGroup.CAUTION,
    str(Outcome.CHARGED): OutcomeGroup.CHARGED,
}


class Sanction(TextChoices):
    """What the school did to the young person afterwards, the heaviest of it."""

    NOT_KNOWN = "not_known", "Not known yet"
    NONE = "none", "Nothing, or support only"
    INTERNAL = "internal", "Detention or another sanction inside school"
    SUSPENDED = "suspended", "Suspended"
    MOVED = "moved", "Moved to another school or unit"
    EXCLUDED = "excluded", "Permanently excluded"


class Finding(TextChoices):
    """Whether the crime record was in the public interest."""

    YES = "yes", "Yes, it was in the public interest"
    NO = "no", "No, it was not needed in the public interest"
    UNCLEAR = "unclear", "What is recorded does not let me tell"


class Instead(TextChoices):
    """What would have been right instead of a crime record."""

    NOTHING = "", "It was right to record it"
    SCHOOL = "school", "The school’s own behaviour policy"
    SUPPORT = "support", "Support for the young people, such as early help or a youth worker"
    SAFEGUARDING = "safeguarding", "A safeguarding referral"
    RESTORATIVE = "restorative", "A restorative conversation"
    NOTE = "note", "A note of the incident, without a crime"
