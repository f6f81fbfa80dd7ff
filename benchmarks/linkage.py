"""School matching, measured: ``python benchmarks/linkage.py`` prints, ``python benchmarks/linkage.py fit`` refits the model.

Data: ../shared/data/linkage (CHILDFIRST_SHARED overrides). Every figure about quality is out of fold: the 5 folds are split by
school, so that a mention is judged by a model (and by thresholds) that have seen no mention of its school. Columns of the
labels that describe how a mention was made (`inner`, `noise`, `kind` and the truth) are never given to the matcher.
The peer is RapidFuzz's best match on names and former names, in the same run, on every tenth mention; its threshold is chosen
with hindsight, which favours it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import itertools
import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process, utils

from childfirst.engines.linkage import Register, training

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CHILDFIRST_SHARED", ROOT.parent / "shared")) / "data" / "linkage"
MODEL = ROOT / "src" / "childfirst" / "engines" / "linkage" / "model.toml"
INPUTS = ("id", "mention", "record_borough", "lat", "lon", "age")
PEER_EVERY = 10
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b")


def main() -> int:
    """Measure, or refit; 2 where the data are absent or the word is not known."""
    if not (DATA / "dev.csv").is_file():
        print("Skipped: the labelled mentions are not here (../shared/data/linkage/dev.csv).")
        return 0
    words = sys.argv[1:]
    if words not in ([], ["fit"]):
        print("Usage: python benchmarks/linkage.py [fit]")
        return 2
    labels = pl.read_csv(DATA / "dev.csv", schema_overrides={"truth_urn": pl.String})
    started = time.process_time()
    register = Register.build(pl.read_parquet(DATA / "canonical.parquet"), pl.read_parquet(DATA / "aliases.parquet"))
    built = time.process_time() - started
    print(f"index: {len(register):,} schools, {len(register.forms):,} written forms, built in {built:.1f} CPU-seconds")
    labelled = training.label(labels.select(*INPUTS, "truth_urn"), register)
    if words == ["fit"]:
        return fit(labelled)
    return measure(labels, labelled, register)


def fit(labelled: training.Labelled) -> int:
    """Refit on all labels, set thresholds out of fold, write model.toml."""
    model = training.fit(labelled)
    judged = training.cross_validate(labelled)
    accept, none = training.thresholds(judged)
    kept = training.nested(labelled, (0.99,))[0.99]
    provenance = {
        "fitted_on": "../shared/data/linkage/dev.csv",
        "sha256": hashlib.sha256((DATA / "dev.csv").read_bytes()).hexdigest(),
        "mentions": len(labelled.named),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "method": "conditional logit over candidates and none, ridge "
        f"{training.RIDGE:g}; {training.FOLDS}-fold cross-validation split by school",
        "by_judgement": ", ".join(sorted(training.BY_JUDGEMENT)),
        "proposal_recall": _share(labelled.target >= 0, labelled.named),
        "accuracy": _share(judged.right, labelled.named),
        "calibration_error": judged.calibration_error(),
        "accepted_precision_at_99": kept.precision,
        "accepted_recall_at_99": kept.recall,
        "named_decided_none_at_99": kept.named_lost,
    }
    MODEL.write_text(training.to_toml(model, accept, none, provenance), encoding="utf-8")
    print(f"wrote {MODEL.relative_to(ROOT)}")
    for key, value in provenance.items():
        print(f"  {key}: {value}")
    return 0


def measure(labels: pl.DataFrame, labelled: training.Labelled, register: Register) -> int:
    """Print quality out of fold, speed, and the peer."""
    named = labelled.named
    judged = training.cross_validate(labelled)
    print(f"mentions: {len(named):,}, of which {int(named.sum()):,} name a school in the register")
    print(f"recall of proposal: {_share(labelled.target >= 0, named):.4f}")
    print(f"candidates a mention: {len(labelled.evidence.school) / len(named):.1f}")
    print("out of fold, split by school:")
    print(f"  best candidate is the true school, of mentions that name one: {_share(judged.right, named):.4f}")
    found_none = judged.none > judged.top
    print(f"  none is likeliest, of mentions that name none: {_share(found_none, ~named):.4f}")
    print(f"  none is likeliest, of mentions that name a school: {_share(found_none, named):.4f}")
    print(f"  expected calibration error of the best candidate: {judged.calibration_error():.4f}")
    _calibration(judged)
    for precision, kept in training.nested(labelled, (0.95, 0.98, 0.99, 0.995)).items():
        print(
            f"  at precision {precision:g}: accepted links {kept.precision:.4f} right, {kept.recall:.4f} of named mentions; "
            f"none {kept.none_precision:.4f} right, {kept.none_recall:.4f} found, {kept.named_lost:.4f} of named lost; "
            f"review {kept.review:.4f}"
        )
    mentions = labels.select(*INPUTS)
    register.reader.read("warm")
    seconds = []
    for _ in range(3):
        fresh = Register(register.schools, register.forms)
        started = time.process_time()
        fresh.match(mentions)
        seconds.append(time.process_time() - started)
    speed = len(named) / min(seconds)
    print(f"speed: {speed:,.0f} new mentions a CPU-second, reasons included (best of 3, cold caches)")
    _councils(register)
    _peer(labels, register, judged, speed)
    return 0


def _councils(register: Register) -> None:
    """Another hand: school names as two councils listed them in 2013; the truth is any school at the same postcode."""
    known = set(register.schools.urn)
    at: dict[str, set[str]] = {}
    with (DATA.parent / "schools" / "names-over-time.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["urn"] in known and row["postcode"]:
                at.setdefault(row["postcode"].replace(" ", ""), set()).add(row["urn"])
    mentions, truth = [], []
    for borough in ("Barnet", "Ealing"):
        path = DATA / "council-lists" / f"council_sites_2013_{borough.lower()}.csv"
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                cells = " ".join(str(value) for value in row.values() if value)
                codes = {"".join(code) for code in POSTCODE.findall(cells)}
                urns = set().union(*(at.get(code, set()) for code in codes))
                if urns and row["name"]:
                    mentions.append({"id": len(mentions), "mention": row["name"], "record_borough": borough})
                    truth.append(urns)
    matches = register.match(mentions)
    right = np.array([m.urn in urns for m, urns in zip(matches, truth, strict=True)])
    accepted = np.array([m.decision == "accept" for m in matches])
    print(
        f"names as two councils listed them in 2013 (never trained on, no place but the borough): {len(truth)} names, "
        f"best candidate right {right.mean():.3f}, accepted {accepted.mean():.3f}, of those right {right[accepted].mean():.3f}"
    )
    for match, mention, is_right in zip(matches, mentions, right.tolist(), strict=True):
        if match.decision == "accept" and not is_right:
            print(f"    accepted and wrong by postcode: {mention['mention']} -> {match.candidates[0].name}")


def _calibration(judged: training.Judged) -> None:
    edges = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01)
    for low, high in itertools.pairwise(edges):
        inside = (judged.top >= low) & (judged.top < high)
        if inside.any():
            print(
                f"    probability {low:.2f} to {min(high, 1):.2f}: {int(inside.sum()):5,} mentions, "
                f"mean {judged.top[inside].mean():.3f}, right {judged.right[inside].mean():.3f}"
            )


def _peer(labels: pl.DataFrame, register: Register, judged: training.Judged, speed: float) -> None:
    chosen = np.arange(0, labels.height, PEER_EVERY)
    part = labels[chosen.tolist()]
    truth = part["truth_urn"].to_list()
    asked = [utils.default_process(m) for m in part["mention"].to_list()]
    offered = [utils.default_process(form.written) for form in register.forms]
    urn = [register.schools.urn[form.school] for form in register.forms]
    borough = np.array([register.schools.borough[form.school] for form in register.forms])
    record = part["record_borough"].to_list()
    named = np.array([t != "none" for t in truth])
    ours = training.Judged(judged.top[chosen], judged.right[chosen], judged.none[chosen], named)
    print(f"beside a plain peer, on every tenth mention ({len(chosen)}), threshold with hindsight for both:")
    print(f"  {'':46}{'accuracy':>10}{'recall at .99':>15}{'recall at .95':>15}{'per CPU-s':>12}")
    _line("this engine, out of fold", ours, speed)
    for scorer in (fuzz.WRatio, fuzz.token_set_ratio):
        started = time.process_time()
        scores = process.cdist(asked, offered, scorer=scorer, dtype=np.float32, workers=1)
        seconds = time.process_time() - started
        for filtered in (False, True):
            use = scores.copy()
            if filtered:
                for m, b in enumerate(record):
                    if b:
                        use[m, borough != b] = -1
            best = use.argmax(axis=1)
            right = np.array([urn[i] == t for i, t in zip(best.tolist(), truth, strict=True)])
            result = training.Judged(use.max(axis=1).astype(float), right, np.zeros(len(truth)), named)
            name = f"RapidFuzz {scorer.__name__}{', borough of record' if filtered else ''}"
            _line(name, result, len(chosen) / seconds)


def _line(name: str, judged: training.Judged, speed: float) -> None:
    accuracy = _share(judged.right, judged.named)
    print(f"  {name:46}{accuracy:>10.3f}{_best(judged, 0.99):>15.3f}{_best(judged, 0.95):>15.3f}{speed:>12,.0f}")


def _best(judged: training.Judged, precision: float) -> float:
    levels = np.unique(judged.top)
    reached = [recall for p, recall in map(judged.accepted, levels.tolist()) if p >= precision]
    return max(reached, default=0.0)


def _share(what: np.ndarray, among: np.ndarray) -> float:
    return float(what[among].mean())


if __name__ == "__main__":
    raise SystemExit(main())
