"""Building the demo partnership: every step through the same importers and actions that a real partnership uses."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
from django.conf import settings
from django.db import connections

from childfirst.audit.actors import System
from childfirst.cli.setup import prepare
from childfirst.shared import clock
from childfirst.shared.errors import UserError
from childfirst.shared.progress import working

MARK = "demo.json"
BUILDER = System("demo builder")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the demo is, and the seed that it is drawn from. ``as_of`` is its last day; empty: yesterday."""

    schools: int = 60
    encounters: int = 9_000
    seed: int = 2026
    as_of: str = ""

    @property
    def last_day(self) -> dt.date:
        """The last day of the demo's three years."""
        if self.as_of:
            return dt.date.fromisoformat(self.as_of)
        return clock.today() - dt.timedelta(days=1)

    @property
    def first_day(self) -> dt.date:
        """Three years before, from the first of a month on."""
        last = self.last_day
        return dt.date(last.year - 3, last.month, 1)


def state_of_folder(size: Size) -> str:
    """``built``: the folder holds this demo; ``empty``; ``other``: it holds another demo, or half of one; ``foreign``: real data."""
    mark = Path(settings.DATA_DIR) / MARK
    if not mark.is_file():
        return "foreign" if (Path(settings.DATA_DIR) / "workspace.sqlite3").exists() else "empty"
    held = json.loads(mark.read_text())
    return "built" if held.get("state") == "built" and held["made_of"] == made_of(size) else "other"


def made_of(size: Size) -> str:
    """What the demo's content depends on: its size and seed, the tables' shape, and the code that draws it."""
    digest = hashlib.sha256(json.dumps(asdict(size), sort_keys=True).encode())
    package = Path(__file__).resolve().parents[1]
    for path in sorted([*package.glob("*/migrations/*.py"), *package.glob("synthetic/*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def build(size: Size) -> None:
    """Make the demo in the data folder, unless it is there already; what an interrupted or older build left is removed first.

    Raises UserError for a folder that holds data which are not the demo's.
    """
    folder = Path(settings.DATA_DIR)
    state = state_of_folder(size)
    if state == "foreign" or settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        raise UserError(f"{folder} holds data that are not the demo's. Choose another folder with CHILDFIRST_DATA_DIR.")
    if state == "built":
        prepare(quietly=True)
        return
    if state == "other":
        with working("Removing an older demo"):
            _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _mark(folder, "building", size)
    prepare(quietly=True)
    _fill(size, folder / "source")
    _mark(folder, "built", size)


def _mark(folder: Path, state: str, size: Size) -> None:
    (folder / MARK).write_text(json.dumps({"state": state, "made_of": made_of(size)}))


def _clear(folder: Path) -> None:
    connections.close_all()
    for path in folder.iterdir():
        if path.name in {"log", "running.pid", "keys"}:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _fill(size: Size, source: Path) -> None:
    from childfirst.encounters import actions as encounters
    from childfirst.synthetic.archive import write_archive
    from childfirst.synthetic.city import make_city
    from childfirst.synthetic.encounters import make_encounters
    from childfirst.synthetic.people import make_cast
    from childfirst.synthetic.places import bring_in_places
    from childfirst.synthetic.records import as_records
    from childfirst.synthetic.releases import make_releases
    from childfirst.synthetic.schools import make_schools

    source.mkdir(exist_ok=True)
    rng = np.random.default_rng(size.seed)
    with working("Drawing the invented city, its schools and three years of encounters"):
        city = make_city(rng, wards=max(12, size.schools // 25))
        schools = make_schools(rng, city, size.schools, size.last_day)
        drawn = make_encounters(rng, city, schools, size.encounters, size.first_day, size.last_day)
    with working("Bringing in areas, schools and term dates"):
        bring_in_places(BUILDER, source, city, schools, size.last_day)
    with working("Inviting people"):
        cast = make_cast(rng, BUILDER, city, schools)
    # Until the school became mandatory there was only the force's open archive; since then officers use the form.
    turning_point = dt.datetime.combine(
        size.first_day.replace(year=size.first_day.year + 1), dt.time(), tzinfo=dt.UTC
    ) + dt.timedelta(days=183)
    with working("Importing the force's archive of stops"):
        stops = drawn.filter((pl.col("kind") == "stop_and_search") & (pl.col("occurred_at") < turning_point))
        path = source / "saltmere-stop-and-search.zip"
        write_archive(rng, path, stops)
        encounters.import_archive(by=BUILDER, path=path)
    with working("Recording encounters"):
        recorded = drawn.filter(pl.col("occurred_at") >= turning_point)
        encounters.record_batch(
            by=BUILDER, frame=as_records(rng, recorded, cast, size.last_day), reason="Encounters of the demo"
        )
    with working("Building the facts"):
        encounters.build_facts(by=BUILDER)
    with working("Preparing, signing and publishing the first release"):
        make_releases(cast, size.last_day)
