from __future__ import annotations

from django.apps import AppConfig


class CrimeRecordsConfig(AppConfig):
    name = "childfirst.encounters.crime_records"
    label = "encounters_crime_records"
