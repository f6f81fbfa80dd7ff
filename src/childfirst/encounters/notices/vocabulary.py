"""States of a notice and how it passes between them; what an officer writes and what a school answers, in their words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import TextChoices

KEPT = dt.timedelta(days=30)
"""A name is erased when the school acknowledges the notice, and at the latest this long after it was written down."""

WRITE_WITHIN = dt.timedelta(hours=24)
"""So long the officer has to write what happened; then the school gets what the record itself says."""

RECENT = dt.timedelta(days=30)
"""An encounter longer ago raises no notice: a school looks after a child today."""

ESCALATE_AFTER = (2, 5)
"""School days after which a notice that nobody has opened is escalated, the first and the second time."""

URGENT_ROUTE = (
    "If it cannot wait, use another way now: 999 in an emergency; otherwise the children’s social care team of the child’s "
    "borough, or the safeguarding phone line that your force has agreed with the school."
)


class State(TextChoices):
    """Where a notice stands."""

    TO_WRITE = "to_write", "Waits for the officer’s words"
    WITHHELD = "withheld", "Held back by the officer"
    WAITING = "waiting", "Waits to be opened"
    OPENED = "opened", "Opened"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    RETURNED = "returned", "Returned: not a pupil of this school"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Erased after 30 days without an answer"


LIVE = (State.TO_WRITE, State.WAITING, State.OPENED)
"""States in which a notice may hold a name. In every other there is none."""

WITH_SCHOOL = (State.WAITING, State.OPENED)
"""States in which the school can read it."""

SHOWN_TO_LEADS = (*WITH_SCHOOL, State.ACKNOWLEDGED, State.RETURNED, State.EXPIRED)
"""What stands in a school's list. What was withdrawn was never about its pupils, or is told anew."""


class Step(TextChoices):
    """What moves a notice on."""

    SEND = "send", "the officer sends it, or completes one that went without words"
    SEND_UNWRITTEN = "send_unwritten", "24 hours have passed: it goes with what the record says"
    WITHHOLD = "withhold", "the officer holds it back, with a reason"
    OPEN = "open", "a lead of the school confirms what it is for, and opens it"
    ACKNOWLEDGE = "acknowledge", "the school says what it did"
    RETURN = "return", "the school says that the child is not its pupil"
    WITHDRAW = "withdraw", "the encounter no longer names this school, or the officer writes anew"
    EXPIRE = "expire", "30 days have passed"


@dataclass(frozen=True, slots=True)
class Transition:
    """From one state by one step to another."""

    before: State
    step: Step
    after: State


TRANSITIONS = (
    Transition(State.TO_WRITE, Step.SEND, State.WAITING),
    Transition(State.TO_WRITE, Step.SEND_UNWRITTEN, State.WAITING),
    Transition(State.TO_WRITE, Step.WITHHOLD, State.WITHHELD),
    Transition(State.TO_WRITE, Step.WITHDRAW, State.WITHDRAWN),
    Transition(State.WITHHELD, Step.WITHDRAW, State.WITHDRAWN),
    Transition(State.WAITING, Step.SEND, State.WAITING),
    Transition(State.WAITING, Step.OPEN, State.OPENED),
    Transition(State.WAITING, Step.WITHDRAW, State.WITHDRAWN),
    Transition(State.WAITING, Step.EXPIRE, State.EXPIRED),
    Transition(State.OPENED, Step.SEND, State.WAITING),
    Transition(State.OPENED, Step.ACKNOWLEDGE, State.ACKNOWLEDGED),
    Transition(State.OPENED, Step.RETURN, State.RETURNED),
    Transition(State.OPENED, Step.WITHDRAW, State.WITHDRAWN),
    Transition(State.OPENED, Step.EXPIRE, State.EXPIRED),
    Transition(State.RETURNED, Step.WITHDRAW, State.WITHDRAWN),
    Transition(State.EXPIRED, Step.WITHDRAW, State.WITHDRAWN),
)


class NameKnown(TextChoices):
    """Whether the officer can say who the child is."""

    YES = "yes", "Yes"
    NO = "no", "No, I do not know the name"


class YearGroup(TextChoices):
    """A child's year at school, where the date of birth is not known."""

    NURSERY = "nursery", "Nursery"
    RECEPTION = "reception", "Reception"
    YEAR_1 = "1", "Year 1"
    YEAR_2 = "2", "Year 2"
    YEAR_3 = "3", "Year 3"
    YEAR_4 = "4", "Year 4"
    YEAR_5 = "5", "Year 5"
    YEAR_6 = "6", "Year 6"
    YEAR_7 = "7", "Year 7"
    YEAR_8 = "8", "Year 8"
    YEAR_9 = "9", "Year 9"
    YEAR_10 = "10", "Year 10"
    YEAR_11 = "11", "Year 11"
    YEAR_12 = "12", "Year 12"
    YEAR_13 = "13", "Year 13"


class Needed(TextChoices):
    """What is needed of the school."""

    CHECK_WELFARE = "check_welfare", "Check how the child is"
    PARENT_STATUS = "parent_status", "Tell me whether a parent or carer knows"
    CONTACT_ME = "contact_me", "Contact me"
    NOTHING = "nothing", "Nothing now: this is for your information"


class Parents(TextChoices):
    """What the school must know before it talks to the family."""

    TOLD = "told", "Yes, the police told them"
    NOT_YET = "not_yet", "Not yet"
    UNKNOWN = "unknown", "Not known"
    DO_NOT_TELL = "do_not_tell", "No, and the school must not tell them: ask the officer first"


class Basis(TextChoices):
    """The lawful basis of sharing, kept with every notice that is sent."""

    PUBLIC_TASK = "public_task", "Public task: safeguarding a child"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation"
    VITAL_INTERESTS = "vital_interests", "Vital interests: somebody’s life is in danger"


BASIS_HINTS = {
    Basis.PUBLIC_TASK: "UK GDPR Article 6(1)(e); Children Act 2004, section 11. The usual one.",
    Basis.LEGAL_OBLIGATION: "UK GDPR Article 6(1)(c): a law or a court order tells you to share this",
    Basis.VITAL_INTERESTS: "UK GDPR Article 6(1)(d)",
}


class Purpose(TextChoices):
    """What the school is told for."""

    WELFARE = "welfare", "So that the school can look after the child"
    HARM = "harm", "To keep the child or another child from harm"
    SUPPORT = "support", "To arrange support for the child"


class HoldingBack(TextChoices):
    """Why a school is not told."""

    RISK = "risk", "It would put the child or somebody else at risk"
    STAFF = "staff", "It is about a member of the school’s staff"
    INVESTIGATION = "investigation", "It would harm an investigation, and a supervisor agrees"
    KNOWN = "known", "The school was there and knows all of it"


class Done(TextChoices):
    """What a school did."""

    SPOKE = "spoke", "We spoke with the child"
    LOOKING_OUT = "looking_out", "Staff who need to know look out for the child"
    FAMILY = "family", "We spoke with a parent or carer"
    REFERRED = "referred", "We asked another service to help, such as early help"
    KNEW = "knew", "We knew already and are helping"
    NOTHING = "nothing", "Nothing was needed"


class Part(TextChoices):
    """What a piece of the thread is."""

    QUESTION = "question", "From the school"
    ANSWER = "answer", "From the officer"
    CLOSING = "closing", "With the acknowledgement"


class News(TextChoices):
    """Why an e-mail is sent. It says this and nothing else."""

    TO_WRITE = "to_write", "a notice to a school waits for your words"
    NO_LEAD = "no_lead", "a school that should get a notice has nobody who can open it"
    WAITING = "waiting", "a notice waits for you to open it"
    UNOPENED = "unopened", "a notice has waited for days and nobody has opened it"
    QUESTION = "question", "a school has a question about a notice"
    ANSWER = "answer", "your question about a notice is answered"
    RETURNED = "returned", "a school says that a notice is not about its pupil"
    ACKNOWLEDGED = "acknowledged", "a school has acknowledged a notice"
    EXPIRED = "expired", "a notice was erased after 30 days without an answer"


TO_LEADS = (News.WAITING, News.UNOPENED, News.ANSWER)
"""What is no news any more once the notice is closed."""
