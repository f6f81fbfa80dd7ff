"""Normalisation: the same written form for a register's name and for what an officer typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from childfirst.engines.linkage import lexicon

MAX_CHARACTERS = 2000

_PHRASES = tuple((re.compile(pattern), new, tuple(needles.split())) for pattern, new, needles in lexicon.PHRASES)
_SIGNS = str.maketrans(dict.fromkeys("'‘’ʼ`´") | {"&": " and ", "+": " and "})
_TOKEN = re.compile(r"[a-z0-9]+|[,.;:()/\-\u2013\u2014|\n]")
_WORD = re.compile(r"[a-z0-9]+")
_DASH = re.compile(r"\s[-\u2013\u2014]+\s")
_SHORT_DOT = re.compile(r"\b([a-z0-9]{1,5})\.(?=\s*[a-z0-9])")

MARK = "|"


def fold(text: str) -> str:
    """NFKC, no accents, lower case, no apostrophes, ``&`` as a word. At most 2,000 characters are kept."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
        text = text.casefold()[: 2 * MAX_CHARACTERS]
    return text.lower().translate(_SIGNS)


@lru_cache(maxsize=100_000)
def word(token: str) -> tuple[str, ...]:
    """The canonical words of one token: abbreviation expanded, plural or possessive ``s`` of longer words removed."""
    token = lexicon.ABBREVIATIONS.get(token, token)
    if " " in token:
        return tuple(token.split())
    if token in lexicon.TYPE_WORDS or token in lexicon.SEX_WORDS:
        return (token,)
    if len(token) >= 5 and token[-1] == "s" and token[-2] not in "sui":
        return (token[:-1],)
    return (token,)


def pieces(text: str) -> list[str]:
    """Words in order with phrases joined (``church of england`` -> ``ce``) and ``|`` where punctuation divides the text.

    A full stop after a short word (``St.``, ``Sch.``) is an abbreviation's, not a division; so is a hyphen inside a word.
    """
    text = fold(text)
    for pattern, replacement, needles in _PHRASES:
        for needle in needles:
            if needle in text:
                text = pattern.sub(replacement, text)
                break
    if "-" in text or not text.isascii():
        text = _DASH.sub(" | ", text)
    if "." in text:
        text = _SHORT_DOT.sub(r"\1 ", text)
    found = _TOKEN.findall(text)
    if text.replace(" ", "").isalnum() and text.isascii():
        return found
    kept: list[str] = []
    for raw in found:
        if raw[0].isalnum():
            kept.append(raw)
        elif raw != "-" and kept and kept[-1] != MARK:
            kept.append(MARK)
    return kept


def tokens(text: str) -> list[str]:
    """Canonical tokens in order, punctuation dropped."""
    return [w for piece in pieces(text) if piece != MARK for w in word(piece)]


def raw_words(text: str) -> list[str]:
    """Words as typed (folded, nothing expanded): what initials are read from."""
    return _WORD.findall(fold(text))


def role(token: str) -> str:
    """``stop``, ``type``, ``faith``, ``sex`` or ``name`` (distinctive)."""
    if token in lexicon.STOP:
        return "stop"
    if token in lexicon.SEX_WORDS:
        return "sex"
    if token in lexicon.TYPE_WORDS:
        return "type"
    if token in lexicon.FAITH_WORDS:
        return "faith"
    return "name"
