"""How well the matcher does out of fold: every mention is matched by a model, and decided at thresholds, that have seen no mention
of its school. The targets are printed with met or MISSED.
"""

from __future__ import annotations

import csv
import dataclasses
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.linkage import data
from benchmarks.linkage.robustness import Outcome, outcome

from childfirst.engines.linkage import training
from childfirst.engines.linkage.matching import match_register

PRECISIONS = (0.99, 0.95)
SLICE_FROM = 200
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b")


@dataclass(frozen=True)
class Target:
    """One target of the specification and what was measured."""

    name: str
    measured: float
    bound: float
    at_least: bool

    @property
    def met(self) -> bool:
        """Whether the figure reaches its bound."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def line(self) -> str:
        """The target as a line."""
        sign = "at least" if self.at_least else "at most"
        figure = f"{self.measured:,.0f}" if self.bound >= 100 else f"{self.measured:.4f}".rstrip("0").rstrip(".")
        bound = f"{self.bound:,.0f}" if self.bound >= 100 else f"{self.bound:g}"
        return f"  {'met   ' if self.met else 'MISSED'}  {self.name}: {figure} ({sign} {bound})"


@dataclass(frozen=True)
class OutOfFold:
    """The labels, their folds, and the outcome at each precision."""

    labels: pl.DataFrame
    fold: npt.NDArray[np.int64]
    at: dict[float, Outcome]
    none: npt.NDArray[np.float64]
    school: list[str]


def out_of_fold() -> OutOfFold:
    """Fit on the other folds, set thresholds by cross-validation within them, and match the held-out mentions whole."""
    labels, register = data.labels(), data.register()
    mentions = labels.select(data.INPUTS)
    labelled = training.label(labels.select(*data.INPUTS, "truth_urn"), register)
    fold = training.folds_of(labelled)
    truth = labels["truth_urn"].to_list()
    parts: dict[float, list[tuple[npt.NDArray[np.int64], Outcome]]] = {p: [] for p in PRECISIONS}
    none, school = np.zeros(len(truth)), [""] * len(truth)
    for k, (accept, none_at) in training.inner_thresholds(labelled).items():
        model = dataclasses.replace(training.fit(labelled, fold != k), accept=accept, none_at=none_at)
        held = np.flatnonzero(fold == k)
        for precision in PRECISIONS:
            matches = match_register(mentions[held], register, precision=precision, model=model)
            parts[precision].append((held, outcome(matches, [truth[i] for i in held.tolist()])))
        none[held] = matches.to_arrow()["p_none"].to_numpy()
        for i, urn in zip(held.tolist(), matches.to_arrow()["urn"].to_pylist(), strict=True):
            school[i] = urn or ""
    return OutOfFold(labels, fold, {p: _together(some, len(truth)) for p, some in parts.items()}, none, school)


def _together(parts: list[tuple[npt.NDArray[np.int64], Outcome]], size: int) -> Outcome:
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    assert len(order) == size
    columns = (field.name for field in dataclasses.fields(Outcome))
    return Outcome(*(np.concatenate([getattr(one, name) for _, one in parts])[order] for name in columns))


def report(found: OutOfFold) -> tuple[list[str], list[Target]]:
    """What was measured, line by line, and the targets."""
    tight, loose = found.at[0.99], found.at[0.95]
    named = tight.named
    lines = [
        f"out of fold, {found.labels.height:,} labelled mentions, {int(named.sum()):,} name a school; {len(set(found.fold.tolist()))} folds",
        f"  best candidate is the true school, of mentions that name one: {tight.right[named].mean():.4f}",
    ]
    for precision, one in found.at.items():
        none = one.decision == "none"
        lines.append(
            f"  at the {precision:g} setting: accepted links {one.precision:.4f} right, {one.recall:.4f} of named mentions; "
            f"review {one.review:.4f}; decided none {(~named[none]).mean():.4f} right, {none[~named].mean():.4f} of those that name "
            f"none, {one.lost:.4f} of those that name a school"
        )
    lines += [
        f"  the same with the threshold chosen with hindsight at precision {precision:g}: {_hindsight(tight, precision):.4f}"
        for precision in PRECISIONS
    ]
    slices, worst = _slices(found)
    lines += slices
    targets = [
        Target("true school among the candidates", float(tight.proposed[named].mean()), 0.99, at_least=True),
        Target("precision of accepted links, .99 setting", tight.precision, 0.99, at_least=True),
        Target("recall of accepted links, .99 setting", tight.recall, 0.90, at_least=True),
        Target("precision of accepted links, .95 setting", loose.precision, 0.95, at_least=True),
        Target("recall of accepted links, .95 setting", loose.recall, 0.95, at_least=True),
        Target(f"precision of the worst slice of {SLICE_FROM} or more, .99 setting", worst, 0.98, at_least=True),
        Target("expected calibration error of the best candidate", tight.calibration_error(), 0.01, at_least=False),
        Target("share to review, .99 setting", tight.review, 0.12, at_least=False),
        Target("named mentions decided none, .99 setting", tight.lost, 0.005, at_least=False),
    ]
    return lines, targets


def _hindsight(one: Outcome, precision: float) -> float:
    order = np.argsort(-one.top, kind="stable")
    right = np.cumsum(one.right[order])
    enough = right / np.arange(1, len(order) + 1) >= precision
    return float(right[enough].max(initial=0) / one.named.sum())


def _slices(found: OutOfFold) -> tuple[list[str], float]:
    """Precision at the .99 setting by slice. The school of a slice is the true one, else the one that was linked."""
    one = found.at[0.99]
    schools = data.tables()[0].select(pl.col("urn").cast(pl.String), "phase", "religion")
    phase, faith = (
        {r["urn"]: str(r[name] or "none") for r in schools.iter_rows(named=True)} for name in ("phase", "religion")
    )
    truth = found.labels["truth_urn"].to_list()
    meant = [t if t != "none" else linked for t, linked in zip(truth, found.school, strict=True)]
    columns = {
        "borough of record": [b or "not recorded" for b in found.labels["record_borough"].to_list()],
        "phase": [phase.get(urn, "none") for urn in meant],
        "faith": [faith.get(urn, "none") for urn in meant],
        "kind of field": found.labels["field_kind"].to_list(),
    }
    lines, worst = [f"  slices of {SLICE_FROM} mentions or more at the .99 setting (precision, recall, review):"], 1.0
    for title, values in columns.items():
        listed = np.array(values)
        shown = 0
        for value in sorted(set(values)):
            rows = listed == value
            if rows.sum() < SLICE_FROM:
                continue
            part = one.only(rows)
            shown += 1
            worst = min(worst, part.precision)
            lines.append(
                f"    {title + ': ' + value:44}{int(rows.sum()):>6,}{part.precision:>9.4f}{part.recall:>8.3f}{part.review:>8.3f}"
            )
        if not shown:
            largest = max(int((listed == value).sum()) for value in set(values))
            lines.append(f"    {title}: none has {SLICE_FROM}; the largest has {largest}")
    return lines, worst


def councils() -> list[str]:
    """Another hand: school names as two councils listed them in 2013; the truth is any school at the same postcode."""
    register = data.register()
    known = set(register.schools.urn)
    at: dict[str, set[str]] = {}
    with (data.SHARED / "schools" / "names-over-time.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["urn"] in known and row["postcode"]:
                at.setdefault(row["postcode"].replace(" ", ""), set()).add(row["urn"])
    mentions, truth = [], []
    for borough in ("Barnet", "Ealing"):
        path = data.FOLDER / "council-lists" / f"council_sites_2013_{borough.lower()}.csv"
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                cells = " ".join(str(value) for value in row.values() if value)
                urns: set[str] = set().union(*(at.get("".join(code), set()) for code in POSTCODE.findall(cells)))
                if urns and row["name"]:
                    mentions.append({"id": str(len(mentions)), "mention": row["name"], "record_borough": borough})
                    truth.append(urns)
    matches = register.match(mentions, precision=0.99)
    right = np.array([m.urn in urns for m, urns in zip(matches, truth, strict=True)])
    accepted = np.array([m.decision == "accept" for m in matches])
    title = "names as two councils listed them in 2013 (packaged model, no place but the borough)"
    figures = f"best candidate right {right.mean():.3f}, accepted {accepted.mean():.3f}, of those right {right[accepted].mean():.3f}"
    lines = [f"{title}: {len(truth)} names, {figures}"]
    for match, mention, is_right in zip(matches, mentions, right.tolist(), strict=True):
        if match.decision == "accept" and not is_right:
            lines.append(f"    accepted and wrong by postcode: {mention['mention']} -> {match.candidates[0].name}")
    return lines
