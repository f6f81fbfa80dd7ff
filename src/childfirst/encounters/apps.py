from __future__ import annotations

from django.apps import AppConfig

from childfirst.shared.text import count_of


class EncountersConfig(AppConfig):
    name = "childfirst.encounters"
    label = "encounters"

    def ready(self) -> None:
        """Tell the house where people can go here, and how references to our records are shown."""
        from childfirst.audit import upkeep
        from childfirst.encounters import navigation, resolvers

        upkeep.register(upkeep.Task("encounters.facts", "Bring the facts store up to date", facts_up_to_date, order=95))
        upkeep.register(
            upkeep.Task(
                "encounters.reviews",
                "Ask other supervisors for reviews that are overdue",
                escalate_overdue,
                upkeep.HOURLY,
            )
        )
        navigation.register_all()
        resolvers.register_all()


def facts_up_to_date() -> str:
    """Rewrite the months that have changed, after erasure too: the facts hold no month longer than the records."""
    from childfirst.audit import upkeep
    from childfirst.encounters.actions import build_facts

    built = build_facts(by=upkeep.BY)
    return f"{count_of(len(built.written), 'month')} rewritten." if built.written else ""


def escalate_overdue() -> str:
    """Ask the other supervisors of the force for each review that nobody did within 24 hours, once."""
    from childfirst.audit import upkeep
    from childfirst.encounters import queries
    from childfirst.encounters.actions import escalate_reviews

    if not queries.overdue_reviews().filter(escalated_at=None).exists():
        return ""
    return f"{count_of(escalate_reviews(by=upkeep.BY), 'review')} escalated."
