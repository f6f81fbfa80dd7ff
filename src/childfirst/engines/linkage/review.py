"""The review file: what a person should look at, most telling first, with the options among which to choose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from childfirst.engines.linkage import batch, tables
from childfirst.engines.linkage.decision import percent
from childfirst.engines.linkage.output import harmless, is_parquet, writing

COVERAGE = 0.97
OPTIONS_KEPT = 12


class Reviews:
    """Gathers the rows to review, those that say the same as one, in a folder on disk until `write`.

    `places` gives a school's street, for those who must tell namesakes apart.
    """

    def __init__(self, folder: Path, places: Mapping[str, str]) -> None:
        self.folder, self.places = folder, places
        self._parts = 0

    def add(
        self, rows: pl.DataFrame, counts: tables.Integers, answers: pl.DataFrame, ids: pl.Series, before: int
    ) -> None:
        """Rows that differ (from `batch.distinct`), how many records say each, their answers, and the records' ids."""
        asked = (answers["decision"] == "review").to_numpy()
        if not asked.any():
            return
        some = rows.filter(asked)
        context = [
            pl.Series(name, tables.texts(some, name), dtype=pl.String) for name in batch.READ if name in rows.columns
        ]
        part = pl.DataFrame(
            [
                pl.Series("key", [batch.key(row) for row in some.drop("_row").iter_rows()], dtype=pl.Binary),
                pl.Series("records", counts[asked]),
                pl.Series("row", some["_row"].to_numpy().astype("int64") + before),
                ids.gather(some["_row"]).alias("first_id"),
                *context,
                *answers.filter(asked).select("p_none", "options", "reason", "bits").get_columns(),
            ]
        )
        part.write_parquet(self.folder / f"{self._parts:06}.parquet")
        self._parts += 1

    def write(self, path: Path) -> tuple[int, int]:
        """Write the file; how many groups it has, and how many records they stand for.

        Groups with the same words stand together; words and groups with the most to learn come first: the number of records
        times the bits that a decision about one is expected to tell (the entropy of the probabilities).
        """
        with writing(path, "review file") as file:
            table = self._table()
            if is_parquet(path):
                table.write_parquet(file)
            else:
                texts = [name for name, kind in table.schema.items() if kind == pl.String]
                table.with_columns(harmless(pl.col(name)).alias(name) for name in texts).write_csv(file)
        return table.height, int(table["records"].sum())

    def _table(self) -> pl.DataFrame:
        names = ["records", "mention"]
        if not self._parts:
            names += [*batch.CONTEXT, "options", "none", "explanation", "decision", "first_id", "bits"]
            return pl.DataFrame(schema=dict.fromkeys(names, pl.String) | {"records": pl.Int64, "bits": pl.Float64})
        parts = pl.scan_parquet(self.folder / "*.parquet")
        kept = [name for name in parts.collect_schema().names() if name not in ("key", "records")]
        grouped = (
            parts.group_by("key")
            .agg(pl.col("records").sum(), *(pl.col(name).sort_by("row").first() for name in kept))
            .with_columns((pl.col("records") * pl.col("bits")).round(2).alias("bits"))
            .with_columns(pl.col("bits").sum().over("mention").round(2).alias("all"))
            .sort("all", "mention", "bits", "row", descending=[True, False, True, False])
            .collect()
        )
        names += [name for name in batch.CONTEXT if name in kept]
        return grouped.select(
            *names,
            pl.Series("options", [self._options(text) for text in grouped["options"]], dtype=pl.String),
            pl.Series("none", [percent(p) for p in grouped["p_none"]], dtype=pl.String),
            pl.col("reason").alias("explanation"),
            pl.lit("").alias("decision"),
            "first_id",
            "bits",
        )

    def _options(self, text: str) -> str:
        listed = json.loads(text)
        shown = [self._option(*option) for option in listed[:OPTIONS_KEPT]]
        if len(listed) > OPTIONS_KEPT:
            shown.append(f"and {len(listed) - OPTIONS_KEPT} less likely")
        return " | ".join(shown)

    def _option(self, urn: str, name: str, borough: str, probability: float) -> str:
        place = ", ".join(part for part in (self.places.get(urn, ""), borough) if part)
        return f"{urn} {name}{f' ({place})' if place else ''}: {percent(probability)}"
