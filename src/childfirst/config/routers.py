"""Which tables live in which database: the published store is apart from the workspace."""

from __future__ import annotations

from typing import Any

PUBLISHED_APP = "published"
PUBLISHED_ALIAS = "published"


class TwoDoors:
    """Tables of the room ``published`` live on the alias ``published``, all others on ``default``."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        return PUBLISHED_ALIAS if model._meta.app_label == PUBLISHED_APP else "default"

    db_for_write = db_for_read

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return bool((obj1._meta.app_label == PUBLISHED_APP) == (obj2._meta.app_label == PUBLISHED_APP))

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == PUBLISHED_ALIAS) == (app_label == PUBLISHED_APP)
