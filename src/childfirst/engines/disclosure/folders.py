"""Publications as folders: tables as CSV files with a certificate, and a ledger of such folders.

A *release folder* is what ``childfirst protect --out`` writes, or what another tool made: CSV files, perhaps without a
status. A *ledger* is a folder of release folders, in the order of their names; a release folder alone is a ledger of
one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from childfirst.shared.errors import UserError

from .files import LongTable, read_long, safe_table
from .protection import Protection, SafeTable
from .rule import TOTAL, PublishedCell, Rule, Status

CERTIFICATE = "certificate.json"
LEDGER = "ledger"
PERIOD = "period"
"""The breakdown that tells releases of different periods apart, where the tables have none of their own."""

Untold = frozenset[tuple[str, tuple[str, ...]]]
Parents = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class ReleaseFolder:
    """One past publication: its tables, the periods that they count, and how they were rounded."""

    name: str
    tables: tuple[SafeTable, ...]
    periods: tuple[str, ...]
    rounding: int
    parents: Parents
    certificate: Mapping[str, Any]


def table_paths(paths: Sequence[Path]) -> list[Path]:
    """The files to read: CSV files as they are named, or all of a folder's. Raises UserError for two of one name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.glob("*.csv") if p.is_file())
            if not inside:
                raise UserError(f"{path} holds no CSV file.")
            found += inside
        else:
            found.append(path)
    names: dict[str, Path] = {}
    for path in found:
        other = names.setdefault(path.stem, path)
        if other is not path:
            raise UserError(f"{other} and {path} have one name; each table needs a name of its own.")
    return found


def read_certificate(folder: Path) -> Mapping[str, Any]:
    """The certificate of a release folder; empty where there is none. Raises UserError where it is damaged."""
    path = folder / CERTIFICATE
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise UserError(f"{path} is not a certificate that can be read.") from None
    if not isinstance(found, dict):
        raise UserError(f"{path} is not a certificate that can be read.")
    return found


def rule_of(certificate: Mapping[str, Any]) -> Rule | None:
    """The rule under which a folder was protected, or None where its certificate says nothing."""
    told = certificate.get("rule")
    if not isinstance(told, dict):
        return None
    rounding = told.get("rounding") or 1
    try:
        return Rule(
            threshold=told["threshold"],
            interval=told.get("interval"),
            zeros_shown=bool(told.get("zeros_shown", True)),
            outcomes=tuple(told.get("outcomes") or ()),
            rounding=rounding,
        )
    except (KeyError, TypeError):
        raise UserError("The certificate names no rule that can be read; say it with --rule.") from None


def read_release(
    folder: Path, parents: Parents, *, missing: str = "zero", count: str | None = None
) -> tuple[ReleaseFolder, Untold]:
    """Read a release folder, and which hidden cells do not say why they are hidden."""
    certificate = read_certificate(folder)
    told = certificate.get("publication") or {}
    known = {**{n: dict(p) for n, p in (told.get("hierarchies") or {}).items()}, **parents}
    periods = tuple(told.get("periods") or ())
    scope = {PERIOD: periods} if periods else {}
    tables, untold = [], set[tuple[str, tuple[str, ...]]]()
    for path in table_paths([folder]):
        table, unknown = safe_table(read_long(path, count, known), missing=missing, scope=_scope(path.name, scope, ()))
        tables.append(table)
        untold |= {(table.name, codes) for codes in unknown}
    rule = rule_of(certificate)
    found = ReleaseFolder(folder.name, tuple(tables), periods, rule.rounding if rule else 1, known, certificate)
    return found, frozenset(untold)


def _scope(file: str, scope: Mapping[str, Sequence[str]], dimensions: Sequence[str]) -> Mapping[str, Sequence[str]]:
    if PERIOD in scope and PERIOD in dimensions:
        raise UserError(f"{file} has a column “{PERIOD}” of its own; leave out --period and --cumulative.")
    return scope


def read_ledger(folder: Path | None, parents: Parents) -> tuple[ReleaseFolder, ...]:
    """Every release of a ledger, in the order of their names. Raises UserError where there is none."""
    if folder is None:
        return ()
    if not folder.is_dir():
        raise UserError(f"The ledger {folder} is not a folder.")
    inside = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != LEDGER)
    releases = [p for p in inside if any(p.glob("*.csv"))]
    if not releases and any(folder.glob("*.csv")):
        releases = [folder]
    if not releases:
        raise UserError(f"The ledger {folder} holds no release: no folder with CSV files.")
    return tuple(read_release(path, parents)[0] for path in releases)


def ledger_cells(
    releases: Sequence[ReleaseFolder], *, period: str | None = None, corrects: Sequence[str] = ()
) -> tuple[PublishedCell, ...]:
    """Every cell of past releases. With ``period`` a release that names none counts the period of its folder's name.

    ``corrects``: releases whose figures were wrong. Raises UserError for a name that is not in the ledger.
    """
    names = {release.name for release in releases}
    for wrong in corrects:
        if wrong not in names:
            known = ", ".join(sorted(names)) or "none"
            raise UserError(f"There is no release {wrong!r} in the ledger to correct; there is {known}.")
    cells: list[PublishedCell] = []
    for release in releases:
        periods = release.periods or ((release.name,) if period else ())
        for table in release.tables:
            fixed: dict[str, tuple[str, ...]] = {name: tuple(codes) for name, codes in table.scope.items()}
            if periods:
                fixed[PERIOD] = periods
            levels = {name: _under(table, name) for name in table.dimensions}
            for cell in table.cells:
                where: dict[str, str | tuple[str, ...]] = dict(fixed)
                for name, code in zip(table.dimensions, cell.codes, strict=True):
                    if code != TOTAL:
                        where[name] = levels[name].get(code, code)
                cells.append(
                    PublishedCell(
                        where,
                        cell.count,
                        primary=cell.status is Status.HIDDEN_PRIMARY,
                        release=release.name,
                        rounding=release.rounding,
                        superseded=release.name in corrects,
                    )
                )
    return tuple(cells)


def _under(table: SafeTable, name: str) -> dict[str, tuple[str, ...]]:
    """Parent -> the finest codes under it: the ledger knows no hierarchy of its own."""
    found: dict[str, list[str]] = {}
    parents = table.hierarchies.get(name, {})
    for code in table.domains[name]:
        step = parents.get(code)
        while step is not None:
            found.setdefault(step, []).append(code)
            step = parents.get(step)
    return {parent: tuple(codes) for parent, codes in found.items()}


def periods_of(releases: Sequence[ReleaseFolder], period: str | None, cumulative: bool) -> tuple[str, ...]:
    """The periods that new tables count: their own, and with ``cumulative`` every one that a past release counts."""
    if period is None:
        if cumulative:
            raise UserError("With --cumulative, say with --period which period the new tables add.")
        return ()
    past = [p for release in releases for p in (release.periods or (release.name,))]
    if period in past and cumulative:
        raise UserError(f"The ledger already counts the period {period!r}.")
    return tuple(dict.fromkeys([*past, period])) if cumulative else (period,)


def write_release(folder: Path, tables: Mapping[str, str], protection: Protection, told: Mapping[str, Any]) -> None:
    """Write a release folder whole or not at all. Raises UserError where the folder holds files already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not an empty folder; a release is never written over another.")
    certificate = {**protection.certificate, "publication": dict(told)}
    text = json.dumps(certificate, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, content in {**{f"{n}.csv": t for n, t in tables.items()}, CERTIFICATE: text}.items():
                (draft / name).write_text(content, encoding="utf-8", newline="")
            draft.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            os.replace(draft, folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.") from None


def publication(release: ReleaseFolder, rule: Rule, ledger: Sequence[PublishedCell]) -> Protection:
    """A folder as the attacker sees it."""
    return Protection(release.tables, rule, tuple(ledger))


def long_tables(paths: Sequence[Path], count: str | None, parents: Parents) -> list[LongTable]:
    """Read the tables to be protected. Raises UserError for a hierarchy of a breakdown that none of them has."""
    tables = [read_long(path, count, parents) for path in table_paths(paths)]
    for name in parents:
        if not any(name in table.dimensions for table in tables):
            raise UserError(f"--hierarchy names {name!r}, which is a column of none of the tables.")
    return tables
