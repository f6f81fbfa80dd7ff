from __future__ import annotations

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "childfirst.encounters.matching"
    label = "encounters_matching"

    def ready(self) -> None:
        """Tell the house where people can go here, how our records are shown, and what the platform does by itself."""
        from childfirst.audit import upkeep
        from childfirst.encounters import finding
        from childfirst.encounters.matching import navigation, resolvers

        navigation.register_all()
        resolvers.register_all()
        finding.register(_find_schools)
        upkeep.register(
            upkeep.Task(
                "matching.refresh",
                "Match anew what waits, when the register changed",
                run=_refresh,
                every=upkeep.HOURLY,
            )
        )
        upkeep.register(upkeep.Task("matching.tidy", "Count cases anew after records were erased", run=_tidy, order=95))


def _find_schools(text: str, limit: int) -> list[int]:
    from childfirst.encounters.matching.queries import find_schools

    return find_schools(text, limit)


def _refresh() -> str:
    from childfirst.encounters.matching.tasks import refresh

    return refresh()


def _tidy() -> str:
    from childfirst.encounters.matching.actions import tidy_up

    return tidy_up()
