"""Our bridge gives the markup of GOV.UK Frontend, for every example that its authors publish with it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from childfirst.design import bridge

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"


class _Shape(HTMLParser):
    """Markup as a list of tags with sorted attributes and of texts with single spaces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        tidy = {name: " ".join((value or "").split()) for name, value in attrs}
        self.parts.append((tag, tuple(sorted(tidy.items()))))

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def _flush(self) -> None:
        if self.text.strip():
            self.parts.append(" ".join(self.text.split()))
        self.text = ""


def shape(markup: str) -> list[Any]:
    parser = _Shape()
    parser.feed(markup)
    parser.close()
    parser._flush()
    return parser.parts


def trusted(options: Any, key: str = "") -> Any:
    """The fixtures' HTML is the authors' own."""
    if isinstance(options, dict):
        return {name: trusted(value, name) for name, value in options.items()}
    if isinstance(options, list):
        return [trusted(value, "item") for value in options]
    return Markup(options) if isinstance(options, str) and bridge._is_html(key) else options  # noqa: S704


def fixtures() -> list[Any]:
    found = []
    for path in sorted(COMPONENTS.glob("*/fixtures.json")):
        content = json.loads(path.read_text())
        if content["component"] in bridge.REFUSED:
            continue
        found += [
            pytest.param(content["component"], fixture, id=f"{content['component']}: {fixture['name']}")
            for fixture in content["fixtures"]
        ]
    return found or [pytest.param("", {}, marks=pytest.mark.skip(reason="run `make assets` first"))]


@pytest.mark.parametrize(("component", "fixture"), fixtures())
def test_same_markup_as_the_original(component: str, fixture: dict[str, Any]) -> None:
    assert shape(bridge.render(component, trusted(fixture["options"]))) == shape(fixture["html"])
