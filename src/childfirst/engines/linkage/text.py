"""Normalisation: the same written form for a register's name and for what an officer typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from childfirst.engines.linkage import lexicon

MAX_CHARACTERS = 2000

_PHRASES = tuple((re.compile(pattern), repl) for pattern, repl in lexicon.PHRASES)
_APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
_TOKEN = re.compile(r"[a-z0-9]+|[,.;:()/\-\u2013\u2014|\n]")
_WORD = re.compile(r"[a-z0-9]+")
_DASH = re.compile(r"\s[-\u2013\u2014]+\s")
_SHORT_DOT = re.compile(r"\b([a-z0-9]{1,5})\.(?=\s*[a-z0-9])")

MARK = "|"


def fold(text: str) -> str:
    """NFKC, no accents, lower case, no apostrophes, ``&`` as a word. At most 2,000 characters are kept."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    text = _APOSTROPHES.sub("", text.casefold())
    return text.replace("&", " and ").replace("+", " and ")


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
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    text = _SHORT_DOT.sub(r"\1 ", _DASH.sub(" | ", text))
    found: list[str] = []
    for raw in _TOKEN.findall(text):
        if raw[0].isalnum():
            found.append(raw)
        elif raw != "-" and found and found[-1] != MARK:
            found.append(MARK)
    return found


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
