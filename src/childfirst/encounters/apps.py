from __future__ import annotations

from django.apps import AppConfig


class EncountersConfig(AppConfig):
    name = "childfirst.encounters"
    label = "encounters"

    def ready(self) -> None:
        """Tell the house where people can go here, and how references to our records are shown."""
        from childfirst.encounters import navigation, resolvers

        navigation.register_all()
        resolvers.register_all()
