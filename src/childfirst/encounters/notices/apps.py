from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "childfirst.encounters.notices"
    label = "encounters_notices"

    def ready(self) -> None:
        """Listen to the core, offer what comes next, and say what the platform does by itself."""
        from childfirst.audit import retention, upkeep
        from childfirst.encounters import consequences, next_steps
        from childfirst.encounters.notices import actions, chasing, following, navigation, resolvers

        consequences.register("recorded", following.recorded)
        consequences.register("corrected", following.corrected)
        next_steps.register(following.write_the_notice)
        navigation.register_all()
        resolvers.register_all()
        retention.register("encounters_notices.NoticeContent", actions.erase_contents)
        upkeep.register(
            upkeep.Task(
                "notices.chase", "Chase, deliver and erase notices to schools", chasing.chase, every=upkeep.HOURLY
            )
        )
        upkeep.register(upkeep.Task("notices.keys", "Renew the key of notices to schools", chasing.tend_keys))
        upkeep.register(
            upkeep.Task("notices.facts", "Bring the facts about notices up to date", chasing.facts_up_to_date, order=96)
        )
