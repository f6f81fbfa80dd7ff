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

KEPT = {"keys", "log", "running.pid"}
"""What stays in the folder when the demo is made anew; also what any command leaves in a folder that is still empty."""

MADE = {
    MARK,
    "bundles",
    "facts",
    "mail",
    "published",
    "source",
    *(f"workspace.sqlite3{part}" for part in ("", "-wal", "-shm", "-journal")),
}
"""What the demo makes, and all that making it anew may remove: somebody may have put other things beside it."""


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
            try:
                return dt.date.fromisoformat(self.as_of)
            except ValueError:
                raise UserError(f"{self.as_of} is not a date written like 2026-10-31.") from None
        return clock.today() - dt.timedelta(days=1)

    @property
    def first_day(self) -> dt.date:
        """Three years before, from the first of a month on."""
        last = self.last_day
        return dt.date(last.year - 3, last.month, 1)


def state_of_folder(size: Size) -> str:
    """``built``: the folder holds this demo; ``empty``; ``other``: another demo, or half of one; ``foreign``: anything else."""
    folder = Path(settings.DATA_DIR)
    mark = folder / MARK
    if not mark.is_file():
        return "foreign" if folder.is_dir() and {path.name for path in folder.iterdir()} - KEPT else "empty"
    try:
        held = json.loads(mark.read_text())
    except ValueError:  # cut off by a full disk
        return "other"
    return "built" if held.get("state") == "built" and held.get("made_of") == made_of(size) else "other"


def made_of(size: Size) -> str:
    """What the demo's content depends on: its size and seed, the tables' shape, and the code that draws it."""
    digest = hashlib.sha256(json.dumps(asdict(size), sort_keys=True).encode())
    package = Path(__file__).resolve().parents[1]
    for path in sorted([*package.glob("**/migrations/*.py"), *package.glob("synthetic/*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def check_folder(size: Size) -> str:
    """The state of the data folder; raises UserError where the demo may not be made, having touched nothing."""
    for alias, name in (("default", "CHILDFIRST_DATABASE_URL"), ("published", "CHILDFIRST_PUBLISHED_URL")):
        if settings.DATABASES[alias]["ENGINE"] != "django.db.backends.sqlite3":
            raise UserError(f"The demo has its own database in its folder. Take {name} out of the environment.")
    size.last_day  # noqa: B018
    state = state_of_folder(size)
    if state == "foreign":
        raise UserError(
            f"{settings.DATA_DIR} holds data that are not the demo's. Choose another folder with CHILDFIRST_DATA_DIR."
        )
    return state


def build(size: Size) -> None:
    """Make the demo in the data folder, unless it is there already; what an interrupted or older build left is removed first.

    Raises UserError for a folder that holds data which are not the demo's.
    """
    folder = Path(settings.DATA_DIR)
    state = check_folder(size)
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
    for path in (folder / name for name in sorted(MADE - {MARK})):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _fill(size: Size, source: Path) -> None:
    from childfirst.audit import upkeep
    from childfirst.encounters import actions as encounters
    from childfirst.encounters.crime_records.actions import build_facts as build_incident_facts
    from childfirst.encounters.notices.actions import build_facts as build_notice_facts
    from childfirst.synthetic.archive import write_archive
    from childfirst.synthetic.city import make_city
    from childfirst.synthetic.encounters import make_encounters
    from childfirst.synthetic.incidents import make_incidents
    from childfirst.synthetic.matching import make_legacy
    from childfirst.synthetic.notices import make_notices
    from childfirst.synthetic.people import make_cast
    from childfirst.synthetic.places import bring_in_places
    from childfirst.synthetic.records import as_records
    from childfirst.synthetic.releases import make_releases
    from childfirst.synthetic.requests import make_requests
    from childfirst.synthetic.reviews import make_reviews
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
    with working("Importing what an earlier records system says about schools"):
        earlier = drawn.filter((pl.col("kind") != "stop_and_search") & (pl.col("occurred_at") < turning_point))
        make_legacy(rng, BUILDER, source, earlier, city, schools, cast)
    with working("Recording encounters"):
        recorded = drawn.filter(pl.col("occurred_at") >= turning_point)
        encounters.record_batch(
            by=BUILDER, frame=as_records(rng, recorded, cast, size.last_day), reason="Encounters of the demo"
        )
    with working("Reviewing what must be reviewed"):
        make_reviews(cast)
    with working("Incidents in school, and people who ask what is held about them"):
        make_incidents(rng, cast, schools, size.last_day)
        make_requests(cast, size.last_day)
    with working("Notices to schools"):
        make_notices(rng, cast)
    with working("Building the facts"):
        encounters.build_facts(by=BUILDER)
        build_incident_facts(by=BUILDER)
        build_notice_facts(by=BUILDER)
    with working("Preparing, signing and publishing the first release"):
        make_releases(cast, size.last_day)
    with working("Doing what the platform does by itself every day"):
        for run in upkeep.run_due():
            if not run.worked:
                raise UserError(f"The upkeep task {run.task} failed: {run.sentence}")
