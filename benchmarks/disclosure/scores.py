"""How a publication is scored, and how targets are printed."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from childfirst.engines.disclosure import CountTable, Protection, PublishedCell, Rule, Status, audit
from childfirst.engines.disclosure.protection import SafeTable

from .generator import true_counts

RULE = Rule()
T = TypeVar("T")


@dataclass(frozen=True)
class Score:
    """Hidden cells by number and by the sum of their counts; what our attack proves; processor seconds."""

    cells: int
    small: int
    hidden: int
    hidden_sum: int
    exact: int
    unsafe: int
    seconds: float
    attack_seconds: float
    bound: int | None = None
    proved: bool = True

    @property
    def gap(self) -> float | None:
        """How far the number of hidden cells is above the proved bound, as a share."""
        return None if not self.bound else self.hidden / self.bound - 1


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result, and the processor seconds it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def score(tables: Sequence[CountTable], protection: Protection, seconds: float) -> Score:
    """Attack a publication, jointly over all its tables, and count."""
    result, attack_seconds = timed(lambda: audit(protection, exact=False, truth=tables))
    small = [cell for cell in result.cells if cell.status == Status.HIDDEN_PRIMARY]
    broken = {(breach.table, breach.codes) for breach in result.breaches}
    counts = {table.name: true_counts(table) for table in tables}
    cells = [(table.name, cell) for table in protection for cell in table.cells]
    hidden = [(name, cell) for name, cell in cells if cell.count is None]
    bound = protection.certificate.get("method", {})
    return Score(
        cells=len(cells),
        small=len(small),
        hidden=len(hidden),
        hidden_sum=sum(counts[name].get(cell.codes, 0) for name, cell in hidden),
        exact=sum(cell.proved_high is not None and cell.proved_low == cell.proved_high for cell in small),
        unsafe=sum((cell.table, cell.codes) in broken for cell in small),
        seconds=seconds,
        attack_seconds=attack_seconds,
        bound=bound.get("least_hidden") if isinstance(bound, dict) else None,
        proved=bool(protection.certificate.get("proved")),
    )


def as_ledger(tables: Sequence[SafeTable], release: str) -> list[PublishedCell]:
    """What a release adds to the ledger."""
    return [
        PublishedCell(
            {**dict(table.scope), **dict(zip(table.dimensions, cell.codes, strict=True))},
            cell.count,
            primary=cell.status is Status.HIDDEN_PRIMARY,
            release=release,
        )
        for table in tables
        for cell in table.cells
    ]


def memory() -> float:
    """Greatest memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Targets:
    """Targets as they are met or missed; what was not measured counts as neither."""

    def __init__(self) -> None:
        self.missed = 0
        self._lines: list[str] = []

    def add(self, name: str, target: str, value: str, met: bool) -> None:
        """Note one target."""
        self.missed += not met
        self._lines.append(f"  {'met   ' if met else 'MISSED'}  {name}: {value} (target: {target})")

    def report(self) -> None:
        """Print all of them."""
        print("\nTargets")
        print("\n".join(self._lines), flush=True)
