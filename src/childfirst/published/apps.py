from __future__ import annotations

from django.apps import AppConfig


class PublishedConfig(AppConfig):
    name = "childfirst.published"
    label = "published"
