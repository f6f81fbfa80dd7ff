"""The peers in the same run, at the same operating points, thresholds with hindsight for all, which favours them."""

from __future__ import annotations

import importlib.util
import time

import numpy as np
import polars as pl
from benchmarks.linkage import data, scores
from benchmarks.linkage.quality import OutOfFold
from benchmarks.linkage.scores import Ranked
from rapidfuzz import fuzz, process, utils

EVERY = 10


def report(found: OutOfFold, speed: float, *, quick: bool) -> list[str]:
    """Ours beside Splink on all mentions, and beside RapidFuzz on every tenth."""
    one = found.at[0.99]
    ours = Ranked("this engine, out of fold", one.top, one.right, one.named, one.proposed, speed)
    chosen = np.arange(0, len(one.named), EVERY)
    lines = [
        "beside peers; recall at a precision, and precision at recall .90, with the threshold chosen with hindsight for all:"
    ]
    lines += [scores.heading(), scores.line(ours)]
    if importlib.util.find_spec("splink") is None:
        lines.append("  Splink is not installed: pip install --group bench, or requirements/bench.txt")
    else:
        from benchmarks.linkage import splink_peer

        labels = found.labels
        peer = splink_peer.run(labels.select(data.INPUTS), labels["truth_urn"].to_list(), found.fold)
        lines.append(scores.line(peer))
        lines.append(
            f"    ours against Splink: {_ratio(ours.recall_at(0.99), peer.recall_at(0.99))} times its recall at .99, "
            f"{_ratio(1 - peer.accuracy, 1 - ours.accuracy)} times fewer wrong best candidates, {_ratio(speed, peer.speed)} times its speed"
        )
    if not quick:
        lines.append(f"  on every tenth mention ({len(chosen)}):")
        lines.append(scores.line(ours.only(chosen)))
        lines += [scores.line(peer) for peer in _rapidfuzz(found, chosen)]
    return lines


def _ratio(a: float, b: float) -> str:
    return f"{a / b:.1f}" if b else "endless"


def _rapidfuzz(found: OutOfFold, chosen: np.ndarray) -> list[Ranked]:
    part = found.labels[chosen.tolist()]
    truth = np.array(part["truth_urn"].to_list())
    named = truth != "none"
    schools, aliases = data.tables()
    place = dict(zip(schools["urn"].cast(pl.String).to_list(), schools["la"].to_list(), strict=True))
    written = list(zip(schools["urn"].cast(pl.String).to_list(), schools["name"].to_list(), strict=True))
    written += [
        (u, a)
        for u, a in zip(aliases["urn"].cast(pl.String).to_list(), aliases["alias"].to_list(), strict=True)
        if u in place
    ]
    urn = np.array([u for u, _ in written])
    borough = np.array([place[u] for u in urn.tolist()])
    asked = [utils.default_process(m) for m in part["mention"].to_list()]
    offered = [utils.default_process(name) for _, name in written]
    listed = []
    for scorer in (fuzz.token_set_ratio, fuzz.WRatio):
        started = time.process_time()
        every = process.cdist(asked, offered, scorer=scorer, dtype=np.float32, workers=1)
        speed = len(chosen) / (time.process_time() - started)
        for filtered in (False, True):
            use = every.copy()
            if filtered:
                for m, b in enumerate(part["record_borough"].to_list()):
                    if b:
                        use[m, borough != b] = -1
            best = use.argmax(axis=1)
            name = f"RapidFuzz {scorer.__name__}{', borough of record' if filtered else ''}"
            top = use.max(axis=1).astype(float)
            listed.append(Ranked(name, top, urn[best] == truth, named, np.ones(len(truth), dtype=bool), speed))
    return listed
