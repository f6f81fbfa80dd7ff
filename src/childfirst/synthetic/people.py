"""The demo's organisations and people: one known sign-in per role, and colleagues, so that lists are as long as in life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password

from childfirst.audit.actors import Actor
from childfirst.people import actions
from childfirst.people.demo import PASSWORD, TOTP_SECRET, email_of
from childfirst.people.models import Account, Organisation
from childfirst.people.vocabulary import SECOND_FACTOR_ROLES, OrganisationKind, Role
from childfirst.synthetic.city import City
from childfirst.synthetic.schools import SchoolPlan
from childfirst.synthetic.wording import CITY, COUNCIL, FAMILY_NAMES, FIRST_NAMES, FORCE

YOUTH_ORGANISATIONS = ("Saltmere Youth Forum", "The Boathouse Project", "Marram Mentors")
SCHOOLS_TAKING_PART = 12


@dataclass
class Cast:
    """Who plays in the demo: organisations by what they are, accounts by role (the one with the known sign-in first)."""

    force: Organisation
    council: Organisation
    oversight: Organisation
    teams: dict[str, Organisation] = field(default_factory=dict)
    schools: list[Organisation] = field(default_factory=list)
    youth: list[Organisation] = field(default_factory=list)
    accounts: dict[Role, list[Account]] = field(default_factory=dict)

    def first(self, role: Role) -> Account:
        """The account with the known sign-in of a role."""
        return self.accounts[role][0]


def make_cast(rng: np.random.Generator, by: Actor, city: City, schools: Sequence[SchoolPlan]) -> Cast:
    """Add organisations and accounts through the actions of the room, all with the demo's password.

    Every ward team is a part of the force and serves one borough; two officers work in every ward.
    """

    def organisation(name: str, kind: OrganisationKind, **more: object) -> Organisation:
        return actions.add_organisation(by=by, name=name, kind=kind, **more)  # type: ignore[arg-type]

    force = organisation(FORCE, OrganisationKind.FORCE, area_code=city.force.code)
    cast = Cast(
        force=force,
        council=organisation(COUNCIL, OrganisationKind.COUNCIL),
        oversight=organisation(f"{CITY} Assembly Police Committee", OrganisationKind.OVERSIGHT),
    )
    for borough in city.boroughs:
        cast.teams[borough.code] = organisation(
            f"{borough.name} Neighbourhood Team", OrganisationKind.FORCE, parent=force, area_code=borough.code
        )
    open_schools = [school for school in schools if school.closed is None]
    secondary_first = sorted(open_schools, key=lambda school: (school.phase != "Secondary", school.urn))
    for school in secondary_first[:SCHOOLS_TAKING_PART]:
        cast.schools.append(organisation(school.name, OrganisationKind.SCHOOL, urn=school.urn))
    cast.youth = [organisation(name, OrganisationKind.YOUTH_ORGANISATION) for name in YOUTH_ORGANISATIONS]
    _make_accounts(rng, by, cast)
    return cast


def _make_accounts(rng: np.random.Generator, by: Actor, cast: Cast) -> None:
    teams = list(cast.teams.values())
    roles: list[tuple[Role, Organisation]] = [
        *((Role.SCHOOL_LEAD, school) for school in cast.schools),
        *((Role.WARD_OFFICER, teams[i % len(teams)]) for i in range(4 * len(teams))),
        *((Role.NEIGHBOURHOOD_SUPERVISOR, team) for team in teams),
        *((Role.YOUTH_ORGANISATION, youth) for youth in cast.youth),
        *((Role.ANALYST, cast.force) for _ in range(2)),
        *((Role.PARTNERSHIP_BOARD, cast.council) for _ in range(2)),
        (Role.AUDITOR, cast.oversight),
        *((Role.ADMINISTRATOR, cast.council) for _ in range(2)),
    ]
    names = [f"{first} {family}" for family in FAMILY_NAMES for first in FIRST_NAMES]
    rng.shuffle(names)
    password = make_password(PASSWORD)  # one slow hash for all of them
    for name, (role, organisation) in zip(names, roles, strict=False):
        known = cast.accounts.setdefault(role, [])
        email = email_of(role)
        if known:
            email = email.replace("@", f"-{len(known) + 1}@")
        account = Account.objects.create(email=email, name=name, password=password)
        actions.give_role(by=by, account=account, organisation=organisation, role=role)
        if role in SECOND_FACTOR_ROLES:
            TOTP.activate(account, TOTP_SECRET)
        known.append(account)
