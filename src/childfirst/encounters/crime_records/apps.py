from __future__ import annotations

from django.apps import AppConfig

from childfirst.shared.text import count_of


class CrimeRecordsConfig(AppConfig):
    name = "childfirst.encounters.crime_records"
    label = "encounters_crime_records"

    def ready(self) -> None:
        """Tell the house where people can go here, what comes next after an encounter, and what is done daily."""
        from childfirst.audit import upkeep
        from childfirst.encounters import next_steps
        from childfirst.encounters.crime_records import navigation, resolvers

        navigation.register_all()
        resolvers.register_all()
        next_steps.register(resolvers.protocol_step)
        upkeep.register(
            upkeep.Task(
                "encounters.crime_record_facts", "Bring the facts about incidents in school up to date", facts_up_to_date, order=96,
            )
        )  # fmt: skip


def facts_up_to_date() -> str:
    """Rewrite the months that have changed."""
    from childfirst.audit import upkeep
    from childfirst.encounters.crime_records.actions import build_facts

    changed = build_facts(by=upkeep.BY)
    return f"{count_of(len(changed), 'month')} rewritten." if changed else ""
