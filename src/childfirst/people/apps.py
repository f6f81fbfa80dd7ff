from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "childfirst.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from childfirst.people import references, signals
        from childfirst.people.navigation import Entry, register
        from childfirst.people.vocabulary import Permission

        signals.connect()
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
                label="Audit trail",
                url_name="audit:events",
                permission=Permission.AUDIT_READ,
                description="Who did what, to which record, when and why.",
                order=80,
                section="Oversight",
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
