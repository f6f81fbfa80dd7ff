"""Cell-key perturbation and rounding: noise instead of gaps.

The cell-key method as the Office for National Statistics publishes it (Dove, ``cell-key-perturbation``, after Fraser
and Wooton, "A proposed method for confidentialising tabular output to protect against differencing", 2005): each record
holds a random key for ever; a cell's key is the sum of the keys of its records modulo the keys' range; a table of
noise says, for the cell's count and key, what is added. The same children make the same cell make the same figure, in
every table and every release, so that comparing tables tells nothing but noise. Counts below a threshold are hidden.

Only the perturbed figure leaves this module: neither the true count, nor the cell key, nor the noise, any of which
would undo the others.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from childfirst.shared.errors import UserError

from .rule import TOTAL, rounding_range

Ints = npt.NDArray[np.int64]
KEYS = 256
REPEATED_FROM, REPEATED = 501, 250
"""Counts above the table's last row use its last ``REPEATED`` rows again and again, as the published method does."""


def record_key(reference: str, secret: bytes, keys: int = KEYS) -> int:
    """The key of a child's record: from a keyed hash, so that it is the same in every release and can be guessed by
    nobody without the secret. ``reference`` is the child's own pseudonymous reference."""
    if len(secret) < 16:
        raise UserError("The secret behind record keys must have at least 16 bytes.")
    digest = hmac.new(secret, reference.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % keys


@dataclass(frozen=True)
class NoiseTable:
    """What is added to a count: ``noise[count - 1, key]``. Rows for counts from 1 on, columns for every cell key."""

    noise: Ints

    def __post_init__(self) -> None:
        if self.noise.ndim != 2 or self.noise.shape[0] < 1 or self.noise.shape[1] < 2:
            raise UserError("A table of noise needs a row for each count from 1 on and a column for each cell key.")
        lowest = self.noise + np.arange(1, self.noise.shape[0] + 1)[:, None]
        if (lowest < 0).any():
            raise UserError("The table of noise would print a negative count.")

    @property
    def keys(self) -> int:
        return int(self.noise.shape[1])

    def added(self, counts: Ints, keys: Ints) -> Ints:
        """The noise of cells with these counts and cell keys. An empty cell stays empty."""
        rows = self.noise.shape[0]
        repeated = min(REPEATED, rows)
        wrapped = np.where(counts <= rows, counts, (counts - 1) % repeated + rows - repeated + 1)
        return np.where(counts > 0, self.noise[np.maximum(wrapped, 1) - 1, keys], 0)

    @classmethod
    def ten_five(cls, rows: int = 750, keys: int = KEYS) -> NoiseTable:
        """The office's sample rule: counts below 10 become 0, others the nearest multiple of 5."""
        counts = np.arange(1, rows + 1)
        printed = np.where(counts < 10, 0, (counts + 2) // 5 * 5)
        return cls(np.repeat((printed - counts)[:, None], keys, axis=1))

    @classmethod
    def unbiased(cls, reach: int = 2, kept: float = 0.5, rows: int = 750, keys: int = KEYS) -> NoiseTable:
        """Noise from ``-reach`` to ``reach`` that leaves a share ``kept`` of the cells as they are and is 0 on average.

        Below ``reach`` it reaches only as far as the count itself, so that nothing becomes negative.
        """
        if reach < 1 or not 0 < kept < 1:
            raise UserError("Noise needs a reach of at least 1 and a share between 0 and 1 of cells that stay.")
        noise = np.zeros((rows, keys), np.int64)
        for row in range(rows):
            far = min(reach, row + 1)
            each = round(keys * (1 - kept) / (2 * far))
            values = [v for step in range(1, far + 1) for v in (step, -step) for _ in range(each)]
            noise[row, : len(values)] = values
        # Spread over the keys, the same way for every count, so that a key says nothing by itself.
        return cls(noise[:, np.random.default_rng(1729).permutation(keys)])

    @classmethod
    def read(cls, path: Path) -> NoiseTable:
        """A table in the office's layout: columns ``pcv`` (count), ``ckey`` (cell key), ``pvalue`` (noise)."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [(int(r["pcv"]), int(r["ckey"]), int(r["pvalue"])) for r in csv.DictReader(file)]
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}.") from None
        except (KeyError, ValueError, TypeError):
            raise UserError(f"{path.name} is no table of noise: it needs whole numbers pcv, ckey and pvalue.") from None
        if not rows:
            raise UserError(f"{path.name} is empty.")
        noise = np.zeros((max(r[0] for r in rows), max(r[1] for r in rows) + 1), np.int64)
        seen = np.zeros(noise.shape, bool)
        for count, key, value in rows:
            if count < 1 or key < 0 or seen[count - 1, key]:
                raise UserError(f"{path.name}: the row for count {count} and key {key} is wrong or occurs twice.")
            noise[count - 1, key], seen[count - 1, key] = value, True
        if not seen.all():
            raise UserError(f"{path.name} lacks rows: every count from 1 on needs every cell key.")
        return cls(noise)


def perturb(
    records: pa.Table, dims: Sequence[str], key: str, noise: NoiseTable, *, threshold: int = 10, margins: bool = True
) -> pa.Table:
    """Count records by ``dims``, perturbed: a row per crossing of the categories that occur, and ``count``.

    ``key`` names the column of record keys (see ``record_key``). ``count`` is null below ``threshold``. Margins are
    perturbed for themselves and need not be the sum of their cells. Raises UserError where a key is missing or out of
    range, or a row has no category.
    """
    for name in [*dims, key]:
        if name not in records.column_names:
            raise UserError(f"The records have no column {name!r}.")
        if records.column(name).null_count:
            raise UserError(f"The column {name!r} is empty in {records.column(name).null_count} rows.")
    keys = np.asarray(records.column(key).cast(pa.int64()))
    if len(keys) and (keys.min() < 0 or keys.max() >= noise.keys):
        raise UserError(f"A record key lies outside 0 to {noise.keys - 1}.")
    columns = [records.column(name).cast(pa.string()).to_pylist() for name in dims]
    domains = [sorted(set(column)) for column in columns]
    counts: dict[tuple[str, ...], int] = {}
    sums: dict[tuple[str, ...], int] = {}
    kept = [set(k) for n in range(len(dims) + 1) for k in combinations(range(len(dims)), n)] if margins else []
    patterns = kept or [set(range(len(dims)))]
    for number, codes in zip(keys.tolist(), zip(*columns, strict=True), strict=True):
        for pattern in patterns:
            place = tuple(code if axis in pattern else TOTAL for axis, code in enumerate(codes))
            counts[place] = counts.get(place, 0) + 1
            sums[place] = sums.get(place, 0) + number
    places = list(product(*([*domain, TOTAL] if margins else domain for domain in domains)))
    true = np.array([counts.get(place, 0) for place in places], np.int64)
    cell_keys = np.array([sums.get(place, 0) % noise.keys for place in places], np.int64)
    printed = true + noise.added(true, cell_keys)
    shown = [None if value < threshold else value for value in printed.tolist()]
    table = {name: pa.array([place[axis] for place in places], pa.string()) for axis, name in enumerate(dims)}
    return pa.table({**table, "count": pa.array(shown, pa.int64())})


def rounded(counts: Sequence[int], base: int = 5) -> list[int]:
    """Counts to the nearest multiple of ``base``, halves up; a reader then knows each only as in ``possible``."""
    if base < 2:
        raise UserError("The base of rounding is at least 2.")
    return [(2 * count + base) // (2 * base) * base for count in counts]


def possible(printed: int, base: int = 5) -> tuple[int, int]:
    """The counts that may stand behind a rounded figure. Unlike after hiding, a printed zero need not be none."""
    return (0, (base - 1) // 2) if printed == 0 else rounding_range(printed, base)
