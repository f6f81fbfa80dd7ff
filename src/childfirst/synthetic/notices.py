"""The demo's notices to schools, in every state: between the known officer, the known lead, and colleagues of both.

The children in them have invented names, which are stored as real ones would be: encrypted, for 30 days. Some notices are set back in
time, so that there is one that waits too long.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np

from childfirst.audit import upkeep
from childfirst.encounters import actions as encounters
from childfirst.encounters.models import Encounter
from childfirst.encounters.notices import actions
from childfirst.encounters.notices.models import Notice, NoticeContent, NoticeMessage
from childfirst.encounters.notices.rules import Told
from childfirst.encounters.notices.vocabulary import Basis, Done, HoldingBack, Needed, Parents, Purpose
from childfirst.encounters.rules import Particulars
from childfirst.encounters.vocabulary import Answer, Gender, Initiator, Kind, Outcome, SelfDefinedEthnicity
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import Role
from childfirst.shared import clock
from childfirst.synthetic.people import Cast
from childfirst.synthetic.wording import FAMILY_NAMES, FIRST_NAMES

STORIES: tuple[tuple[Kind, str, tuple[Needed, ...]], ...] = (
    (Kind.VICTIM, "Two older boys took a phone on the way to school. Nobody was hurt. The child was frightened, and a neighbour walked along.",
     (Needed.CHECK_WELFARE, Needed.CONTACT_ME)),
    (Kind.SAFEGUARDING, "Found alone at the bus station at 10 in the evening and taken home. Said that there had been shouting at home.",
     (Needed.CHECK_WELFARE, Needed.PARENT_STATUS)),
    (Kind.ENGAGEMENT, "Asked an officer at the harbour how to get home without passing a certain group of people.",
     (Needed.NOTHING,)),
    (Kind.VICTIM, "Pushed from a bicycle near the playing field by somebody unknown. A grazed knee, looked after by an ambulance crew.",
     (Needed.CHECK_WELFARE,)),
    (Kind.SAFEGUARDING, "A shopkeeper called because the child had not eaten that day. A carer came and took the child home.",
     (Needed.CHECK_WELFARE, Needed.CONTACT_ME)),
)  # fmt: skip
YEARS = ("7", "8", "9", "10", "11")


@dataclasses.dataclass
class _Desk:
    """The known officer at work, with what is drawn for each child."""

    rng: np.random.Generator
    officer: Account
    team: Organisation
    ward: str
    number: int = 0

    def record(self, urn: int, days_ago: float) -> Notice:
        """Record an encounter that names the school; its notice waits for words."""
        kind = STORIES[self.number % len(STORIES)][0]
        told = Particulars(
            kind=kind,
            occurred_at=clock.now().replace(second=0, microsecond=0) - dt.timedelta(days=days_ago, minutes=95),
            school=urn,
            initiator=Initiator.PUBLIC,
            ward=self.ward,
            age=int(self.rng.integers(11, 16)),
            gender=str(self.rng.choice([Gender.FEMALE, Gender.MALE])),
            self_defined_ethnicity=str(self.rng.choice([SelfDefinedEthnicity.W1, SelfDefinedEthnicity.B1, SelfDefinedEthnicity.A3])),
            send=Answer.NO,
            outcome=Outcome.REFERRED,
            use_of_force=Answer.NO,
            more_than_outer_clothing=Answer.NO,
        )  # fmt: skip
        made = encounters.record_encounter(by=self.officer, told=told, team=self.team)
        return made.notices.select_related("officer", "school").get()

    def write(self, notice: Notice) -> Notice:
        """Write what happened, about a child of an invented name or of none that is known."""
        _, happened, needed = STORIES[self.number % len(STORIES)]
        named = self.number % 4 != 3
        told = Told(
            name_known="yes" if named else "no",
            name=f"{self.rng.choice(FIRST_NAMES)} {self.rng.choice(FAMILY_NAMES)}" if named else "",
            year_group=str(self.rng.choice(YEARS)),
            happened=happened,
            parents=str(self.rng.choice([Parents.TOLD, Parents.NOT_YET, Parents.UNKNOWN])),
            needed=needed,
        )
        self.number += 1
        return actions.write(
            by=self.officer, notice=notice, told=told, basis=Basis.PUBLIC_TASK, purpose=Purpose.WELFARE
        )

    def send(self, urn: int, days_ago: float) -> Notice:
        """Record, write and send, so long ago."""
        notice = actions.send(by=self.officer, notice=self.write(self.record(urn, days_ago)))
        return _set_back(notice, days_ago)


def make_notices(rng: np.random.Generator, cast: Cast) -> None:
    """Notices of the last month at the known lead's school, at a colleague's, and at a school that nobody works for here."""
    officer, lead = cast.first(Role.WARD_OFFICER), cast.first(Role.SCHOOL_LEAD)
    membership = officer.current_memberships().select_related("organisation").first()
    if membership is None or cast.schools[0].urn is None or cast.schools[1].urn is None:
        raise AssertionError("The demo's officer has a team, and its schools have numbers.")
    team = membership.organisation
    ward = (
        Encounter.objects.filter(borough=team.area_code).exclude(ward="").values_list("ward", flat=True).first() or ""
    )
    desk = _Desk(rng, officer, team, ward)
    home, next_door = cast.schools[0].urn, cast.schools[1].urn
    _at_the_known_school(desk, lead, home)
    _elsewhere(desk, cast.accounts[Role.SCHOOL_LEAD][1], next_door, _unled(cast))


def _at_the_known_school(desk: _Desk, lead: Account, urn: int) -> None:
    for days_ago, done in ((26, Done.SPOKE), (19, Done.REFERRED), (12, Done.LOOKING_OUT)):
        notice = actions.open_notice(by=lead, notice=desk.send(urn, days_ago))
        actions.acknowledge(
            by=lead, notice=notice, done=[done, Done.FAMILY], words="We will keep an eye open this term."
        )
    asked = actions.open_notice(by=lead, notice=desk.send(urn, 1.5))
    actions.speak(by=lead, notice=asked, words="Was anybody with the child? We would like to ask both how they are.")
    actions.open_notice(by=lead, notice=desk.send(urn, 2))
    desk.send(urn, 0.1)
    desk.send(urn, 0.9)
    _unwritten(desk, urn, 1.2)
    desk.record(urn, 0.05)


def _elsewhere(desk: _Desk, colleague: Account, next_door: int, unled: int) -> None:
    escalated = desk.send(next_door, 6)
    actions.escalate(by=upkeep.BY, notice=escalated)
    returned = actions.open_notice(by=colleague, notice=desk.send(next_door, 3))
    actions.return_notice(by=colleague, notice=returned)
    held = desk.write(desk.record(next_door, 0.2))
    actions.hold_back(by=desk.officer, notice=held, why=HoldingBack.STAFF)
    desk.send(unled, 1)


def _unled(cast: Cast) -> int:
    """A school of the city in which nobody has an account."""
    taking_part = {school.urn for school in cast.schools}
    named = Encounter.objects.filter(school__isnull=False, school__status="open").exclude(school__in=taking_part)
    found = named.order_by("-occurred_at").values_list("school", flat=True).first()
    if found is None:
        raise AssertionError("The demo's city has more schools than take part.")
    return int(found)


def _unwritten(desk: _Desk, urn: int, days_ago: float) -> None:
    notice = _set_back(desk.record(urn, days_ago), days_ago)
    _set_back(actions.send_unwritten(by=upkeep.BY, notice=notice), days_ago - 1)


def _set_back(notice: Notice, days: float) -> Notice:
    """Let a notice be older, as no action could make it: its moments, and those of its words, from which the 30 days count."""
    past = dt.timedelta(days=days)
    for field in ("created_at", "written_at", "sent_at", "delivered_at"):
        if (moment := getattr(notice, field)) is not None:
            setattr(notice, field, moment - past)
    notice.save()
    for model in (NoticeContent, NoticeMessage):
        for text in model.objects.filter(notice=notice):
            model.objects.filter(pk=text.pk).update(created_at=text.created_at - past)
    return notice
