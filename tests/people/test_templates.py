"""Every template of ours compiles, and none holds a script, a style or a handler: the content security policy allows none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

import childfirst

PACKAGE = Path(childfirst.__file__).parent
TEMPLATES = sorted(
    path
    for folder in PACKAGE.rglob("templates")
    for path in folder.rglob("*")
    if path.is_file() and path.suffix in (".html", ".txt", ".xml", ".svg", ".jinja")
)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a data: address": re.compile(r"""(src|href)\s*=\s*["']data:""", re.IGNORECASE),
}


def _name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - 1 - parts[::-1].index("templates") + 1 :])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_template(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".jinja":
        engines["django"].from_string(text)
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    assert found == [], f"{path.relative_to(PACKAGE)} holds {', '.join(found)}"


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 40


def test_no_template_of_another_package_is_reached_by_name() -> None:
    """Our own stands before each of allauth's templates of the addresses that we keep."""
    for path in TEMPLATES:
        if _name(path).split("/")[0] in ("account", "mfa", "socialaccount"):
            found = engines["django"].get_template(_name(path))
            assert Path(str(found.origin)) == path, f"{_name(path)} comes from {found.origin}"
