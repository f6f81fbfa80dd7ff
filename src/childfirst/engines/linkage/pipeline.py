"""One batch of mentions from words to probabilities: read, propose, weigh."""

from __future__ import annotations

import polars as pl

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.asked import Asked, ask, circumstances
from childfirst.engines.linkage.evidence import Evidence, gather
from childfirst.engines.linkage.index import Index
from childfirst.engines.linkage.propose import propose


def weigh(table: pl.DataFrame, index: Index) -> tuple[Asked, Evidence]:
    """What a batch of mentions asks for, and the evidence for each candidate."""
    readings = index.reader.read_all(tables.texts(table, "mention"))
    asked = ask(readings, circumstances(table, index), index)
    return asked, gather(asked, propose(asked, index), index)
