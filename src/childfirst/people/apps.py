from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "childfirst.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from childfirst.audit import upkeep
        from childfirst.people import references, signals, tidying
        from childfirst.people.navigation import Entry, register
        from childfirst.people.vocabulary import Permission

        signals.connect()
        upkeep.register(upkeep.Task("people.sessions", "Remove sessions that have ended", tidying.clear_sessions))
        upkeep.register(upkeep.Task("people.tasks", "Remove finished background work", tidying.prune_background_work))
        references.register_all()
        register(
            Entry(
                label="People",
                url_name="people:people",
                permission=Permission.PEOPLE_MANAGE,
                description="Invite people, give and end roles, close accounts.",
                order=90,
                section="Administration",
            ),
            Entry(
                label="Organisations",
                url_name="people:organisations",
                permission=Permission.PEOPLE_MANAGE,
                description="The partners: force and teams, councils, schools, youth organisations, oversight.",
                order=91,
                section="Administration",
            ),
            Entry(
                label="API clients",
                url_name="people:api-clients",
                permission=Permission.PEOPLE_MANAGE,
                description="Keys for systems of the force that record through the API.",
                order=92,
                section="Administration",
                in_header=False,
            ),
            Entry(
                label="Audit trail",
                url_name="audit:events",
                permission=Permission.AUDIT_READ,
                description="Who did what, to which record, when and why.",
                order=80,
                section="Oversight",
            ),
            Entry(
                label="What is kept and erased",
                url_name="audit:disposals",
                permission=Permission.RETENTION_READ,
                description="How long records are kept, certificates of what was erased, legal holds.",
                order=81,
                section="Oversight",
                in_header=False,
            ),
            Entry(
                label="Upkeep",
                url_name="audit:upkeep",
                permission=Permission.RETENTION_READ,
                description="What the platform does by itself every hour and every day, and how it went.",
                order=82,
                section="Oversight",
                in_header=False,
            ),
            Entry(
                label="Your access",
                url_name="your_access",
                permission=None,
                description="Your roles and what they allow, how you sign in, where you are signed in.",
                order=99,
                section="You",
                in_header=False,
            ),
        )
