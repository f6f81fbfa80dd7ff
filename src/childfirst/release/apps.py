from __future__ import annotations

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    name = "childfirst.release"
    label = "release"

    def ready(self) -> None:
        """Tell the house where people can go here, and how references to our records are shown."""
        from childfirst.release import navigation, references

        navigation.register_all()
        references.register_all()
