"""Cell-key perturbation: like the office's package, the same child the same key, and never a true count."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pyarrow as pa
import pytest

from childfirst.engines.disclosure.perturbation import NoiseTable, perturb, possible, record_key, rounded
from childfirst.shared.errors import UserError

SECRET = b"sixteen bytes or more"


@pytest.fixture(scope="module")
def records() -> pa.Table:
    random = np.random.default_rng(5)
    people = 1200
    return pa.table(
        {
            "area": [f"a{i}" for i in random.integers(0, 6, people)],
            "group": [f"g{i}" for i in random.choice(5, people, p=[0.55, 0.3, 0.1, 0.04, 0.01])],
            "key": random.integers(0, 256, people),
        }
    )


def test_the_same_figures_as_the_offices_package(records, tmp_path):
    package = pytest.importorskip("cell_key_perturbation.create_perturbed_table", reason="group bench is not installed")
    pandas = pytest.importorskip("pandas")
    noise = NoiseTable.unbiased(reach=3, kept=0.3)
    listed = [(c + 1, k, int(v)) for (c, k), v in np.ndenumerate(noise.noise)]
    table = pandas.DataFrame(listed, columns=["pcv", "ckey", "pvalue"])
    with contextlib.redirect_stdout(io.StringIO()):
        theirs = package.create_perturbed_table(records.to_pandas(), table, ["area"], ["group"], "key", threshold=10)
    expected = {
        (r["area"], r["group"]): None if r["count"] is pandas.NA else int(r["count"]) for _, r in theirs.iterrows()
    }
    ours = perturb(records, ("area", "group"), "key", noise, threshold=10, margins=False)
    assert {(r["area"], r["group"]): r["count"] for r in ours.to_pylist()} == expected
    path = tmp_path / "ptable.csv"
    table.to_csv(path, index=False)
    assert (NoiseTable.read(path).noise == noise.noise).all()


def test_only_the_perturbed_figure_comes_out(records):
    assert perturb(records, ("area",), "key", NoiseTable.ten_five()).column_names == ["area", "count"]


def test_ten_five(records):
    found = perturb(records, ("area", "group"), "key", NoiseTable.ten_five())
    counts = [n for n in found.column("count").to_pylist() if n is not None]
    assert counts
    assert all(n >= 10 and n % 5 == 0 for n in counts)
    assert found.column("count").null_count > 0


def test_the_same_children_make_the_same_figure_in_every_table_and_release(records):
    """A cell of one table, and the same children as a margin of another, and next quarter in another order."""
    noise = NoiseTable.unbiased()
    whole = {r["area"]: r["count"] for r in perturb(records, ("area",), "key", noise).to_pylist()}
    crossed = perturb(records, ("area", "group"), "key", noise).to_pylist()
    assert whole == {r["area"]: r["count"] for r in crossed if r["group"] == "Total"}
    again = records.take(pa.array(np.random.default_rng(1).permutation(records.num_rows)))
    assert perturb(again, ("area", "group"), "key", noise).to_pylist() == crossed


def test_keys_come_from_a_keyed_hash_and_spread_evenly():
    assert record_key("child-1", SECRET) == record_key("child-1", SECRET)
    assert record_key("child-1", SECRET) != record_key("child-1", b"another secret of 16+")
    keys = np.bincount([record_key(f"child-{i}", SECRET, 16) for i in range(8000)], minlength=16)
    assert keys.min() > 400
    with pytest.raises(UserError, match="16 bytes"):
        record_key("child-1", b"short")


def test_noise_is_zero_on_average_and_never_below_nothing():
    noise = NoiseTable.unbiased(reach=4, kept=0.4)
    assert (noise.noise.sum(axis=1) == 0).all()
    assert (noise.noise + np.arange(1, 751)[:, None] >= 0).all()
    assert np.abs(noise.noise).max() == 4


def test_counts_beyond_the_table_repeat_its_last_rows():
    noise = NoiseTable(np.arange(750)[:, None] + np.zeros((1, 4), np.int64))
    counts = np.array([0, 1, 750, 751, 1000, 1001, 1250])
    assert noise.added(counts, np.zeros(7, np.int64)).tolist() == [0, 0, 749, 500, 749, 500, 749]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("pcv,ckey\n1,0\n", "no table of noise"),
        ("pcv,ckey,pvalue\n1,0,x\n", "no table of noise"),
        ("pcv,ckey,pvalue\n1,0,0\n1,0,1\n", "occurs twice"),
        ("pcv,ckey,pvalue\n1,0,0\n2,1,0\n", "lacks rows"),
        ("pcv,ckey,pvalue\n1,0,-2\n1,1,0\n", "negative count"),
    ],
)
def test_bad_tables_of_noise(tmp_path, content, sentence):
    path = tmp_path / "ptable.csv"
    path.write_text(content)
    with pytest.raises(UserError, match=sentence):
        NoiseTable.read(path)


def test_bad_records(records):
    noise = NoiseTable.ten_five()
    with pytest.raises(UserError, match="no column 'ward'"):
        perturb(records, ("ward",), "key", noise)
    far = records.set_column(2, "key", pa.array([999] * records.num_rows))
    with pytest.raises(UserError, match="outside 0 to 255"):
        perturb(far, ("area",), "key", noise)
    gone = records.set_column(0, "area", pa.array([None] * records.num_rows, pa.string()))
    with pytest.raises(UserError, match="is empty in 1200 rows"):
        perturb(gone, ("area",), "key", noise)


def test_rounding_to_five_and_what_a_reader_then_knows():
    counts = list(range(30))
    for count, printed in zip(counts, rounded(counts), strict=True):
        low, high = possible(printed)
        assert printed % 5 == 0
        assert low <= count <= high
        assert high - low <= 4
