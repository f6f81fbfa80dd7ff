"""Run every benchmark, one after another: ``make bench``, or ``python benchmarks/run.py import_archive public_pages``.

A benchmark prints ratios against a peer measured in the same run, because machines are noisy. None of them asserts a time.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """Run the named benchmarks, or all of them; the exit code is the number of those that failed."""
    scripts = {path.stem: [str(path)] for path in FOLDER.glob("*.py") if path.stem not in {"run", "__init__"}}
    # A benchmark of several files is a folder that runs as a module; among all the others it takes less of each part.
    short = [] if sys.argv[1:] else ["--quick"]
    scripts |= {
        path.parent.name: ["-m", f"benchmarks.{path.parent.name}", *short] for path in FOLDER.glob("*/__main__.py")
    }
    names = sys.argv[1:] or sorted(scripts)
    unknown = [name for name in names if name not in scripts]
    if unknown:
        print(f"There is no benchmark named {unknown[0]}. There are: {', '.join(sorted(scripts))}.")
        return 2
    failed = 0
    for name in names:
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run([sys.executable, *scripts[name]], cwd=FOLDER.parent, check=False)
        failed += done.returncode != 0
        print(
            f"--- {name}: {'failed' if done.returncode else 'done'} in {time.monotonic() - started:.0f} s", flush=True
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
