"""Import of the 11-month archive, measured: ``python benchmarks/import_archive.py``.

Three runs over the same file, each in a process and an SQLite database of its own:

* ours: ``encounters.actions.import_archive`` with checks, report, duplicates, audit event, wards and boroughs of London looked up;
* ours again: the same archive a second time, when every row is known;
* plain: csv and Django's bulk_create of the same distinct rows into the same table, nothing checked, looked up or reported.

Data: ../shared/data (CHILDFIRST_SHARED overrides). Prints rows a second, peak memory, and ratios; asserts that the rows are the same.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CHILDFIRST_SHARED", ROOT.parent / "shared")) / "data"
ARCHIVE = DATA / "police" / "police-uk-stop-and-search-2017-12-to-2018-10.zip"
BOUNDARIES = DATA / "boundaries"
FORCE = "metropolitan"


def main() -> int:
    """Run the three and compare; 0 also where the data are absent."""
    if not ARCHIVE.is_file():
        print("Skipped: the archive is not here (../shared/data/police).")
        return 0
    results = {}
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as plain:
        for name, folder in (("ours", ours), ("ours again", ours), ("plain", plain)):
            command = [sys.executable, __file__, name]
            environment = {**os.environ, "CHILDFIRST_DATA_DIR": folder, "CHILDFIRST_DATABASE_URL": ""}
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                print(done.stderr)
                return 1
            results[name] = json.loads(done.stdout.splitlines()[-1])
    print(f"{'':12}{'seconds':>9}{'CPU s':>8}{'rows/s':>10}{'peak MB':>9}{'rows there':>12}")
    for name, one in results.items():
        print(
            f"{name:12}{one['seconds']:9.1f}{one['cpu']:8.1f}{one['read'] / one['seconds']:10,.0f}{one['megabytes']:9.0f}"
            f"{one['there']:12,}"
        )
    ours_run, plain_run = results["ours"], results["plain"]
    print(
        f"plain / ours: {plain_run['cpu'] / ours_run['cpu']:.2f} times the CPU, "
        f"{plain_run['seconds'] / ours_run['seconds']:.2f} times the time, "
        f"{plain_run['megabytes'] / ours_run['megabytes']:.2f} times the memory"
    )
    assert ours_run["digest"] == plain_run["digest"], "the two did not land the same rows"
    return 0


def child(name: str) -> None:
    """One run, in this process; the last line of output is its result as JSON."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childfirst.config.settings.workspace")
    import django

    django.setup()
    from django.core.management import call_command

    if name != "ours again":
        call_command("migrate", verbosity=0, skip_checks=True)
    if name == "ours":
        _areas()
    started, cpu = time.perf_counter(), time.process_time()
    read = plain() if name == "plain" else ours()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    there, digest = _contents()
    print(
        json.dumps({"seconds": seconds, "cpu": cpu, "read": read, "megabytes": peak, "there": there, "digest": digest})
    )


def _areas() -> None:
    command = [sys.executable, "-m", "childfirst", "import", "areas"]
    boroughs = ["london_borough.gpkg", "--kind", "borough", "--code-column", "LAD24CD", "--name-column", "LAD24NM"]
    wards = ["london_ward.gpkg", "--kind", "ward", "--code-column", "WD24CD", "--name-column", "WD24NM"]
    for file, *options in (boroughs, wards):
        subprocess.run([*command, str(BOUNDARIES / file), *options], check=True, capture_output=True)


def ours() -> int:
    from childfirst.audit.actors import System
    from childfirst.encounters.actions import import_archive

    return import_archive(by=System("benchmark"), path=ARCHIVE).read


def plain() -> int:
    """What a first script would do: read with csv, build objects, bulk_create."""
    import csv
    import datetime as dt
    import io
    import zipfile

    from django.db import transaction

    from childfirst.encounters import words
    from childfirst.encounters.models import Encounter
    from childfirst.shared.clock import month_key

    def code(column: str, value: str) -> str:
        return str(words.CLOSED[column][value.casefold()])

    read, seen, made = 0, set(), []
    with zipfile.ZipFile(ARCHIVE) as zipped:
        for name in zipped.namelist():
            with zipped.open(name) as opened:
                for values in csv.DictReader(io.TextIOWrapper(opened, "utf-8")):
                    read += 1
                    key = tuple(values.values())
                    if key in seen:
                        continue
                    seen.add(key)
                    moment = dt.datetime.fromisoformat(values["Date"])
                    made.append(
                        Encounter(
                            occurred_at=moment,
                            month=month_key(moment),
                            lon=float(values["Longitude"]) if values["Longitude"] else None,
                            lat=float(values["Latitude"]) if values["Latitude"] else None,
                            kind="stop_and_search",
                            age_band=code(words.AGE, values["Age range"]) if values["Age range"] else "not_recorded",
                            gender=code(words.GENDER, values["Gender"]) if values["Gender"] else "not_recorded",
                            self_defined_ethnicity=code(words.OWN, values[words.OWN]) if values[words.OWN] else "NR",
                            officer_defined_ethnicity=(
                                code(words.OFFICER, values[words.OFFICER]) if values[words.OFFICER] else "NR"
                            ),
                            search_of=code(words.TYPE, values["Type"]),
                            legislation=values["Legislation"],
                            object_of_search=values["Object of search"],
                            outcome=code(words.OUTCOME, values["Outcome"]) if values["Outcome"] else "not_recorded",
                            school_reason="source_records_no_school",
                            source="archive",
                            force=FORCE,
                            source_row_key=str(read),
                        )
                    )
    with transaction.atomic():
        Encounter.objects.bulk_create(made, batch_size=1000)
    return read


def _contents() -> tuple[int, str]:
    """How many rows are there, and a digest of what they say, apart from identifiers, keys and areas."""
    import hashlib

    from childfirst.encounters.models import Encounter

    columns = (
        "occurred_at", "month", "lon", "lat", "age_band", "gender", "self_defined_ethnicity", "officer_defined_ethnicity",
        "search_of", "legislation", "object_of_search", "outcome", "school_reason",
    )  # fmt: skip
    rows: list[Any] = sorted(map(repr, Encounter.objects.order_by().values_list(*columns).iterator(20_000)))
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1])
    else:
        raise SystemExit(main())
