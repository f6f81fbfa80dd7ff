from __future__ import annotations

from django.apps import AppConfig


class SubjectAccessConfig(AppConfig):
    name = "childfirst.encounters.subject_access"
    label = "encounters_subject_access"
