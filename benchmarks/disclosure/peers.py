"""What is done elsewhere, on the same tables: an official tool, careful hand work, and hiding the small counts alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import chdir

from childfirst.engines.disclosure import CountTable, Protection, Rule, SafeCell, SafeTable, Status

from .generator import true_counts

Hidden = set[tuple[str, ...]]


def small_only(table: CountTable, rule: Rule) -> Hidden:
    """Hide the small counts, nothing else."""
    return {codes for codes, count in true_counts(table).items() if rule.is_sensitive(count)}


def one_at_a_time(table: CountTable, rule: Rule) -> Hidden:
    """By hand: hide the smallest other cell of every line that has one hidden cell, until none is left."""
    counts = true_counts(table)
    hidden = small_only(table, rule)
    lines: dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for codes in counts:
        for axis in range(len(codes)):
            lines.setdefault((axis, codes[:axis] + codes[axis + 1 :]), []).append(codes)
    queue = sorted(lines)
    while queue:
        line = lines[queue.pop(0)]
        if sum(codes in hidden for codes in line) != 1:
            continue
        choices = [codes for codes in line if codes not in hidden and counts[codes] > 0]
        if choices:
            chosen = min(choices, key=lambda codes: (codes.count("Total"), counts[codes], codes))
            hidden.add(chosen)
            queue.extend((axis, chosen[:axis] + chosen[axis + 1 :]) for axis in range(len(chosen)))
    return hidden


def argus(table: CountTable, rule: Rule, method: str) -> Hidden:
    """pytauargus: minimum frequency, each cell protected by its whole count (it takes no more), one table at a time.

    ``method``: OPT (optimal) or MOD (modular). Raises ImportError where it is not installed (group ``bench``).
    """
    from pytauargus import protect

    columns: dict[str, list[object]] = {name: [] for name in table.dimensions}
    for codes, count in table.counts.items():
        for name, code in zip(table.dimensions, codes, strict=True):
            columns[name] += [code] * int(count)
    columns["n"] = [1] * len(columns[table.dimensions[0]])
    # It leaves its logs wherever it is started.
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        result = protect(
            columns,
            list(table.dimensions),
            response="n",
            safety_rules=f"FREQ({rule.threshold},100)",
            suppress=f"{method}(1)",
            workdir=folder,
        )
        rows = result.tables[0].rows
    return {tuple(str(row[n]) for n in table.dimensions) for row in rows if row["status"] in ("U", "M")}


def face(tables: Sequence[CountTable], rule: Rule, method: Callable[[CountTable, Rule], Hidden]) -> Protection:
    """The publication that a method makes of each table by itself."""
    safe = []
    for table in sorted(tables, key=lambda t: t.name):
        counts, hidden = true_counts(table), method(table, rule)
        levels = [list(table.levels(name)) for name in table.dimensions]
        cells = []
        for codes in _product(levels):
            count = counts.get(codes, 0)
            primary = rule.is_sensitive(count)
            status = Status.SHOWN if count else Status.TRUE_ZERO
            if primary or codes in hidden:
                status = Status.HIDDEN_PRIMARY if primary else Status.HIDDEN_SECONDARY
            cells.append(SafeCell(codes, None if status.hidden else count, status))
        domains = {name: tuple(domain) for name, domain in table.domains.items()}
        safe.append(SafeTable(table.name, table.dimensions, tuple(cells), domains, {}, dict(table.scope)))
    return Protection(tuple(safe), rule)


def _product(levels: list[list[str]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for level in levels:
        found = [(*codes, code) for codes in found for code in level]
    return found
