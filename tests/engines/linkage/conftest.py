"""A small invented register whose names raise the usual doubts."""

from __future__ import annotations

from typing import Any

import pytest

from childfirst.engines.linkage import Register

SCHOOLS: list[dict[str, Any]] = [
    {
        "urn": 1,
        "name": "Larkfield Primary School",
        "la": "Northam",
        "lat": 51.50,
        "lon": -0.10,
        "street": "Copper Lane",
    },
    {"urn": 2, "name": "Larkfield High School", "la": "Northam", "lat": 51.51, "lon": -0.11},
    {"urn": 3, "name": "St Bride's Catholic Primary School", "la": "Northam", "lat": 51.52, "lon": -0.12},
    {"urn": 4, "name": "St Bride's Catholic Primary School", "la": "Westerby", "lat": 51.60, "lon": -0.40},
    {"urn": 5, "name": "Quillon Academy", "la": "Westerby", "lat": 51.61, "lon": -0.41},
    {"urn": 6, "name": "Tamsin Grove Girls' School", "la": "Westerby", "lat": 51.62, "lon": -0.42, "gender": "Girls"},
    {"urn": 7, "name": "Tamsin Grove Boys' School", "la": "Westerby", "lat": 51.62, "lon": -0.42, "gender": "Boys"},
    {"urn": 8, "name": "Ottermoor Church of England Junior School", "la": "Northam", "lat": 51.53, "lon": -0.13},
    {"urn": 9, "name": "Harrowdene School, Northam", "la": "Northam", "lat": 51.54, "lon": -0.14},
    {"urn": 10, "name": "The Vale Sixth Form College", "la": "Westerby", "lat": 51.63, "lon": -0.43},
    {
        "urn": 11,
        "name": "Pennyworth Infant School",
        "la": "Northam",
        "close_date": "2020-08-31",
        "lat": 51.55,
        "lon": -0.15,
    },
    {
        "urn": 12,
        "name": "Pennyworth Primary School",
        "la": "Northam",
        "open_date": "2020-09-01",
        "lat": 51.55,
        "lon": -0.15,
    },
]
AGES = {1: (4, 11), 2: (11, 18), 3: (4, 11), 4: (4, 11), 5: (11, 16), 8: (7, 11), 10: (16, 19), 11: (4, 7), 12: (4, 11)}
PHASES = {
    1: "Primary",
    2: "Secondary",
    3: "Primary",
    4: "Primary",
    5: "Secondary",
    8: "Primary",
    10: "16 plus",
    12: "Primary",
}
ALIASES: list[dict[str, Any]] = [
    {"urn": 5, "alias": "Dunmarrow Comprehensive", "valid_to": "2012-08-31"},
    {"urn": 99, "alias": "School of another register"},
]


def filler(number: int) -> list[dict[str, Any]]:
    """Schools elsewhere, so that common words are common."""
    first = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Holly", "Maple", "Oak", "Rowan", "Willow", "Yew")
    last = ("brook", "combe", "dale", "field", "ford", "gate", "ham", "hurst", "ley", "mere", "ton", "wick")
    kinds = ("Primary School", "Academy", "High School", "Catholic Primary School", "Junior School")
    rows = []
    for i in range(number):
        name = f"{first[i % 12]}{last[(i // 12) % 12]} {kinds[i % 5]}"
        rows.append({"urn": 1000 + i, "name": name, "la": "Farshire", "lat": 53.0 + i / 500, "lon": -2.0})
    return rows


def schools() -> list[dict[str, Any]]:
    """The rows of the register."""
    rows = [dict(row) for row in SCHOOLS] + filler(140)
    for row in rows:
        low, high = AGES.get(row["urn"], (None, None))
        row |= {"min_age": low, "max_age": high, "phase": PHASES.get(row["urn"], "")}
    return rows


@pytest.fixture(scope="session")
def register() -> Register:
    """The register, indexed."""
    return Register.build(schools(), ALIASES)


@pytest.fixture
def register_rows() -> list[dict[str, Any]]:
    """The rows of the register, as a caller would give them."""
    return schools()
