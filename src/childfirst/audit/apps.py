from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "childfirst.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        """The daily erasure is one of the things that the platform does by itself."""
        from childfirst.audit import retention, upkeep

        upkeep.register(upkeep.Task("retention", "Erase what is over", retention.dispose_of_all, order=90))
