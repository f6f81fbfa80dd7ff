"""How the chamber's events read."""

from __future__ import annotations

PRESENTERS = {
    "encounters.crime_record.decide": "put the Schools Protocol to an incident",
    "encounters.crime_record.go_beyond": "made a crime record that the Schools Protocol leaves to the school",
    "encounters.crime_record.complete": "made a crime record of an incident in or near school",
    "encounters.crime_record.follow_up": "said what came of an incident in or near school",
    "encounters.crime_record.review": "said whether a crime record was in the public interest",
    "encounters.crime_record.read": "looked at an incident in or near school",
    "encounters.crime_record.facts": "brought the facts about incidents in school up to date",
}
