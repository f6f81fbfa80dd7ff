"""Codes as a publication states them: what lies under each, and which region a table's cell is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .protection import Protection

Codes = frozenset[str]
Region = tuple[int, ...]
"""Number of a set of codes on each breakdown; 0 where the breakdown is not restricted."""


@dataclass(frozen=True)
class Reader:
    """From the codes of a table's cell to its region."""

    fixed: list[int]
    columns: list[int]
    levels: list[dict[str, int]]

    def __call__(self, codes: tuple[str, ...]) -> Region:
        region = list(self.fixed)
        for column, level, code in zip(self.columns, self.levels, codes, strict=True):
            region[column] = level[code]
        return tuple(region)


def finest_codes(protection: Protection) -> dict[str, dict[str, Codes]]:
    """Breakdown -> code -> the finest codes under it, from the structure that the publication states."""
    mentioned: dict[str, set[str]] = {}
    parents: dict[str, dict[str, str]] = {}
    for table in protection.tables:
        for source in (table.domains, table.scope):
            for name, codes in source.items():
                mentioned.setdefault(name, set()).update(codes)
        for name, links in table.hierarchies.items():
            parents.setdefault(name, {}).update(links)
    for cell in protection.ledger:
        for name, found in cell.codes().items():
            mentioned.setdefault(name, set()).update(found)
    finest: dict[str, dict[str, Codes]] = {}
    for name, found_codes in mentioned.items():
        chains = {code: _chain(code, parents.get(name, {})) for code in sorted(found_codes)}
        has_child = {step for chain in chains.values() for step in chain[1:]}
        under: dict[str, set[str]] = {}
        for code in sorted(found_codes - has_child):
            for step in chains[code]:
                under.setdefault(step, set()).add(code)
        finest[name] = {code: frozenset(found) for code, found in under.items()}
    return finest


def _chain(code: str, parents: Mapping[str, str]) -> list[str]:
    chain = [code]
    while chain[-1] in parents:
        chain.append(parents[chain[-1]])
    return chain
