"""On the real register and labelled mentions: recall of proposal, kept precision, the same bits alone and together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from childfirst.engines.linkage import MatchTable, Register

INPUTS = ("id", "mention", "record_borough", "lat", "lon", "age")
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def england(shared_data: Path) -> Register:
    """The register of England, indexed."""
    folder = shared_data / "linkage"
    return Register.build(pl.read_parquet(folder / "canonical.parquet"), pl.read_parquet(folder / "aliases.parquet"))


@pytest.fixture(scope="module")
def labels(shared_data: Path) -> pl.DataFrame:
    """The labelled mentions."""
    return pl.read_csv(shared_data / "linkage" / "dev.csv", schema_overrides={"truth_urn": pl.String})


@pytest.fixture(scope="module")
def matches(england: Register, labels: pl.DataFrame) -> MatchTable:
    """All labelled mentions matched with the packaged model."""
    return england.match(labels.select(*INPUTS))


def test_the_true_school_is_proposed(matches: MatchTable, labels: pl.DataFrame) -> None:
    truth = labels["truth_urn"].to_list()
    named = [i for i, urn in enumerate(truth) if urn != "none"]
    found = sum(truth[i] in {c.urn for c in matches[i].candidates} for i in named)
    assert found / len(named) >= 0.99


def test_accepted_links_are_right(matches: MatchTable, labels: pl.DataFrame) -> None:
    accepted = [
        (m.urn, t) for m, t in zip(matches, labels["truth_urn"].to_list(), strict=True) if m.decision == "accept"
    ]
    assert len(accepted) >= 2500
    assert np.mean([urn == t for urn, t in accepted]) >= 0.99


def test_few_named_schools_are_called_none(matches: MatchTable, labels: pl.DataFrame) -> None:
    named = [m for m, t in zip(matches, labels["truth_urn"].to_list(), strict=True) if t != "none"]
    assert np.mean([m.decision == "none" for m in named]) <= 0.005


def test_alone_and_together_are_the_same_bits(england: Register, matches: MatchTable, labels: pl.DataFrame) -> None:
    for row in range(0, labels.height, 211):
        alone = england.match(labels.select(*INPUTS).slice(row, 1))[0]
        assert alone == matches[row]


def test_columns_of_the_labels_do_not_reach_the_matcher(
    england: Register, matches: MatchTable, labels: pl.DataFrame
) -> None:
    assert list(england.match(labels.slice(0, 300)))[:300] == [matches[i] for i in range(300)]
