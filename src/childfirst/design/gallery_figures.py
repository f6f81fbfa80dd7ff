"""Figures of the gallery, drawn from invented numbers."""

from __future__ import annotations

import math

from shapely.geometry import Polygon

from childfirst.design.charts import Cell, Series, bar, dot_interval, line, small_multiples
from childfirst.design.figures import Figure, Table
from childfirst.design.maps import Area, Place, choropleth, points

_WARDS = (
    "Northgate", "Harbourside", "Millbank", "Eastfield", "Castle and St Brannock’s", "Riverside", "Kingsmead",
    "Tanner’s Row", "Upper Larkfield", "Lower Larkfield", "Docklands", "Meadows and Brickworks",
)  # fmt: skip
_MONTHS = [f"{month} {year}" for year in (2024, 2025) for month in ("Jan", "Mar", "May", "Jul", "Sep", "Nov")]


def _hexagon(column: int, row: int, size: float = 1000) -> Polygon:
    across, up = math.sqrt(3) * size, 1.5 * size
    x, y = column * across + (row % 2) * across / 2, row * up
    return Polygon(
        [(x + size * math.sin(math.radians(60 * k)), y + size * math.cos(math.radians(60 * k))) for k in range(6)]
    )


def wards() -> list[Area]:
    """Twelve invented wards as hexagons, in metres."""
    return [Area(f"W{i:02d}", name, _hexagon(i % 4, i // 4)) for i, name in enumerate(_WARDS)]


def figures() -> list[Figure]:
    """One figure of each kind, then the hard cases."""
    return [_bars(), _groups(), _lines(), _dots(), _ratios(), _multiples(), _map(), _bubbles(), _nothing()]


def _bars() -> Figure:
    labels = [
        "No further action",
        "Community resolution",
        "Arrest",
        "Summons or charged by post",
        "Referral to a youth service that has a very long official name",
        "Penalty notice",
        "Khat or cannabis warning",
    ]
    series = [Series.of("Searches", [1204, 388, 251, 12, Cell.hidden(), 0, Cell.unknown()])]
    title = "What followed when children were searched"
    return Figure(
        id="bars",
        title=title,
        summary="Of 10 searches, 6 ended with no further action.",
        drawing=bar(id="bars-chart", title=title, labels=labels, series=series),
        table=Table.of(title, labels, series, label_header="Outcome"),
        csv_url="/design/figures/",
        source="Source: invented numbers, release 2026-1.",
        open_table=True,
    )


def _groups() -> Figure:
    labels = ["Aged 10 to 11", "Aged 12 to 13", "Aged 14 to 15", "Aged 16 to 17"]
    series = [
        Series.of("Asked for by the school", [Cell.of(40, 31, 49.5), Cell.of(32.5, 28, 37), 21.2, 0]),
        Series.of("Asked for by the family", [12.1, Cell.hidden(), 14.9, 17]),
        Series.of("Patrol", [Cell.unknown(), 22, 38.8, 61.3]),
    ]
    title = "Who asked for the police, by age"
    drawing = bar(id="groups-chart", title=title, labels=labels, series=series, unit="percent")
    return Figure(id="groups", title=title, drawing=drawing, table=Table.of(title, labels, series, unit="percent"))


def _lines() -> Figure:
    first = [Cell.of(v, v - 6, v + 6) for v in (31, 35, 33, 41, 44, 52, 50, 58, 61, 60, 68, 73)]
    second: list[float | Cell] = [12.0, 14, Cell.hidden(), Cell.hidden(), 19, 22, 21, Cell.unknown(), 30, 29, 33, 38]
    series = [Series.of("School recorded", first), Series.of("Reason recorded", second)]
    title = "Share of records that are complete"
    drawing = line(id="lines-chart", title=title, labels=_MONTHS, series=series, unit="percent", maximum=100)
    return Figure(
        id="lines",
        title=title,
        summary="More records name the school than a year ago. Four values of the second line are missing.",
        drawing=drawing,
        table=Table.of(title, _MONTHS, series, label_header="Month", unit="percent"),
    )


def _dots() -> Figure:
    labels = [
        "Asian or Asian British",
        "Black, Black British, Caribbean or African",
        "Mixed",
        "White",
        "Other",
        "Not stated",
    ]
    cells = [
        Cell.of(64, 58, 70),
        Cell.of(71.5, 68.2, 74.6),
        Cell.of(66, 55, 75.8),
        Cell.of(58.3, 54, 62.4),
        Cell.hidden(),
        Cell.unknown(),
    ]
    series = [Series("No further action", tuple(cells))]
    title = "Searches that found nothing, by ethnic group"
    drawing = dot_interval(
        id="dots-chart", title=title, labels=labels, series=series, reference=("Everyone", 64.4), maximum=100
    )
    return Figure(id="dots", title=title, drawing=drawing, table=Table.of(title, labels, series, unit="percent"))


def _ratios() -> Figure:
    labels = ["Northgate", "Harbourside", "Castle and St Brannock’s", "Docklands"]
    series = [
        Series.of("Before", [Cell.of(3.1, 2.2, 4.4), Cell.of(1.8, 1.1, 2.9), Cell.of(0.9, 0.5, 1.6), Cell.hidden()]),
        Series.of("After", [Cell.of(2.4, 1.7, 3.4), Cell.of(1.2, 0.8, 1.9), Cell.no_cases(), Cell.of(6.2, 2.1, 18)]),
    ]
    title = "How many times as often Black children were searched as White children"
    drawing = dot_interval(
        id="ratios-chart", title=title, labels=labels, series=series, unit="index", log=True, reference=("Equal", 1)
    )
    return Figure(id="ratios", title=title, drawing=drawing, table=Table.of(title, labels, series, unit="index"))


def _multiples() -> Figure:
    series = [
        Series.of(
            name,
            [
                Cell.hidden()
                if (i + m) % 9 == 0
                else Cell.unknown()
                if (i * m) % 17 == 5
                else 20 + 12 * math.sin(i + m / 2) + i
                for m in range(12)
            ],
        )
        for i, name in enumerate(_WARDS[:9])
    ]
    title = "Searches a month in each ward"
    compare = Series.of("All wards together", [24 + m / 3 for m in range(12)])
    drawing = small_multiples(id="multiples-chart", title=title, labels=_MONTHS, series=series, compare=compare)
    return Figure(
        id="multiples",
        title=title,
        drawing=drawing,
        table=Table.of(title, _MONTHS, series, label_header="Month", decimals=1),
    )


def _map() -> Figure:
    areas = wards()
    values = {area.code: Cell.of(round(3 + i * 4.7)) for i, area in enumerate(areas)}
    values |= {"W02": Cell.hidden(), "W05": Cell.of(0)}
    values.pop("W09")
    title = "Searches of children by ward"
    drawing = choropleth(id="map-chart", title=title, areas=areas, values=values)
    labels = [area.name for area in areas]
    series = [Series("Searches", tuple(values.get(area.code, Cell.unknown()) for area in areas))]
    return Figure(id="map", title=title, drawing=drawing, table=Table.of(title, labels, series, label_header="Ward"))


def _bubbles() -> Figure:
    areas = wards()
    cells = (Cell.of(40), Cell.of(9), Cell.hidden(), Cell.of(0), Cell.of(122), Cell.unknown())
    places = [Place(area.name, *_middle(area), cell=cells[i % 6]) for i, area in enumerate(areas)]
    title = "Visits to schools"
    drawing = points(id="bubbles-chart", title=title, places=places, outlines=areas, crs="EPSG:27700")
    labels = [place.name for place in places]
    series = [Series("Visits", tuple(place.cell or Cell.unknown() for place in places))]
    return Figure(
        id="bubbles", title=title, drawing=drawing, table=Table.of(title, labels, series, label_header="School")
    )


def _middle(area: Area) -> tuple[float, float]:
    middle = area.geometry.centroid  # type: ignore[union-attr]
    return middle.x, middle.y


def _nothing() -> Figure:
    labels = ["Strip search", "Use of force"]
    series = [Series.of("Records", [Cell.hidden(), Cell.unknown()])]
    title = "A chart in which nothing can be shown"
    drawing = bar(id="nothing-chart", title=title, labels=labels, series=series)
    return Figure(id="nothing", title=title, drawing=drawing, table=Table.of(title, labels, series))
