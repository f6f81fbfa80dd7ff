"""Facts and both measures: DuckDB through our expressions, against pandas doing the same.

Over the open archive of eleven months, imported and built into facts first (skipped where it is absent), and over five million
encounters made up from a seed. Prints seconds, peak memory and ratios, best of three in processes of their own. Target: five
million encounters measured in under 10 s.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = Path(os.environ.get("CHILDFIRST_SHARED", ROOT.parent / "shared")) / (
    "data/police/police-uk-stop-and-search-2017-12-to-2018-10.zip"
)
ROWS = int(os.environ.get("BENCH_ROWS", "5000000"))
FORMAL = dict.fromkeys(("drugs_warning", "penalty_notice", "caution", "summons"), "other_formal")
INFORMAL = dict.fromkeys(("words_of_advice", "referred", "taken_home"), "other_informal")
Totals = dict[str, tuple[int, int, int]]


def with_childfirst(folder: Path) -> Totals:
    """Both measures with all margins and their completeness: headline numerator, denominator, rows with margins."""
    from childfirst.measures.actions import compute
    from childfirst.measures.queries import definitions
    from childfirst.measures.store import read_facts

    found = {}
    for plan in definitions():
        result = compute(plan, facts=read_facts("encounters", folder=folder))
        found[plan.id] = (*result.headline(), int((result.table.column("numerator").to_numpy() > 0).sum()))
    return found


def with_pandas(folder: Path) -> Totals:
    """The same as one writes it by hand: read the columns, filter, group, add up every margin."""
    import pandas as pd

    def read(columns: list[str]) -> Any:
        return pd.read_parquet(folder / "encounters", columns=columns)

    def margins(frame: Any, breakdowns: list[str], answer: str, headline: str) -> tuple[int, int, int]:
        inner = (
            frame.fillna("not_recorded").groupby([*breakdowns, answer], observed=True).size().rename("n").reset_index()
        )
        rows = 0
        for size in range(len(breakdowns) + 1):
            for kept in combinations(breakdowns, size):
                rows += len(inner.groupby([*kept, answer], observed=True)["n"].sum())
        return int(inner.loc[inner[answer] == headline, "n"].sum()), int(inner["n"].sum()), rows

    schools = read(["month", "source", "team", "school_field"])
    recorded = margins(schools, ["month", "source", "team"], "school_field", "recorded")
    del schools
    frame = read(["month", "kind", "search_of", "age_band", "borough", "self_defined_group", "outcome"])
    searches = frame[(frame["kind"] == "stop_and_search") & (frame["search_of"] != "vehicle")]
    searches.fillna({"age_band": "not_recorded"}).groupby(["month", "age_band"], observed=True).size()
    children = searches[searches["age_band"] == "10-17"][["borough", "self_defined_group", "outcome"]]
    children = children.assign(outcome=children["outcome"].replace(FORMAL | INFORMAL))
    outcomes = margins(children, ["borough", "self_defined_group"], "outcome", "no_further_action")
    return {"school-recorded": recorded, "child-search-outcomes": outcomes}


RUNS: dict[str, Callable[[Path], Totals]] = {"childfirst": with_childfirst, "pandas": with_pandas}


def run_alone(name: str, folder: Path) -> None:
    """One run in this process, which does nothing else: its seconds and peak memory as JSON."""
    import resource

    if name == "childfirst":
        start_django()
    started = time.perf_counter()
    found = RUNS[name](folder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, "found": found}))


def start_django() -> None:
    """Django on an empty data folder: labels of areas are looked up in its database."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childfirst.config.settings.workspace")
    django.setup()
    from django.db import connection

    if "places_area" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)


def compare(title: str, folder: Path, data: Path, repeats: int = 3) -> float:
    """Run both in turn, each in a process of its own; the best of each counts. Returns our seconds."""
    environment = {**os.environ, "CHILDFIRST_DATA_DIR": str(data)}
    best: dict[str, dict[str, Any]] = {}
    for _ in range(repeats):
        for name in RUNS:
            command = [sys.executable, str(Path(__file__)), "--alone", name, str(folder)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
            result = json.loads(done.stdout.splitlines()[-1])
            if name not in best or result["seconds"] < best[name]["seconds"]:
                best[name] = result
    ours, theirs = best["childfirst"], best["pandas"]
    assert ours["found"] == theirs["found"], f"the two disagree: {ours['found']} and {theirs['found']}"
    print(f"{title}: the two agree on {ours['found']}")
    for name, result in best.items():
        print(f"  {name:10} {result['seconds']:7.2f} s  {result['megabytes']:7.0f} MB")
    faster, smaller = theirs["seconds"] / ours["seconds"], theirs["megabytes"] / ours["megabytes"]
    print(f"  pandas takes {faster:.1f} times as long and {smaller:.1f} times the memory")
    return float(ours["seconds"])


def archive_facts(data: Path) -> Path | None:
    """Facts of the real archive, imported and built into ``data``; None where the archive is not here."""
    if not ARCHIVE.is_file():
        print(f"The open archive is not here ({ARCHIVE.name}): this part is skipped.")
        return None
    environment = {**os.environ, "CHILDFIRST_DATA_DIR": str(data)}
    for words in (["setup"], ["import", "encounters", str(ARCHIVE)], ["facts"]):
        started = time.perf_counter()
        code = "from childfirst.cli import main; main()"
        subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True, env=environment, cwd=ROOT)
        print(f"  childfirst {words[0]:7} {time.perf_counter() - started:7.2f} s")
    return data / "facts"


def main() -> None:
    """Both parts."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="childfirst-bench-") as name:
        data = Path(name)
        facts = archive_facts(data)
        if facts is not None:
            compare("Open archive, 11 months", facts, data)
        os.environ["CHILDFIRST_DATA_DIR"] = name
        start_django()
        from tests.measures.generated_facts import write_months

        folder = data / "made-up"
        months = [f"{year}-{month:02d}" for year in (2017, 2018, 2019) for month in range(1, 13)]
        started = time.perf_counter()
        write_months(folder, ROWS, months=months, seed=2026)
        print(f"  {ROWS:,} encounters made up in {time.perf_counter() - started:.1f} s")
        ours = compare(f"{ROWS:,} made-up encounters", folder, data)
        print(f"  target: under 10 s; measured: {ours:.2f} s: {'met' if ours < 10 else 'MISSED'}")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--alone":
        sys.path.insert(0, str(ROOT))
        run_alone(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
