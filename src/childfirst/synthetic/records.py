"""From drawn encounters to the frames that the encounters room lands: who recorded them, for which team, and what is still open."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from childfirst.encounters.vocabulary import FOLLOW_UP_DAYS, Answer, SchoolReason, SearchOf, Source
from childfirst.people.vocabulary import Role
from childfirst.synthetic.people import Cast

OPEN_DAYS = 9
"""Records of the last days may still wait for their school; older ones have been completed."""
WAITING_SHARE = 0.25


def as_records(rng: np.random.Generator, drawn: pl.DataFrame, cast: Cast, as_of: dt.date) -> pl.DataFrame:
    """Encounters as they stand after their officers recorded them with the form, in columns of ``encounters.landing.COLUMNS``."""
    team_of = {code: team.pk for code, team in cast.teams.items()}
    officers: dict[str, list[str]] = {}
    for account in cast.accounts[Role.WARD_OFFICER]:
        membership = account.current_memberships().first()
        if membership is not None:
            officers.setdefault(membership.organisation_id, []).append(account.pk)
    teams = drawn["borough"].replace_strict(team_of)
    recorder = [
        officers[team][int(n) % len(officers[team])]
        for team, n in zip(teams, rng.integers(0, 1000, drawn.height), strict=True)
    ]
    recent = pl.col("occurred_at").dt.date() > as_of - dt.timedelta(days=OPEN_DAYS)
    waiting = recent & pl.Series(rng.random(drawn.height) < WAITING_SHARE)
    left_over = pl.col("school_reason") == SchoolReason.NOT_YET_KNOWN.value
    return drawn.with_columns(
        school_reason=pl.when(waiting)
        .then(pl.lit(SchoolReason.NOT_YET_KNOWN.value))
        .when(left_over)
        .then(pl.lit(SchoolReason.REFUSED.value))
        .otherwise(pl.col("school_reason")),
        school_urn=pl.when(~waiting).then(pl.col("school_urn")),
        team_id=teams,
        recorded_by_id=pl.Series(recorder, dtype=pl.String),
        source=pl.lit(Source.FORM.value),
        source_row_key=pl.format("demo-{}", pl.int_range(pl.len())),
        search_of=pl.when(pl.col("kind") == "stop_and_search").then(pl.lit(SearchOf.PERSON.value)).otherwise(pl.lit("")),
        more_than_outer_clothing=_answer("strip_search"),
        use_of_force=_answer("force_used"),
        age_band=pl.when(pl.col("age").is_null())
        .then(pl.lit("not_recorded"))
        .when(pl.col("age") < 10)
        .then(pl.lit("0-9"))
        .otherwise(pl.lit("10-17")),
    ).select(
        "occurred_at", "lon", "lat", "kind", "initiator", "age", "age_band", "gender", "self_defined_ethnicity",
        "officer_defined_ethnicity", "search_of", "outcome", "more_than_outer_clothing", "use_of_force",
        pl.col("school_urn").alias("school_id"), "school_reason",
        pl.when(pl.col("school_reason") == SchoolReason.NOT_YET_KNOWN.value)
        .then(pl.col("occurred_at").dt.date() + dt.timedelta(days=FOLLOW_UP_DAYS))
        .alias("follow_up_due"),
        "recorded_by_id", "team_id", "source", "source_row_key",
    )  # fmt: skip


def _answer(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit(Answer.YES.value)).otherwise(pl.lit(Answer.NO.value))
