"""Kinds of organisation, roles, and what each role may do."""

from __future__ import annotations

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    FORCE = "force", "Police force"
    COUNCIL = "council", "Council"
    SCHOOL = "school", "School"
    YOUTH_ORGANISATION = "youth_organisation", "Youth organisation"
    OVERSIGHT = "oversight", "Oversight body"


class Role(TextChoices):
    """The eight roles. A person holds a role in one organisation, and may hold several."""

    SCHOOL_LEAD = "school_lead", "School safeguarding lead"
    WARD_OFFICER = "ward_officer", "Ward officer"
    NEIGHBOURHOOD_SUPERVISOR = "neighbourhood_supervisor", "Neighbourhood supervisor"
    YOUTH_ORGANISATION = "youth_organisation", "Youth organisation"
    ANALYST = "analyst", "Analyst"
    PARTNERSHIP_BOARD = "partnership_board", "Partnership board"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


ROLE_ORGANISATIONS: dict[Role, frozenset[OrganisationKind]] = {
    Role.SCHOOL_LEAD: frozenset({OrganisationKind.SCHOOL}),
    Role.WARD_OFFICER: frozenset({OrganisationKind.FORCE}),
    Role.NEIGHBOURHOOD_SUPERVISOR: frozenset({OrganisationKind.FORCE}),
    Role.YOUTH_ORGANISATION: frozenset({OrganisationKind.YOUTH_ORGANISATION}),
    Role.ANALYST: frozenset({OrganisationKind.FORCE, OrganisationKind.COUNCIL, OrganisationKind.OVERSIGHT}),
    Role.PARTNERSHIP_BOARD: frozenset(OrganisationKind),
    Role.AUDITOR: frozenset({OrganisationKind.COUNCIL, OrganisationKind.OVERSIGHT}),
    Role.ADMINISTRATOR: frozenset({OrganisationKind.FORCE, OrganisationKind.COUNCIL}),
}
"""In which kinds of organisation a role can be held. Nobody outside a force records as an officer; who audits is not audited."""


class Permission(TextChoices):
    """Names of what may be done. A name without a role below is allowed to nobody."""

    PEOPLE_MANAGE = "people.manage", "Invite people or change their roles"
    AUDIT_READ = "audit.read", "Read the audit trail"
    PLACES_READ = "places.read", "Look up schools or areas"
    PLACES_IMPORT = "places.import", "Import schools, areas or term dates"
    ENCOUNTERS_RECORD = "encounters.record", "Record encounters"
    ENCOUNTERS_READ_OWN = "encounters.read_own", "Read the encounters that you recorded"
    ENCOUNTERS_READ_TEAM = "encounters.read_team", "Read the encounters of your team"
    ENCOUNTERS_READ_ALL = "encounters.read_all", "Read every encounter, each reading on the audit trail"
    ENCOUNTERS_IMPORT = "encounters.import", "Import encounters or read the quality reports"
    ENCOUNTERS_CORRECT = "encounters.correct", "Correct an encounter that you may read"
    NOTICES_OPEN = "notices.open", "Open the notices to your school"
    NOTICES_OVERSEE = "notices.oversee", "See which notices to schools wait, and chase them"
    MATCHING_REVIEW = "matching.review", "Match what was written about schools to the register"
    CRIME_RECORDS_KEEP = "crime_records.keep", "Keep crime records of incidents in or near school"
    CRIME_RECORDS_REVIEW = "crime_records.review", "Review whether recording an incident was in the public interest"
    SUBJECT_ACCESS_HANDLE = "subject_access.handle", "Answer requests for what is held about a person"
    RETENTION_READ = "retention.read", "Read disposal certificates and legal holds"
    RETENTION_HOLD = "retention.hold", "Place or lift a legal hold"
    MEASURES_READ = "measures.read", "Read measures before disclosure control"
    RELEASES_READ = "releases.read", "Read releases in preparation"
    RELEASES_PREPARE = "releases.prepare", "Prepare a release"
    RELEASES_SIGN = "releases.sign", "Sign a release as its first or second person"
    RELEASES_PUBLISH = "releases.publish", "Publish a signed release, correct or withdraw one"


class ApiScope(TextChoices):
    """What a system may do that comes with a key of its own. It never sees what people of its force have recorded."""

    ENCOUNTERS_CREATE = "encounters:create", "Record encounters, and read those that it recorded"
    ENCOUNTERS_CORRECT = "encounters:correct", "Correct the encounters that it recorded, and read them"
    MATCHER_ASK = "matcher:ask", "Ask the matcher which school a text means"


P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SCHOOL_LEAD: frozenset({P.PLACES_READ, P.NOTICES_OPEN}),
    Role.WARD_OFFICER: frozenset(
        {P.PLACES_READ, P.ENCOUNTERS_RECORD, P.ENCOUNTERS_READ_OWN, P.ENCOUNTERS_CORRECT, P.CRIME_RECORDS_KEEP}
    ),
    Role.NEIGHBOURHOOD_SUPERVISOR: frozenset(
        {
            P.PLACES_READ,
            P.ENCOUNTERS_RECORD,
            P.ENCOUNTERS_READ_OWN,
            P.ENCOUNTERS_READ_TEAM,
            P.ENCOUNTERS_CORRECT,
            P.NOTICES_OVERSEE,
            P.CRIME_RECORDS_KEEP,
            P.CRIME_RECORDS_REVIEW,
        }
    ),
    Role.YOUTH_ORGANISATION: frozenset({P.PLACES_READ}),
    Role.ANALYST: frozenset(
        {
            P.PLACES_READ,
            P.PLACES_IMPORT,
            P.ENCOUNTERS_IMPORT,
            P.MATCHING_REVIEW,
            P.MEASURES_READ,
            P.RELEASES_READ,
            P.RELEASES_PREPARE,
            P.RELEASES_SIGN,
        }
    ),
    Role.PARTNERSHIP_BOARD: frozenset({P.PLACES_READ, P.RELEASES_READ, P.RELEASES_SIGN, P.RELEASES_PUBLISH}),
    Role.AUDITOR: frozenset(
        {
            P.PLACES_READ,
            P.AUDIT_READ,
            P.ENCOUNTERS_READ_ALL,
            P.SUBJECT_ACCESS_HANDLE,
            P.RETENTION_READ,
            P.RETENTION_HOLD,
            P.RELEASES_READ,
        }
    ),
    Role.ADMINISTRATOR: frozenset({P.PLACES_READ, P.PLACES_IMPORT, P.PEOPLE_MANAGE, P.RETENTION_READ}),
}

SPECIAL = frozenset(
    {
        P.ENCOUNTERS_RECORD,
        P.ENCOUNTERS_READ_OWN,
        P.ENCOUNTERS_READ_TEAM,
        P.ENCOUNTERS_READ_ALL,
        P.ENCOUNTERS_IMPORT,
        P.ENCOUNTERS_CORRECT,
        P.NOTICES_OPEN,
        P.MATCHING_REVIEW,
        P.CRIME_RECORDS_KEEP,
        P.CRIME_RECORDS_REVIEW,
        P.SUBJECT_ACCESS_HANDLE,
        P.MEASURES_READ,
    }
)
"""Permissions that show fields classed ``special``."""

SECOND_FACTOR_ROLES = frozenset(
    {role for role, granted in ROLE_PERMISSIONS.items() if granted & SPECIAL} | {Role.SCHOOL_LEAD, Role.ADMINISTRATOR}
)
"""Roles that may not work without a second factor: those that can read ``special`` fields, school leads (who receive
notices about their pupils), and administrators (who decide who may do what)."""
