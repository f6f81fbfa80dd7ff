"""The attacker: what can be worked out from the publication and nothing else.

Written apart from the protector and sharing no code with it beyond the published form: own cutting of breakdowns
(``scene``), own deduction, own solver path (``piece``). Works on the joint table of all breakdowns, in the pieces that
bucket elimination leaves (which say just as much); where a piece would be too large, on the crossings of the tables
tied by every margin that two of them have in common, which may say less than the joint table does.

Nothing that is reported rests on a solver's tolerance (``evidence``): a cell is called safe only when two
whole-numbered tables fit everything published and differ at it by enough, and an interval is called exact only when
whole-number arithmetic proves that nothing beyond it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .deduction import deduce
from .programme import Found, Programme
from .protection import Protection
from .rule import Rule, Status
from .scene import Ints, Scene
from .tables import CountTable

EXACT_UP_TO = 60
"""Number of hidden cells up to which both ends of each interval are worked out unless the caller says otherwise."""


@dataclass(frozen=True)
class HiddenCell:
    """What an attacker can prove about one hidden cell.

    low, high
        Counts that whole-numbered tables really have there: the attacker can exclude neither. ``high`` None: no upper
        bound. Where no table at all was found, they are the proved bounds.
    proved_low, proved_high
        What is proved: no table has less or more. None: nothing is proved from above.
    exact
        Both agree: this is the interval that the attacker can prove, no wider and no narrower.
    """

    table: str
    codes: tuple[str, ...]
    status: str
    low: int
    high: int | None
    exact: bool
    proved_low: int = 0
    proved_high: int | None = None

    @property
    def width(self) -> float:
        return float("inf") if self.high is None else float(self.high - self.low)


@dataclass(frozen=True)
class Breach:
    """A hidden cell about which too much can be proved, or a count below the threshold that subtraction gives away."""

    table: str
    codes: tuple[str, ...]
    reason: str
    low: int
    high: int | None


@dataclass(frozen=True)
class AuditResult:
    """The attack's findings. ``safe`` is False also where an attack ended without an answer."""

    cells: tuple[HiddenCell, ...]
    breaches: tuple[Breach, ...]
    components: int
    model: str
    unknowns: int
    equations: int
    programmes: int

    @property
    def safe(self) -> bool:
        return not self.breaches

    @property
    def recovered(self) -> int:
        """Hidden cells whose count the attacker knows exactly."""
        return sum(cell.proved_high is not None and cell.proved_low == cell.proved_high for cell in self.cells)

    def summary(self) -> dict[str, object]:
        """For the certificate; gives no interval of any single cell."""
        primary = [c.width for c in self.cells if c.status == Status.HIDDEN_PRIMARY]
        finite = [width for width in primary if width != float("inf")]
        return {
            "hidden_cells": len(self.cells),
            "breaches": len(self.breaches),
            "recovered": self.recovered,
            "narrowest_primary_at_least": int(min(finite)) if finite else None,
            "components": self.components,
            "model": self.model,
            "unknowns": self.unknowns,
            "equations": self.equations,
        }


def audit(
    protection: Protection, *, exact: bool | None = None, truth: Sequence[CountTable] | None = None
) -> AuditResult:
    """Attack a publication and its ledger; report the interval of every hidden cell, and every breach.

    A primary cell is breached where its interval is narrower than the rule asks; a secondary cell where its count is
    pinned; a remainder of overlapping codes (a month left over between two year-to-date figures) where its count is
    proved to lie between 1 and the threshold; a group where everyone in it, at least the threshold in number, is
    proved to have the same outcome. ``exact``: solve both ends for each cell; default: only while there are few hidden
    cells, else just far enough to prove that each interval is wide enough. ``truth``: the tables behind the
    publication, where the caller holds them; they spare the search for a first table that fits, and tell nothing else.

    Raises UserError where the published figures contradict each other.
    """
    scene = Scene(protection)
    needed = _needed(scene, protection.rule)
    told = scene.told_by(truth) if truth else ([], [])
    targets = [*needed, *scene.remainders, *(row for g in scene.groups for row in (g.others, g.everyone))]
    programme = Programme(scene.system, targets, _first_table(scene, told), told)
    every = exact if exact is not None else len(needed) <= EXACT_UP_TO
    found = programme.bound(needed, every)

    cells = [
        HiddenCell(table, codes, status.value, *_interval(found[row]), found[row].least, found[row].most)
        for table, codes, status, row in scene.hidden
    ]
    breaches = [
        *_breached_cells(scene, protection, found),
        *_breached_past(scene, protection.rule, found),
        *_breached_remainders(scene, protection.rule, programme),
        *_breached_groups(scene, protection.rule, programme),
    ]
    return AuditResult(
        tuple(cells),
        tuple(breaches),
        programme.components,
        scene.model,
        programme.free,
        programme.statements,
        programme.solved,
    )


def _needed(scene: Scene, rule: Rule) -> dict[int, int]:
    """Row of each hidden cell -> the width that its interval must have."""
    narrow = {table.name for table in scene.protection.tables if getattr(table, "magnitude", False)}
    needed: dict[int, int] = {}
    for table, _, status, row in scene.hidden:
        width = rule.width if status is Status.HIDDEN_PRIMARY and table not in narrow else 1
        needed[row] = max(needed.get(row, 1), width)
    return needed | dict.fromkeys(scene.past, rule.width)


def _first_table(scene: Scene, told: tuple[list[int], list[int]]) -> Ints | None:
    """The joint table, where the tables' inner cells say it outright."""
    rows, values = told
    if not rows:
        return None
    counts = np.array(values, np.int64)
    deduced = deduce(scene.system.sums[rows], counts, counts)
    return None if len(deduced.open) else deduced.low


def _interval(found: Found) -> tuple[int, int | None, bool]:
    """What to report as low, high and whether it is exact."""
    if found.high is not None and found.low > found.high:
        return found.least, found.most, False
    return found.low, found.high, found.exact


def _breached_cells(scene: Scene, protection: Protection, found: dict[int, Found]) -> list[Breach]:
    breaches = []
    needed = _needed(scene, protection.rule)
    for table, codes, status, row in scene.hidden:
        width = needed[row] if status is Status.HIDDEN_PRIMARY else 1
        if not found[row].at_least(width):
            breaches.append(Breach(table, codes, _reason(found[row], width), found[row].least, found[row].most))
    return breaches


def _reason(found: Found, width: int) -> str:
    if not found.below(width):
        return "the attack ended without an answer"
    return "its count can be worked out" if found.least == found.most else f"its interval is narrower than {width}"


def _breached_past(scene: Scene, rule: Rule, found: dict[int, Found]) -> list[Breach]:
    reason = "a cell hidden in an earlier release can be narrowed down"
    return [
        Breach("ledger", scene.name(row), reason, found[row].least, found[row].most)
        for row in scene.past
        if not found[row].at_least(rule.width)
    ]


def _breached_remainders(scene: Scene, rule: Rule, programme: Programme) -> list[Breach]:
    reason = "overlapping categories give it away by subtraction"
    breaches = []
    for row in scene.remainders:
        found = programme.found(row)
        if found.low < 1 or found.high is None or found.high >= rule.threshold:
            continue
        found = programme.ends(row)
        if found.low >= 1 and found.high is not None and found.high < rule.threshold:
            breaches.append(Breach("remainder", scene.name(row), reason, found.least, found.most))
    return breaches


def _breached_groups(scene: Scene, rule: Rule, programme: Programme) -> list[Breach]:
    """Groups, at least the threshold in number, in which nobody can have another outcome than one."""
    breaches = []
    for group in scene.groups:
        others = programme.found(group.others)
        if others.high is None or others.high > 0 or not programme.widen(group.others, 1).below(1):
            continue
        everyone = programme.found(group.everyone)
        if everyone.low >= rule.threshold:
            everyone = programme.ends(group.everyone)
        if everyone.low >= rule.threshold:
            reason = f"everyone in the group is known to be “{group.outcome}”"
            breaches.append(Breach("group", (group.table, *group.codes), reason, everyone.least, everyone.most))
    return breaches
