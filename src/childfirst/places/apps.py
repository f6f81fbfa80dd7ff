from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "childfirst.places"
    label = "places"
    verbose_name = "Places"

    def ready(self) -> None:
        """Tell the house where people can go here, and how references to our records are shown."""
        from childfirst.people.navigation import Entry, register
        from childfirst.people.vocabulary import Permission
        from childfirst.places import resolvers

        resolvers.register_all()
        register(
            Entry(
                label="Places",
                url_name="places:index",
                permission=Permission.PLACES_READ,
                description="Find a school by any of its names, and see areas and term dates.",
                order=30,
            ),
            Entry(
                label="Imports of places",
                url_name="places:imports",
                permission=Permission.PLACES_IMPORT,
                description="What imports of schools, areas and term dates brought, and what they set aside.",
                order=41,
                section="Data",
                in_header=False,
            ),
        )
