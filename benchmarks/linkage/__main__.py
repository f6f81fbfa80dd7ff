"""``python -m benchmarks.linkage``: the targets of school matching with what was measured, met or MISSED.

Without a word all parts run: quality, robustness, speed, peers. ``--quick`` takes less of each (``make bench``).
``fit`` refits the model and refuses one that is worse; ``report`` tells what the packaged model rests on.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [path for path in [str(Path(__file__).resolve().parents[2])] if path not in sys.path]

from benchmarks.linkage import data, fitting, peers, quality, robustness, speed  # noqa: E402

PARTS = ("quality", "robustness", "speed", "peers")


def main() -> int:
    """Run the parts; 0 also where the data are absent, since nothing could be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; or fit, or report")
    parser.add_argument("--quick", action="store_true", help="less of each part")
    parser.add_argument("--force", action="store_true", help="with fit: write the model even if it is worse")
    parser.add_argument("--wrong", type=int, default=0, help="with robustness: examples of each kind of mistake")
    options = parser.parse_args()
    unknown = set(options.parts) - {*PARTS, "fit", "report"}
    if unknown:
        parser.error(f"there is no part named {sorted(unknown)[0]}")
    if not data.there():
        print("Skipped: the labelled mentions are not here (../shared/data/linkage/dev.csv).")
        return 0
    if "fit" in options.parts:
        lines, written = fitting.fit(force=options.force)
        print("\n".join(lines))
        return 0 if written else 1
    if "report" in options.parts:
        print("\n".join(fitting.report()))
        return 0
    measure(options.parts or list(PARTS), quick=options.quick, wrong=options.wrong)
    return 0


def measure(parts: list[str], *, quick: bool, wrong: int) -> None:
    """Print the parts, then every target."""
    targets: list[quality.Target] = []
    found = quality.out_of_fold() if {"quality", "peers"} & set(parts) else None
    rate = 0.0
    if "quality" in parts and found is not None:
        lines, more = quality.report(found)
        _say([*lines, *quality.councils()])
        targets += more
    if "robustness" in parts:
        _say(robustness.report(600 if quick else robustness.EACH, wrong=wrong))
    if "speed" in parts:
        lines, more, rate = speed.report(quick=quick)
        _say(lines)
        targets += more
    if "peers" in parts and found is not None:
        _say(peers.report(found, rate or speed.rate_here(), quick=quick))
    if targets:
        missed = [target for target in targets if not target.met]
        _say([f"targets: {len(targets) - len(missed)} of {len(targets)} met", *(target.line() for target in targets)])


def _say(lines: list[str]) -> None:
    print("\n".join(lines), flush=True)
    print(f"  [{time.process_time():.0f} CPU-seconds so far]\n", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
