"""Public pages under load: requests a second and p95 with 50 concurrent readers, against a bare WSGI program.

``python benchmarks/public_pages.py [--readers 50] [--requests 4000]`` starts gunicorn with two workers on the
loopback address, once with the public site and, in the same run, once with a program that answers with as many ready bytes.
Both get the same requests from the same readers. The pages are those of an invented partnership with ten years of quarterly
releases (40 and three more), kept in memory after their first reading as in service. "mixed" asks every page of the whole site in
turn, so that most are read for the first time; the last line says what a first reading costs.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import servers  # noqa: E402
from tests.public.invented import CORRECTED, NEWEST, SCHOOLS, SEARCHES  # noqa: E402

TARGET_MS = 100
PAGES = {
    "home": "/",
    "measure with charts and map": f"/measures/{SEARCHES}",
    "all releases": "/releases",
    "release": f"/releases/{NEWEST}",
    "table of a release": f"/releases/{NEWEST}/tables/{SEARCHES}",
    "two releases side by side": f"/releases/{NEWEST}/compare/{CORRECTED}",
    "JSON of all tables": "/api/v1/tables",
    "JSON table": f"/api/v1/releases/{NEWEST}/tables/{SEARCHES}",
    "CSV file": f"/releases/{NEWEST}/files/{SEARCHES}.csv",
}


@dataclass(frozen=True)
class Figures:
    """What one round of requests gave. Times in milliseconds."""

    rate: float
    p50: float
    p95: float
    worst: float
    size: int


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str) -> int:
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n"
    writer.write(request.encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"{path}: {status.decode().strip()}")
    length = 0
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-length":
            length = int(value)
    await reader.readexactly(length)
    return length


async def _reader(url: str, path: str, turns: int, times: list[float]) -> int:
    host, _, port = url.removeprefix("http://").partition(":")
    streams, size = None, 0
    for _ in range(turns):
        started = time.perf_counter()
        for attempt in (1, 2):
            try:
                if streams is None:
                    streams = await asyncio.open_connection(host, int(port), limit=1 << 20)
                size = await _ask(*streams, f"{host}:{port}", path)
                break
            except (ConnectionError, asyncio.IncompleteReadError):  # an idle connection was closed: open another
                streams = None
                if attempt == 2:
                    raise
        times.append((time.perf_counter() - started) * 1_000)
    if streams:
        streams[1].close()
        await streams[1].wait_closed()
    return size


async def measure(url: str, path: str, readers: int, requests: int) -> Figures:
    """Let the readers ask for one page, each on its own kept connection, and say how it went."""
    times: list[float] = []
    await _reader(url, path, 20, [])
    started = time.perf_counter()
    sizes = await asyncio.gather(*(_reader(url, path, requests // readers, times) for _ in range(readers)))
    took = time.perf_counter() - started
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return Figures(len(times) / took, cuts[49], cuts[94], max(times), sizes[0])


def whole_site() -> list[str]:
    """Every release, table, comparison with the newest, and answer of the API: several hundred addresses."""
    keys = [f"{2025 - count // 4}-{3 * (4 - count % 4) - 1:02d}-quarter" for count in range(40)]
    found = ["/", "/releases", "/releases?page=2", "/measures", "/calendar", "/api/v1/releases", "/api/v1/tables"]
    for key in (NEWEST, CORRECTED, *keys):
        found.append(f"/releases/{key}")
        found.append(f"/releases/{key}/compare/{CORRECTED if key == NEWEST else NEWEST}")
        for name in (SEARCHES, SCHOOLS):
            found += [
                f"/releases/{key}/tables/{name}",
                f"/releases/{key}/files/{name}.csv",
                f"/api/v1/releases/{key}/tables/{name}",
            ]
    return found


async def mixed(url: str, readers: int) -> list[float]:
    """Milliseconds of requests of readers who each go through the whole site in an order of their own."""
    times: list[float] = []
    pages = whole_site()

    async def one(number: int) -> None:
        start = number * len(pages) // readers
        for path in (pages[start:] + pages[:start])[:: max(1, number % 3 + 1)]:
            await _reader(url, path, 1, times)

    await asyncio.gather(*(one(number) for number in range(readers)))
    return times


async def first_readings(url: str) -> list[float]:
    """Milliseconds of pages that nobody has read yet: a measure with another choice each time."""
    times: list[float] = []
    for number in range(1, 13):
        for group in ("each", "black", "white"):
            await _reader(url, f"/measures/{SEARCHES}?borough=E0900{number:04d}&self_defined_group={group}", 1, times)
    return times


def main() -> int:
    """Print a table of our pages beside the peer, and whether the target for p95 was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    worst = 0.0
    print(f"{options.readers} concurrent readers, {options.workers} workers, {options.requests} requests a page")
    print(
        f"{'page':28} {'bytes':>8} {'req/s':>8} {'p50 ms':>8} {'p95 ms':>8} {'bare/s':>8} {'bare p95':>9} {'ratio':>6}"
    )
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        servers.publish(data, "--many")
        with servers.serving("public", data, workers=options.workers) as ours:
            for name, path in PAGES.items():
                mine = asyncio.run(measure(ours, path, options.readers, options.requests))
                with servers.bare(data, mine.size, workers=options.workers) as peer:
                    bare = asyncio.run(measure(peer, path, options.readers, options.requests))
                worst = max(worst, mine.p95)
                print(
                    f"{name:28} {mine.size:8,} {mine.rate:8,.0f} {mine.p50:8.1f} {mine.p95:8.1f} {bare.rate:8,.0f} "
                    f"{bare.p95:9.1f} {mine.rate / bare.rate:6.2f}",
                    flush=True,
                )
            first = asyncio.run(first_readings(ours))
        with servers.serving("public", data, workers=options.workers) as ours:
            cold = asyncio.run(mixed(ours, options.readers))
            warm = asyncio.run(mixed(ours, options.readers))
    print(f"worst p95 {worst:.1f} ms; target under {TARGET_MS} ms: {'met' if worst < TARGET_MS else 'MISSED'}")
    for name, times in (("never read before", cold), ("read before", warm)):
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(
            f"mixed, {len(whole_site())} pages {name}: {len(times):,} requests, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, "
            f"p99 {cuts[98]:.1f} ms"
        )
        worst = max(worst, cuts[94]) if times is warm else worst
    print(f"worst p95 of pages in memory {worst:.1f} ms: {'met' if worst < TARGET_MS else 'MISSED'}")
    print(
        f"first reading of a measure, drawn anew: median {statistics.median(first):.0f} ms, worst {max(first):.0f} ms"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
