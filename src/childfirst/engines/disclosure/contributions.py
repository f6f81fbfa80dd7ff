"""Figures that respondents make up: which of them are dominated by a few, and who could subtract their own part.

The n-k rule, the p-per-cent rule and their protection levels are those of Hundepool and others, Handbook on Statistical
Disclosure Control (2010), chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from childfirst.shared.errors import UserError

from .demands import Demand
from .rule import Rule
from .space import Space
from .tables import CountTable

Shares = dict[str, int]


def is_magnitude(tables: Sequence[CountTable], rule: Rule) -> bool:
    """Whether the dominance rules decide what is sensitive, not the threshold. Raises UserError for a mixture."""
    if rule.dominance is None and rule.p_percent is None:
        return False
    having = [table for table in tables if table.contributions]
    if not having:
        raise UserError("The dominance rules need tables with contributions.")
    if len(having) != len(tables):
        odd = next(table.name for table in tables if not table.contributions)
        raise UserError(f"Table {odd} has no contributions; protect counts and magnitudes apart from each other.")
    return True


def shares(space: Space) -> dict[int, Shares]:
    """Region -> respondent -> amount, for every published cell of tables with contributions."""
    found: dict[int, Shares] = {}
    for cells in space.tables:
        table = cells.table
        if not table.contributions:
            continue
        above = [
            {
                code: [up for up, members in table.levels(name).items() if code in members]
                for code in table.domains[name]
            }
            for name in table.dimensions
        ]
        region_of = dict(zip(cells.codes, cells.region.tolist(), strict=True))
        mine: dict[int, Shares] = {}
        for crossing, parts in table.contributions.items():
            keys: list[tuple[str, ...]] = [()]
            for axis, code in enumerate(crossing):
                keys = [(*key, up) for key in keys for up in above[axis][code]]
            for key in keys:
                region = region_of.get(key)
                if region is not None:
                    into = mine.setdefault(region, {})
                    for respondent, amount in parts.items():
                        into[respondent] = into.get(respondent, 0) + amount
        for region, parts in mine.items():
            found.setdefault(region, {r: a for r, a in sorted(parts.items()) if a > 0})
    return found


def upward_need(parts: Mapping[str, int], rule: Rule) -> int:
    """How far above a figure an attacker's upper bound must lie; 0 where the figure may be shown."""
    amounts = sorted(parts.values(), reverse=True)
    total = sum(amounts)
    if not total:
        return 0
    need = 0
    if rule.p_percent is not None:
        others = total - sum(amounts[:2])
        need = max(need, ceil(rule.p_percent / 100 * amounts[0] - others - 1e-9))
    if rule.dominance is not None:
        n, k = rule.dominance
        need = max(need, ceil(100 / k * sum(amounts[:n]) - total - 1e-9))
    return max(need, 0)


def from_within(plain: Sequence[Demand], parts: Mapping[int, Shares]) -> list[Demand]:
    """The same demands once more against each respondent that is the only contributor of some figure."""
    sole: dict[str, set[int]] = {}
    for region, mine in parts.items():
        if len(mine) == 1:
            sole.setdefault(next(iter(mine)), set()).add(region)
    found = []
    for demand in plain:
        for _, known in sorted(sole.items()):
            if demand.region not in known:
                found.append(Demand(demand.region, demand.width, demand.up, demand.down, frozenset(known)))
    return found
