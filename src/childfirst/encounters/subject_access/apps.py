from __future__ import annotations

from django.apps import AppConfig


class SubjectAccessConfig(AppConfig):
    name = "childfirst.encounters.subject_access"
    label = "encounters_subject_access"

    def ready(self) -> None:
        """Tell the house where people can go here, and what stands beside a record."""
        from childfirst.encounters import next_steps
        from childfirst.encounters.subject_access import navigation, resolvers

        navigation.register_all()
        resolvers.register_all()
        next_steps.register(resolvers.statement_step)
