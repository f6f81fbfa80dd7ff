"""How far the matcher holds on another hand's errors: the packaged model and thresholds on mentions it was not made for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.linkage import another_hand, data

from childfirst.engines.linkage import MatchTable

SEEDS = (11, 12, 13)
EACH = 4_000


@dataclass(frozen=True)
class Outcome:
    """Per mention: whether it names a school, whether the best candidate is that school, the decision, the probabilities."""

    named: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]
    proposed: npt.NDArray[np.bool_]
    decision: npt.NDArray[np.str_]
    top: npt.NDArray[np.float64]

    def only(self, rows: npt.NDArray[np.bool_]) -> Outcome:
        """Some of the mentions."""
        return Outcome(self.named[rows], self.right[rows], self.proposed[rows], self.decision[rows], self.top[rows])

    @property
    def precision(self) -> float:
        """Share of the accepted links that are right."""
        taken = self.decision == "accept"
        return float(self.right[taken].mean()) if taken.any() else float("nan")

    @property
    def recall(self) -> float:
        """Share of the mentions that name a school that are accepted and right."""
        return float(((self.decision == "accept") & self.right).sum() / max(int(self.named.sum()), 1))

    @property
    def review(self) -> float:
        """Share of all mentions that go to a person."""
        return float((self.decision == "review").mean())

    @property
    def lost(self) -> float:
        """Share of the mentions that name a school that are decided to name none."""
        return float(((self.decision == "none") & self.named).sum() / max(int(self.named.sum()), 1))

    def calibration_error(self, bins: int = 10) -> float:
        """Expected calibration error of the best candidate, over bins of equal count."""
        parts = [p for p in np.array_split(np.argsort(self.top, kind="stable"), bins) if len(p)]
        return float(
            sum(abs(self.top[p].mean() - self.right[p].mean()) * len(p) for p in parts) / max(len(self.top), 1)
        )


def outcome(matches: MatchTable, truth: list[str]) -> Outcome:
    """Compare matches with the truth (a URN or ``none``)."""
    table = matches.to_arrow()
    urn, listed = table["urn"].to_pylist(), table["candidates"].to_pylist()
    return Outcome(
        named=np.array([t != "none" for t in truth]),
        right=np.array([u == t for u, t in zip(urn, truth, strict=True)]),
        proposed=np.array([any(c["urn"] == t for c in cs) for cs, t in zip(listed, truth, strict=True)]),
        decision=np.array(table["decision"].to_pylist()),
        top=np.array(table["probability"].to_pylist()),
    )


def mentions(each: int = EACH, phrases: another_hand.Phrases = another_hand.SEEN) -> pl.DataFrame:
    """The invented mentions of all seeds."""
    return pl.concat([another_hand.invent(*data.tables(), each, seed, phrases) for seed in SEEDS])


def report(each: int = EACH, *, wrong: int = 0) -> list[str]:
    """Lines that tell how the packaged model does, as a whole and by what was done to the name."""
    lines = _part("another hand's errors", mentions(each), wrong)
    return lines + _part(
        "the same errors, phrases of which no example is printed", mentions(each, another_hand.UNSEEN), 0
    )


def _part(title: str, table: pl.DataFrame, wrong: int) -> list[str]:
    matches = data.register().match(table.drop("truth_urn", "done"), precision=0.99)
    found = outcome(matches, table["truth_urn"].to_list())
    lines = [
        f"{title}: {table.height:,} invented mentions (seeds {SEEDS}), {int(found.named.sum()):,} name a school; .99 setting",
        f"  {'':18}{'mentions':>9}{'proposed':>10}{'best right':>11}{'accepted':>10}{'right':>8}{'review':>8}{'lost':>8}",
        _line("all", found),
    ]
    labels = sorted({label for done in table["done"] for label in done.split("|")})
    for label in labels:
        rows = np.array([label in done.split("|") for done in table["done"]])
        lines.append(_line(label, found.only(rows)))
    lines.append(f"  expected calibration error of the best candidate: {found.calibration_error():.4f}")
    if wrong:
        lines += _wrong(table, matches, found, wrong)
    return lines


def _line(label: str, part: Outcome) -> str:
    named = part.named
    share = "" if not named.any() else f"{part.proposed[named].mean():.3f}"
    best = "" if not named.any() else f"{part.right[named].mean():.3f}"
    # Where no school is named, whatever is accepted is wrong: its share stands under "accepted".
    recall = f"{part.recall if named.any() else (part.decision == 'accept').mean():.3f}"
    lost = "" if not named.any() else f"{part.lost:.4f}"
    precision = "" if part.precision != part.precision or not named.any() else f"{part.precision:.4f}"
    return f"  {label:18}{len(named):>9,}{share:>10}{best:>11}{recall:>10}{precision:>8}{part.review:>8.3f}{lost:>8}"


def _wrong(table: pl.DataFrame, matches: MatchTable, found: Outcome, number: int) -> list[str]:
    name = dict(data.tables()[0].select(pl.col("urn").cast(pl.String), "name").rows())
    lines = []
    cases = {
        "accepted and wrong": (found.decision == "accept") & ~found.right,
        "named, decided none": (found.decision == "none") & found.named,
        "named, not proposed": found.named & ~found.proposed,
    }
    for title, rows in cases.items():
        lines.append(f"  {title}:")
        for i in np.flatnonzero(rows)[:number].tolist():
            row, match = table.row(i, named=True), matches[i]
            best = match.candidates[0].name if match.candidates else "-"
            lines.append(
                f"    {row['mention']!r} ({row['record_borough']}) is {name.get(row['truth_urn'], 'none')}; "
                f"{best} {match.probability:.3f}, none {match.p_none:.3f} [{row['done']}]"
            )
    return lines
