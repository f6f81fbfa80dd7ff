"""Release notes as pages: a small, safe part of Markdown.

Headings (``#`` to ``###``), paragraphs, bulleted and numbered lists, ``**bold**``, ``*emphasis*``, ```code``` and links
to http(s), mailto and the site's own addresses. Everything else, HTML above all, is shown as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_BULLET = re.compile(r"[-*+]\s+(.*)")
_NUMBER = re.compile(r"\d{1,9}[.)]\s+(.*)")
_CODE = re.compile(r"(`[^`\n]+`)")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,500})\)")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_SAFE_TARGET = re.compile(r"(?:https?://[^/]|mailto:[^:]+@|/(?!/)|#)", re.IGNORECASE)


def render(text: str, top: int = 3) -> SafeString:
    """Markdown as HTML in the site's own classes; the highest heading becomes ``h{top}``."""
    blocks = list(_blocks(text))
    depths = sorted({kind for kind, _ in blocks if kind[0] == "h"})
    parts, above = [], top - 1
    for kind, lines in blocks:
        if kind in depths:
            above = min(top + depths.index(kind), above + 1, 6)  # headings never skip a level on their way down
            kind = f"h{above}"
        parts.append(_block(kind, lines))
    # Every piece of text has gone through escape() in _inline.
    return mark_safe("\n".join(parts))  # noqa: S308


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    kind = ""
    lines: list[str] = []
    for raw in [*text.splitlines(), ""]:
        line = raw.strip()
        if heading := _HEADING.fullmatch(line):
            found, content = f"h{len(heading[1])}", heading[2]
        elif bullet := _BULLET.fullmatch(line):
            found, content = "ul", bullet[1]
        elif number := _NUMBER.fullmatch(line):
            found, content = "ol", number[1]
        elif kind in ("ul", "ol") and line and raw[:1].isspace():
            lines[-1] += f" {line}"
            continue
        else:
            found, content = ("p", line) if line else ("", "")
        if kind and (found != kind or found[0] == "h"):
            yield kind, lines
            lines = []
        kind = found
        if found:
            lines.append(content)


def _block(kind: str, lines: list[str]) -> str:
    if kind[0] == "h":
        size = "m" if kind <= "h3" else "s"
        return f'<{kind} class="govuk-heading-{size}">{_inline(lines[0])}</{kind}>'
    if kind in ("ul", "ol"):
        style = "bullet" if kind == "ul" else "number"
        items = "".join(f"<li>{_inline(line)}</li>" for line in lines)
        return f'<{kind} class="govuk-list govuk-list--{style}">{items}</{kind}>'
    return f'<p class="govuk-body">{_inline(" ".join(lines))}</p>'


def _inline(text: str) -> str:
    pieces = _CODE.split(text)
    return "".join(
        f'<code class="cf-code">{escape(piece[1:-1])}</code>' if index % 2 else _emphasis(escape(piece))
        for index, piece in enumerate(pieces)
    )


def _emphasis(escaped: str) -> str:
    out, end = [], 0
    for link in _LINK.finditer(escaped):
        out.append(_stress(escaped[end : link.start()]))
        end = link.end()
        if _SAFE_TARGET.match(link[2]):
            out.append(f'<a class="govuk-link" href="{link[2]}" rel="noopener">{_stress(link[1])}</a>')
        else:
            out.append(_stress(link[0]))
    out.append(_stress(escaped[end:]))
    return "".join(out)


def _stress(escaped: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", escaped))


def without(text: str, title: str, *sections: str) -> str:
    """Notes without their title and without these sections: what the page itself says already."""
    kept: list[str] = []
    dropping = False
    for line in text.removeprefix(f"# {title}\n").splitlines(keepends=True):
        if line.startswith("## "):
            dropping = line[3:].strip() in sections
        if not dropping:
            kept.append(line)
    return "".join(kept)
