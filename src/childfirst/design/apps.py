"""The design room as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "childfirst.design"
    label = "design"
    verbose_name = "Design"
