"""Charts as SVG, drawn on the server: bars, lines, dots with intervals, small multiples.

    from childfirst.design.charts import Cell, Series, bar

    chart = bar(
        id="outcomes",
        title="Outcomes of stop and search, 10 to 17 years",
        labels=["No further action", "Arrest"],
        series=[Series.of("2018", [812, Cell.hidden()])],
    )

Each is two drawings of the same data, one for wide and one for narrow places, of which the stylesheet shows one; text
is never scaled below reading size. All colour comes from classes; shapes, textures and words carry the meaning too.
Show a chart through a Figure (``{% figure %}``), which adds its table and the file behind it.
"""

from childfirst.design.charts.bars import bar
from childfirst.design.charts.data import Cell, Series, Status, Unit, number, words
from childfirst.design.charts.describe import describe
from childfirst.design.charts.dots import dot_interval
from childfirst.design.charts.lines import line
from childfirst.design.charts.multiples import small_multiples

__all__ = [
    "Cell",
    "Series",
    "Status",
    "Unit",
    "bar",
    "describe",
    "dot_interval",
    "line",
    "number",
    "small_multiples",
    "words",
]
