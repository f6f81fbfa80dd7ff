from __future__ import annotations

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "childfirst.encounters.matching"
    label = "encounters_matching"
