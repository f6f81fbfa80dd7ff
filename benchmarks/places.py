"""Points in areas, and the search for schools: ``python benchmarks/places.py``.

Data: ../shared/data/boundaries and ../shared/data/schools (CHILDFIRST_SHARED overrides). Peers in the same run, on one core: a plain
loop over points and outlines with prepared geometries, and shapely's own vectorised test outline by outline. All of them start
from longitude and latitude, so the change to grid metres is in every time. Times are of the processor, not of the wall: all of it runs
on one core, and a busy machine does not blur the ratios.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from pathlib import Path

import numpy as np
import shapely
from rapidfuzz import fuzz, process

from childfirst.places.boundaries import read_features
from childfirst.places.geometry import AreaIndex, to_grid
from childfirst.places.reading import Source
from childfirst.places.search import Entry, SchoolFinder

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CHILDFIRST_SHARED", ROOT.parent / "shared")) / "data"
POINTS = 1_000_000
TARGET = 100_000
QUERIES = (
    "gospel oak",
    "st marys",
    "st mary's catholic primary london",
    "NW5 2",
    "1000",
    "acland burgly",
    "qehs",
    "sir john cass",
)


def main() -> int:
    """Measure; 0 where the data are absent."""
    if not (DATA / "boundaries" / "london_ward.gpkg").is_file():
        print("Skipped: the boundaries are not here (../shared/data/boundaries).")
        return 0
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-0.51, 0.33, POINTS), rng.uniform(51.29, 51.69, POINTS)
    for name, column in (("borough", "LAD24CD"), ("ward", "WD24CD")):
        points_in_areas(name, column, lon, lat)
    searches()
    return 0


def points_in_areas(name: str, column: str, lon: np.ndarray, lat: np.ndarray) -> None:
    """The index against its peers on the same points; the answers must be the same."""
    file = read_features(Source.read(DATA / "boundaries" / f"london_{name}.gpkg"))
    codes = [feature.columns[column] for feature in file.features]
    outlines = [feature.shape for feature in file.features]
    started = time.process_time()
    index = AreaIndex(codes, outlines)
    built = time.process_time() - started
    started = time.process_time()
    found = index.locate(lon, lat)
    rate = len(lon) / (time.process_time() - started)
    few = 2_000 if len(codes) > 100 else 20_000
    started = time.process_time()
    plain = naive(codes, outlines, lon[:few], lat[:few])
    naive_rate = few / (time.process_time() - started)
    some = 20_000 if len(codes) > 100 else 200_000
    started = time.process_time()
    peer = outline_by_outline(codes, outlines, lon[:some], lat[:some])
    peer_rate = some / (time.process_time() - started)
    same = plain == found[:few].tolist() and peer.tolist() == found[:some].tolist()
    inside = float(np.mean(found != ""))
    print(f"{len(codes)} {name}s, {len(lon):,} points ({inside:.0%} inside), index built in {built * 1000:.0f} ms")
    verdict = "reached" if rate >= TARGET else "MISSED"
    print(f"  index                    {rate:>12,.0f} points/s  (target {TARGET:,}: {verdict})")
    print(f"  outline by outline       {peer_rate:>12,.0f} points/s  index is {rate / peer_rate:,.1f} times as fast")
    print(f"  plain loop               {naive_rate:>12,.0f} points/s  index is {rate / naive_rate:,.1f} times as fast")
    print(f"  answers the same: {'yes' if same else 'NO'}")
    if not same:
        sys.exit(1)


def naive(codes: list[str], outlines: list[shapely.Geometry], lon: np.ndarray, lat: np.ndarray) -> list[str]:
    """One point after the other, one outline after the other, in order of code."""
    x, y = to_grid(lon, lat)
    order = sorted(zip(codes, outlines, strict=True))
    for _, outline in order:
        shapely.prepare(outline)
    points = shapely.points(x, y)
    return [next((code for code, outline in order if outline.intersects(point)), "") for point in points]


def outline_by_outline(
    codes: list[str], outlines: list[shapely.Geometry], lon: np.ndarray, lat: np.ndarray
) -> np.ndarray:
    """All points at once against each outline, in order of code backwards, so that the smallest code stays."""
    x, y = to_grid(lon, lat)
    found = np.full(len(x), "", dtype=np.array(codes).dtype)
    for code, outline in sorted(zip(codes, outlines, strict=True), reverse=True):
        shapely.prepare(outline)
        found[shapely.intersects_xy(outline, x, y)] = code
    return found


def searches() -> None:
    """The finder on the names of all schools over time, against RapidFuzz over the same names."""
    path = DATA / "schools" / "names-over-time.csv"
    if not path.is_file():
        return
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    entries = [
        Entry(
            int(row["urn"]), row["name"], tuple(filter(None, row["previous_names"].split(" | "))), "", row["postcode"]
        )
        for row in rows
    ]
    started = time.process_time()
    finder = SchoolFinder(entries)
    built = time.process_time() - started
    times = []
    for query in QUERIES:
        started = time.process_time()
        finder.find(query, 10)
        times.append((time.process_time() - started) * 1000)
    names = [name for entry in entries for name in (entry.name, *entry.former)]
    started = time.process_time()
    for query in QUERIES:
        process.extract(query, names, scorer=fuzz.WRatio, limit=10)
    peer = (time.process_time() - started) * 1000 / len(QUERIES)
    mean = sum(times) / len(times)
    print(f"search in {len(entries):,} schools, index built in {built:.1f} s")
    print(f"  finder                   {mean:>12.1f} ms a query, slowest {max(times):.1f}")
    print(f"  RapidFuzz over all names {peer:>12.1f} ms a query; the finder is {peer / mean:,.0f} times as fast")


if __name__ == "__main__":
    raise SystemExit(main())
