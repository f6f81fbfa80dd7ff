"""Drawings that say what they show, and never let hidden, unknown and none look alike."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.template import Context, Template

from childfirst.design.charts import Cell, Series, bar, dot_interval, line, small_multiples, words
from childfirst.design.charts.svg import log_ticks, nice_ticks, width_of, wrap
from childfirst.design.figures import Figure, Table
from childfirst.design.gallery_figures import figures

LABELS = ["First", "Second", "Third", "Fourth"]
MIXED = [Series("Searches", (Cell.of(12), Cell.of(0), Cell.hidden(), Cell.unknown()))]
KINDS: list[Any] = [bar, line, dot_interval, small_multiples]


def svgs(markup: str) -> list[ET.Element]:
    return [ET.fromstring(found) for found in re.findall(r"<svg class=\"cf-svg.*?</svg>", markup, re.DOTALL)]  # noqa: S314


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.id)
def test_every_drawing_is_named_and_free_of_inline_style(figure: Figure) -> None:
    markup = str(figure.drawing)
    assert " style=" not in markup
    assert "<style" not in markup
    assert "NaN" not in markup
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(ids) == len(set(ids))
    drawings = svgs(markup)
    assert drawings
    for drawing in drawings:
        assert drawing.get("role") == "img"
        title, description = drawing[0], drawing[1]
        assert (title.tag, description.tag) == ("title", "desc")
        assert title.text == figure.title
        assert description.text
        assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    used = set(re.findall(r"url\(#([^)]+)\)", markup))
    assert used <= set(ids)


def test_ids_are_unique_over_a_whole_page() -> None:
    markup = "".join(str(figure.drawing) for figure in figures())
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_of_nothing_is_neither_hidden_nor_unknown(kind: Any) -> None:
    markup = kind(id="c", title="T", labels=["a", "b"], series=[Series("Share", (Cell.of(2), Cell.no_cases()))])
    assert "cf-nocases" in markup
    assert "No cases: there was nothing to take a share of" in markup
    assert "cf-unknown" not in markup
    assert "cf-hidden" not in markup


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_unknown_and_none_are_three_things(kind: Any) -> None:
    markup = kind(id="c", title="T", labels=LABELS, series=MIXED)
    assert "cf-hidden" in markup
    assert "cf-unknown" in markup
    assert "Hidden: showing it could tell" in markup
    assert "Not known: nobody recorded it" in markup
    without = kind(id="c", title="T", labels=LABELS[:2], series=[Series.of("Searches", [12, 0])])
    assert "Hidden" not in without
    assert "cf-hidden" not in without
    assert "cf-unknown" not in without


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_escaped(kind: Any) -> None:
    markup = kind(id="c", title="<b>&", labels=["<i>"], series=[Series.of("<u>", [3]), Series.of("two", [1])])
    for tag in ("<b>", "<i>", "<u>"):
        assert tag not in markup


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cells", [[Cell.hidden()] * 4, [Cell.unknown()] * 4, [Cell.of(0)] * 4, [Cell.of(1e9)] * 4])
def test_extremes_can_be_drawn(kind: Any, cells: list[Cell]) -> None:
    assert svgs(kind(id="c", title="T", labels=LABELS, series=[Series("S", tuple(cells))]))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_at_all_can_be_drawn(kind: Any) -> None:
    assert svgs(kind(id="c", title="T", labels=[], series=[Series("S", ())]))


def test_a_line_is_broken_where_there_is_no_value() -> None:
    cells = [1, 2, Cell.hidden(), 4, 5]
    markup = line(id="c", title="T", labels=list("abcde"), series=[Series.of("S", cells)])
    wide = next(drawing for drawing in svgs(markup) if "wide" in (drawing.get("class") or ""))
    paths = [e.get("d") for e in wide.iter("path") if e.get("class") == "cf-l cf-l1"]
    assert len(paths) == 2
    assert all((d or "").count("L") == 1 for d in paths)


def test_bars_start_at_zero_and_refuse_less() -> None:
    with pytest.raises(ValueError, match="dot_interval"):
        bar(id="c", title="T", labels=["a"], series=[Series.of("S", [-1])])


def test_a_scale_of_ratios_refuses_zero() -> None:
    with pytest.raises(ValueError, match="zero"):
        dot_interval(id="c", title="T", labels=["a"], series=[Series.of("S", [0])], log=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: bar(id="c", title="T", labels=["a", "b"], series=[Series.of("S", [1])]),
        lambda: bar(id="c", title="T", labels=["a"], series=[]),
        lambda: bar(id="1 c", title="T", labels=["a"], series=[Series.of("S", [1])]),
        lambda: bar(id="c", title="T", labels=["a"], series=[Series.of(str(i), [1]) for i in range(7)]),
        lambda: Cell(None),
        lambda: Cell.of(float("nan")),
        lambda: Cell(1, low=2, high=1),
        lambda: Cell(1, low=2),
        lambda: Table("c", ("a", "b"), (("x",),)),
    ],
)
def test_contradictions_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()


def test_a_hidden_cell_cannot_carry_its_value() -> None:
    from childfirst.design.charts import Status

    with pytest.raises(ValueError, match="shown cell"):
        Cell(4, Status.HIDDEN)
    with pytest.raises(ValueError, match="interval"):
        Cell(None, Status.HIDDEN, low=1, high=5)


def test_words_for_values() -> None:
    assert words(Cell.of(1204)) == "1,204"
    assert words(Cell.of(0), "percent") == "0.0%"
    assert words(Cell.of(-0.04), "percent") == "0.0%"
    assert words(Cell.of(12.5, 10, 15), "percent", interval=True) == "12.5% (10.0% to 15.0%)"
    assert words(Cell.hidden()) == "hidden"
    assert words(Cell.unknown()) == "not known"


def test_long_names_wrap_within_their_width() -> None:
    name = "St Brannock’s Church of England Voluntary Aided Junior and Infant School"
    lines = wrap(name, 206)
    assert len(lines) > 1
    assert all(width_of(text) <= 206 for text in lines)
    assert all(
        width_of(text) <= 215
        for text in wrap("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", 200, most=9)
    )


@pytest.mark.parametrize("count", [2, 12, 48, 300])
def test_labels_of_periods_never_touch(count: int) -> None:
    labels = [f"September {2000 + i}" for i in range(count)]
    for drawing in svgs(line(id="c", title="T", labels=labels, series=[Series.of("S", list(range(count)))])):
        ends = -1.0
        for text in drawing.iter("text"):
            if (text.text or "").startswith("September"):
                half = width_of(text.text or "", 14) / 2
                middle = float(text.get("x") or 0)
                assert middle - half >= ends
                ends = middle + half


def test_ticks() -> None:
    assert nice_ticks(0, 97, 5) == [0, 20, 40, 60, 80, 100]
    assert nice_ticks(0, 0, 5)[0] == 0
    assert nice_ticks(-3, 7, 4)[0] <= -3
    assert log_ticks(0.7, 3) == [0.5, 1, 2, 5]


def test_a_figure_always_has_its_table() -> None:
    figure = figures()[0]
    markup = Template("{% load govuk %}{% figure item 3 %}").render(Context({"item": figure}))
    assert '<h3 class="cf-figure__title" id="bars-title">' in markup
    assert '<table class="govuk-table"' in markup
    assert '<span class="cf-hidden-value">hidden</span>' in markup
    assert '<span class="cf-unknown-value">not known</span>' in markup
    assert 'href="/design/figures/" download' in markup
    assert markup.index("<svg") < markup.index("<table")
    with pytest.raises(TypeError):
        Figure(id="a", title="T", drawing="<svg>", table=figure.table)  # type: ignore[arg-type]
