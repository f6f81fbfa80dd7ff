"""Where the real files lie, and how they are read."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import polars as pl

from childfirst.engines.linkage import Register

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("CHILDFIRST_SHARED", ROOT.parent / "shared")) / "data"
FOLDER = SHARED / "linkage"
LABELS = FOLDER / "dev.csv"
MODEL = ROOT / "src" / "childfirst" / "engines" / "linkage" / "model.toml"
# All that a matcher may read of the labels; `inner`, `noise`, `kind`, `n_same` and the truth tell how a mention was made.
INPUTS = ("id", "mention", "record_borough", "lat", "lon", "age")


def there() -> bool:
    """Whether the real files are here."""
    return LABELS.is_file()


@lru_cache(maxsize=1)
def tables() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The schools of England and their former names."""
    return pl.read_parquet(FOLDER / "canonical.parquet"), pl.read_parquet(FOLDER / "aliases.parquet")


@lru_cache(maxsize=1)
def labels() -> pl.DataFrame:
    """The labelled mentions, with what only the analysis of errors may read."""
    return pl.read_csv(LABELS, schema_overrides={"truth_urn": pl.String})


@lru_cache(maxsize=1)
def register() -> Register:
    """The index of England."""
    return Register.build(*tables())
