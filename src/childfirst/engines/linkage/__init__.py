"""School matching: free-text mentions of schools against the register, with calibrated doubt and plain reasons.

from childfirst.engines import linkage

register = linkage.Register.build(schools, aliases)
for match in register.match(mentions, precision=0.99):
    print(match.id, match.decision, match.urn, match.reason)
"""

from __future__ import annotations

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.batch import POLARS_SCHEMA, SPARK_SCHEMA, match_batches, polars_matcher, spark_matcher
from childfirst.engines.linkage.decision import percent
from childfirst.engines.linkage.explaining import Bar, Explanation, explain
from childfirst.engines.linkage.matching import SCHEMA, Candidate, Match, MatchTable, match_register
from childfirst.engines.linkage.model import Model, packaged
from childfirst.engines.linkage.register import Register

__all__ = [
    "POLARS_SCHEMA",
    "SCHEMA",
    "SPARK_SCHEMA",
    "Bar",
    "Candidate",
    "Explanation",
    "Match",
    "MatchTable",
    "Model",
    "Register",
    "explain",
    "match",
    "match_batches",
    "packaged",
    "percent",
    "polars_matcher",
    "spark_matcher",
]


def match(
    mentions: tables.Rows,
    register: Register | tables.Rows,
    aliases: tables.Rows | None = None,
    *,
    precision: float = 0.99,
) -> MatchTable:
    """Match free-text mentions of schools against a register.

    `mentions` needs the columns ``id`` and ``mention``; it may have ``record_borough``, ``lat`` and ``lon`` (place of record,
    WGS 84), ``age`` (years), ``date`` and ``gender``; other columns are ignored, missing values are evidence of nothing.
    `register` is an index, or a table as `Register.build` takes it with `aliases`. All may be pyarrow tables, polars frames
    or lists of dicts.

    Each mention gets candidates whose probabilities, with that of none of these, sum to 1; a decision, where ``accept`` means
    that links accepted at this setting were together right at the stated `precision` in cross-validation, ``none`` that no
    school is named, ``review`` that a person should look; and the reason in a sentence. The result does not depend on the order
    of the mentions, of the register's rows, or on how mentions are batched.

    Raises UserError for a missing column, an empty register, or a precision outside (0, 1).
    """
    index = register if isinstance(register, Register) else Register.build(register, aliases)
    return match_register(mentions, index, precision=precision)
