"""From drawn encounters to the frames that the encounters room lands: who recorded them, for which team, and what is still open."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from childfirst.encounters.alternatives import CAN_BE_CALLED, PoliceReason
from childfirst.encounters.vocabulary import FOLLOW_UP_DAYS, Answer, AppropriateAdult, SchoolReason, SearchOf, Source
from childfirst.people.vocabulary import Role
from childfirst.synthetic.people import Cast

OPEN_DAYS = 9
"""Records of the last days may still wait for their school; older ones have been completed."""
WAITING_SHARE = 0.25
ALTERNATIVES = {
    "only_police": 0.38, "immediate_danger": 0.14, "school": 0.17, "youth_worker": 0.14, "family": 0.09, "early_help": 0.05,
    "mental_health": 0.03,
}  # fmt: skip
POWERS = (
    (0.62, "Misuse of Drugs Act 1971 (section 23)", "Controlled drugs"),
    (0.22, "Police and Criminal Evidence Act 1984 (section 1)", "Offensive weapons"),
    (0.12, "Police and Criminal Evidence Act 1984 (section 1)", "Stolen goods"),
    (0.04, "Criminal Justice and Public Order Act 1994 (section 60)", "Anything to threaten or harm anyone"),
)
"""Share, power and object of a search."""


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
    # Drawn by a generator of their own, so that what is drawn elsewhere stays as it was.
    own = np.random.default_rng([drawn.height, as_of.toordinal()])
    alternative = own.choice(list(ALTERNATIVES), drawn.height, p=list(ALTERNATIVES.values()))
    why = own.choice([str(reason) for reason in PoliceReason], drawn.height)
    power = own.choice(len(POWERS), drawn.height, p=[share for share, *_ in POWERS])
    adult = own.random(drawn.height)
    is_search = pl.col("kind") == "stop_and_search"
    asks_for_adult = pl.col("kind").is_in(["stop_and_search", "arrest", "suspect"])
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
        alternative=pl.Series(alternative),
        police_reason=pl.when(pl.Series(np.isin(alternative, CAN_BE_CALLED))).then(pl.Series(why)).otherwise(pl.lit("")),
        legislation=pl.when(is_search).then(pl.Series([POWERS[n][1] for n in power])).otherwise(pl.lit("")),
        object_of_search=pl.when(is_search).then(pl.Series([POWERS[n][2] for n in power])).otherwise(pl.lit("")),
        appropriate_adult=pl.when(~asks_for_adult & ~pl.col("strip_search"))
        .then(pl.lit(AppropriateAdult.NOT_RECORDED.value))
        .when(pl.col("strip_search"))
        .then(pl.Series(np.where(adult < 0.85, AppropriateAdult.YES.value, AppropriateAdult.NO.value)))
        .otherwise(pl.Series(np.where(adult < 0.2, AppropriateAdult.YES.value, AppropriateAdult.NOT_NEEDED.value))),
        search_of=pl.when(is_search).then(pl.lit(SearchOf.PERSON.value)).otherwise(pl.lit("")),
        more_than_outer_clothing=_answer("strip_search"),
        use_of_force=_answer("force_used"),
        age_band=pl.when(pl.col("age").is_null())
        .then(pl.lit("not_recorded"))
        .when(pl.col("age") < 10)
        .then(pl.lit("0-9"))
        .otherwise(pl.lit("10-17")),
    ).select(
        "occurred_at", "lon", "lat", "kind", "initiator", "age", "age_band", "gender", "self_defined_ethnicity",
        "officer_defined_ethnicity", "alternative", "police_reason", "search_of", "legislation", "object_of_search", "outcome",
        "more_than_outer_clothing", "use_of_force", "appropriate_adult",
        pl.col("school_urn").alias("school_id"), "school_reason",
        pl.when(pl.col("school_reason") == SchoolReason.NOT_YET_KNOWN.value)
        .then(pl.col("occurred_at").dt.date() + dt.timedelta(days=FOLLOW_UP_DAYS))
        .alias("follow_up_due"),
        "recorded_by_id", "team_id", "source", "source_row_key",
    )  # fmt: skip


def _answer(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit(Answer.YES.value)).otherwise(pl.lit(Answer.NO.value))
