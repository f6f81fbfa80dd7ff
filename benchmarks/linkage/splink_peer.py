"""Splink 5 on the same mentions, given all that its user could give it and more.

Its input is read and normalised by this engine's own reader; seven blocking rules; m estimated from the labels of other schools,
u from random pairs; term frequencies, distance, ages. Its match weights are turned into chances of one school or none, which it
does not do itself, so that two namesakes do not both count as sure.
"""

from __future__ import annotations

import logging
import re
import time
from collections import Counter

import numpy as np
import polars as pl
from benchmarks.linkage import data
from benchmarks.linkage.scores import Ranked

from childfirst.engines.linkage import text
from childfirst.engines.linkage.reading import Reading

FOLDS = 2
PAIRS_FOR_U = 2e6
KINDS = {
    "primary": "primary", "junior": "primary", "infant": "primary", "nursery": "primary", "first": "primary",
    "preparatory": "primary", "secondary": "secondary", "high": "secondary", "comprehensive": "secondary",
    "grammar": "secondary", "upper": "secondary", "college": "college", "sixthform": "college",
}  # fmt: skip


def columns(texts: list[list[str]], typed: list[list[str]], rarity: dict[str, int]) -> dict[str, list[object]]:
    """The columns that are compared and blocked on, from canonical words and, for initials, the words as they stand."""
    out: dict[str, list[object]] = {
        name: [] for name in ("whole", "core", "tokens", "rare", "ends", "kind", "initials")
    }
    for said, letters in zip(texts, typed, strict=True):
        own = [w for w in said if text.role(w) == "name"] or said
        rarest = sorted(own, key=lambda w: (rarity.get(w, 1), w))
        kinds = [KINDS[w] for w in said if w in KINDS]
        ends = {end for w in own if len(w) >= 4 for end in (f"{w[:2]}-", f"-{w[-3:]}")} | {w for w in own if len(w) < 4}
        out["whole"].append(" ".join(said) or None)
        out["core"].append(" ".join(own) or None)
        out["tokens"].append(sorted(set(own)))
        out["rare"].append(rarest[0] if rarest else None)
        out["ends"].append(sorted(ends))
        out["kind"].append(kinds[0] if kinds else None)
        out["initials"].append(letters)
    return out


def run(mentions: pl.DataFrame, truth: list[str], fold: np.ndarray) -> Ranked:
    """Best school and its chance for each mention, from a model that saw labels of other schools only; and CPU-seconds."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    register = data.register()
    forms = _forms(*data.tables())
    written = forms["written"].to_list()
    canonical = [text.tokens(name) for name in written]
    rarity = Counter(w for said in canonical for w in set(said))
    right = forms.with_columns(_series(columns(canonical, [_initials(name) for name in written], rarity)))
    left = mentions.select(
        pl.int_range(pl.len()).cast(pl.String).alias("unique_id"),
        pl.col("record_borough").alias("la"),
        *(pl.col(name).cast(pl.Float64) for name in ("lat", "lon", "age")),
        pl.lit(None, pl.Float64).alias("low"),
        pl.lit(None, pl.Float64).alias("high"),
        _cells(mentions, 1),
    )
    readings = [register.reader.read(mention) for mention in mentions["mention"].to_list()]
    said = [_name(r) for r in readings]
    typed = [[w for w in r.typed if 2 < len(w) < 9][:1] if len(r.typed) <= 2 else [] for r in readings]
    left = left.with_columns(_series(columns(said, typed, rarity)))
    best = np.full(len(truth), "", dtype=object)
    chance = np.zeros(len(truth))
    proposed = np.zeros(len(truth), dtype=bool)
    seconds = 0.0
    half = fold % FOLDS
    for k in range(FOLDS):
        label = [None if half[i] == k or t == "none" else t for i, t in enumerate(truth)]
        scored, took = _fit_and_predict(left.with_columns(pl.Series("urn", label, dtype=pl.String)), right, half == k)
        seconds += took
        for row in _ranked(scored, right):
            i = int(row["mention"])
            best[i], chance[i] = row["urn"], row["chance"]
            proposed[i] = truth[i] in row["urns"]
    named = np.array([t != "none" for t in truth])
    hit = best == np.array(truth, dtype=object)
    return Ranked("Splink 5, trained on the labels", chance, hit, named, proposed, len(truth) / seconds)


def _name(reading: Reading) -> list[str]:
    """The words of a reading that are not a place beside the name; all of them where nothing else would be left."""
    own = [t for t, place in zip(reading.tokens, reading.is_place, strict=True) if not place]
    return own if any(text.role(t) == "name" for t in own) else list(reading.tokens)


def _initials(name: str) -> list[str]:
    """Initials with and without the little words."""
    all_words = re.findall(r"[a-z]+", name.casefold().replace("'", ""))
    few = [w for w in all_words if w not in ("of", "the", "and", "for")]
    found = {"".join(w[0] for w in some) for some in (all_words, few)}
    return sorted(letters for letters in found if len(letters) > 2)


def _series(values: dict[str, list[object]]) -> list[pl.Series]:
    return [pl.Series(name, listed) for name, listed in values.items()]


def _forms(schools: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    listed = schools.select(
        pl.col("urn").cast(pl.String), pl.col("name").alias("written"), "la", "lat", "lon", "min_age", "max_age"
    )
    former = aliases.select(pl.col("urn").cast(pl.String), pl.col("alias").alias("written"))
    former = former.join(listed.drop("written"), on="urn").select(listed.columns)
    both = pl.concat([listed, former]).unique(["urn", "written"], maintain_order=True)
    return both.select(
        pl.format("r{}", pl.int_range(pl.len())).alias("unique_id"),
        "urn", "written", "la", "lat", "lon",
        pl.lit(None, pl.Float64).alias("age"), pl.col("min_age").alias("low"), pl.col("max_age").alias("high"),
        _cells(both, 0),
    )  # fmt: skip


def _cells(table: pl.DataFrame, around: int) -> pl.Series:
    """Cells of a tenth of a degree in which a place lies, with those around it."""
    steps = range(-around, around + 1)
    cells = [
        [] if lat is None or lon is None else
        [f"{round(lat * 10) + a},{round(lon * 6) + b}" for a in steps for b in steps]
        for lat, lon in table.select("lat", "lon").rows()
    ]  # fmt: skip
    return pl.Series("cells", cells, dtype=pl.List(pl.String))


def _fit_and_predict(left: pl.DataFrame, right: pl.DataFrame, held: np.ndarray) -> tuple[pl.DataFrame, float]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_level_library as cll
    from splink import comparison_library as cl

    inside = cll.CustomLevel(
        "coalesce(age_l, age_r) between coalesce(low_l, low_r) - 1 and coalesce(high_l, high_r) + 1", "age fits"
    )
    unknown = cll.CustomLevel(
        "coalesce(age_l, age_r) is null or coalesce(low_l, low_r) is null or coalesce(high_l, high_r) is null",
        "not known",
    ).configure(is_null_level=True)
    common = "len(list_intersect(tokens_l, tokens_r))"
    typed = "tokens_l"
    comparisons = [
        cl.CustomComparison(
            output_column_name="name",
            comparison_levels=[
                cll.NullLevel("core"),
                cll.ExactMatchLevel("whole", term_frequency_adjustments=True),
                cll.ExactMatchLevel("core", term_frequency_adjustments=True),
                cll.CustomLevel("len(list_intersect(initials_l, initials_r)) > 0", "initials"),
                cll.CustomLevel("jaro_winkler_similarity(core_l, core_r) >= 0.95", "very like"),
                cll.CustomLevel("jaro_winkler_similarity(core_l, core_r) >= 0.9", "like"),
                cll.CustomLevel("jaro_winkler_similarity(core_l, core_r) >= 0.82", "somewhat like"),
                cll.CustomLevel(f"{common} = len({typed})", "all typed words are in the name"),
                cll.CustomLevel(f"{common} >= 2", "two words in common"),
                cll.CustomLevel(f"{common} = 1", "one word in common"),
                cll.ElseLevel(),
            ],
        ),
        cl.JaroWinklerAtThresholds("rare", [0.94, 0.88, 0.8]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("kind"),
        cl.ExactMatch("la"),
        cl.DistanceInKMAtThresholds("lat", "lon", [0.7, 1.5, 3, 6, 12, 30]),
        cl.CustomComparison(output_column_name="age", comparison_levels=[unknown, inside, cll.ElseLevel()]),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=0.8 / right.height,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[
            block_on("core"),
            block_on("rare"),
            block_on("initials", "la", arrays_to_explode=["initials"]),
            block_on("tokens", "la", arrays_to_explode=["tokens"]),
            block_on("ends", "la", arrays_to_explode=["ends"]),
            block_on("ends", "cells", arrays_to_explode=["ends", "cells"]),
            block_on("initials", "cells", arrays_to_explode=["initials", "cells"]),
        ],
        retain_intermediate_calculation_columns=False,
    )
    started = time.process_time()
    api = DuckDBAPI()
    api.duckdb_con.execute("set threads = 1")
    linker = Linker(
        [api.register(left.to_arrow()), api.register(right.drop("written").to_arrow())],
        settings,
        log_level=logging.ERROR,
    )
    linker.training.estimate_u_using_random_sampling(PAIRS_FOR_U, seed=1)
    linker.training.estimate_m_from_label_column("urn")
    trained = time.process_time() - started
    predicted = linker.inference.predict(threshold_match_weight=-8)
    frame = predicted.as_duckdbpyrelation().pl()
    took = time.process_time() - started - trained
    return _held(frame, held), took * held.mean()


def _held(frame: pl.DataFrame, held: np.ndarray) -> pl.DataFrame:
    of_left = pl.col("unique_id_l").str.starts_with("r")
    mention = pl.when(of_left).then(pl.col("unique_id_r")).otherwise(pl.col("unique_id_l")).cast(pl.Int64)
    form = pl.when(of_left).then(pl.col("unique_id_l")).otherwise(pl.col("unique_id_r"))
    scored = frame.select(mention.alias("mention"), form.alias("form"), "match_weight")
    return scored.filter(pl.col("mention").is_in(np.flatnonzero(held).tolist()))


def _ranked(scored: pl.DataFrame, right: pl.DataFrame) -> list[dict[str, object]]:
    urn = right.select(pl.col("unique_id").alias("form"), "urn")
    best = scored.join(urn, on="form").group_by("mention", "urn").agg(pl.col("match_weight").max())
    odds = best.with_columns((2.0 ** pl.col("match_weight").clip(-60, 60)).alias("odds"))
    chances = odds.with_columns((pl.col("odds") / (0.1 + pl.col("odds").sum().over("mention"))).alias("chance"))
    return (
        chances.sort("mention", "chance", "urn", descending=[False, True, False])
        .group_by("mention", maintain_order=True)
        .agg(pl.col("urn").first(), pl.col("chance").first(), pl.col("urn").alias("urns"))
        .to_dicts()
    )
