"""Schools with leads, and notices in every state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from childfirst.audit import upkeep
from childfirst.encounters import actions as encounters
from childfirst.encounters.models import Encounter
from childfirst.encounters.notices import actions
from childfirst.encounters.notices.models import Notice
from childfirst.encounters.notices.rules import Told
from childfirst.encounters.notices.vocabulary import Basis, Done, Needed, Parents, Purpose
from childfirst.encounters.vocabulary import Source
from childfirst.people import actions as people
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import OrganisationKind, Role
from childfirst.places.models import School
from childfirst.shared import clock
from tests.conftest import make_account
from tests.encounters import makers

URN = 100001
NAME = "Wilhelmina Quisling-Ångström"
HAPPENED = "She was searched near the bus stop and was shaken; nothing was found, and an officer walked home with her."
TOLD = Told(
    name_known="yes",
    name=NAME,
    date_of_birth="2013-02-17",
    happened=HAPPENED,
    parents=Parents.TOLD,
    needed=(Needed.CHECK_WELFARE, Needed.CONTACT_ME),
)
SECRETS = (NAME, "Quisling", "Wilhelmina", "2013-02-17", "bus stop")
"""What must stand nowhere but in the ciphertext."""


def school(urn: int = URN, **fields: Any) -> School:
    """A school, made once."""
    return School.objects.filter(urn=urn).first() or makers.school(urn, fields.pop("name", f"School {urn}"), **fields)


def organisation_of(urn: int) -> Organisation:
    """The organisation of a school."""
    return Organisation.objects.get_or_create(
        urn=urn, defaults={"name": f"School {urn}", "kind": OrganisationKind.SCHOOL}
    )[0]


def lead(urn: int = URN, name: str = "") -> Account:
    """A new safeguarding lead of a school."""
    school(urn)
    return make_account(Role.SCHOOL_LEAD, name=name, organisation=organisation_of(urn))


def officer(**options: Any) -> Account:
    """A new ward officer."""
    return make_account(Role.WARD_OFFICER, **options)


def encounter(by: Account, urn: int = URN, **changes: Any) -> Encounter:
    """An encounter that names a school."""
    school(urn)
    return makers.recorded(by, **{"school": urn, "school_reason": "", **changes})


def raised(by: Account | None = None, urn: int = URN, **changes: Any) -> Notice:
    """A notice that waits for its officer's words."""
    return encounter(by or officer(), urn, **changes).notices.select_related("officer", "school", "encounter").get()


def written(by: Account | None = None, urn: int = URN, told: Told = TOLD, **changes: Any) -> Notice:
    """A notice that its officer has written and not sent."""
    notice = raised(by, urn, **changes)
    return actions.write(by=notice.officer, notice=notice, told=told, basis=Basis.PUBLIC_TASK, purpose=Purpose.WELFARE)


def sent(by: Account | None = None, urn: int = URN, told: Told = TOLD, **changes: Any) -> Notice:
    """A notice that waits for the school."""
    notice = written(by, urn, told, **changes)
    return actions.send(by=notice.officer, notice=notice)


def opened(by_lead: Account, by: Account | None = None, urn: int = URN, told: Told = TOLD, **changes: Any) -> Notice:
    """A notice that this lead has opened."""
    return actions.open_notice(by=by_lead, notice=sent(by, urn, told, **changes))


def acknowledged(by_lead: Account, by: Account | None = None, urn: int = URN) -> Notice:
    """A notice that this lead has opened and acknowledged."""
    return actions.acknowledge(by=by_lead, notice=opened(by_lead, by, urn), done=[Done.SPOKE])


def unwritten(by: Account | None = None, urn: int = URN) -> Notice:
    """A notice that went to the school without its officer's words."""
    notice = raised(by, urn)
    age(notice, days=1, hours=1)
    return actions.send_unwritten(by=upkeep.BY, notice=notice)


def from_system(urn: int = URN) -> Notice:
    """A notice about what a system of the force recorded for the officers' team: nobody has taken it over."""
    team = Organisation.objects.get_or_create(name="Test Police force", kind=OrganisationKind.FORCE)[0]
    client, _ = people.make_api_client(
        by=upkeep.BY,
        name=f"System {team.api_clients.count()}",
        organisation=team,
        scopes=["encounters:create"],
        days=90,
    )
    school(urn)
    told = makers.told(school=urn, school_reason="")
    made = encounters.record_encounter(
        by=client, told=told, team=team, source=Source.API, key=f"key-{team.api_clients.count()}"
    )
    return made.notices.get()


def age(notice: Notice, **by: float) -> Notice:
    """Let everything about a notice be so much older."""
    past = dt.timedelta(**by)
    for field in ("created_at", "sent_at", "delivered_at", "opened_at", "written_at"):
        if (moment := getattr(notice, field)) is not None:
            setattr(notice, field, moment - past)
    notice.save()
    notice.mailings.filter(sent_at__isnull=False).update(sent_at=clock.now() - past)
    return notice
