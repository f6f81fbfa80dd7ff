"""The register's columns about schools, read from a table: places, phases, ages, faith, sex, dates, size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from childfirst.engines.linkage import lexicon, tables, text
from childfirst.shared.errors import UserError

EARTH_KM = 6371.0
STREET_WORDS = 4
STAGES = {"primary": 1, "secondary": 2, "college": 4}
# Parts of primary school that exclude each other where a name has only one of them.
HALVES = {"infant": 8, "junior": 16}
FAITHS = {"ce": 1, "catholic": 2, "methodist": 4}


@dataclass(frozen=True)
class Schools:
    """Columns about the schools, in order of URN.

    `point` is the place on the unit sphere (NaN where not known); `borough_code` numbers the sorted distinct `boroughs`
    (canonical words of a local authority); `stage`, `faith` and `sex` are sums of `STAGES`, `FAITHS` and 1 girls, 2 boys;
    `opened` and `closed` are days since 1970; `pupils` is the size, NaN where the register does not tell it.
    """

    urn: list[str]
    name: list[str]
    borough: list[str]
    boroughs: list[str]
    borough_code: npt.NDArray[np.int32]
    point: npt.NDArray[np.float64]
    stage: npt.NDArray[np.int64]
    phase: npt.NDArray[np.int64]
    faith: npt.NDArray[np.int64]
    min_age: npt.NDArray[np.float64]
    max_age: npt.NDArray[np.float64]
    sex: npt.NDArray[np.int64]
    opened: npt.NDArray[np.int64]
    closed: npt.NDArray[np.int64]
    pupils: npt.NDArray[np.float64]
    street: list[tuple[str, ...]]


def read(register: tables.Rows) -> Schools:
    """Columns of a register table; see `Register.build` for what it may have and which errors are raised."""
    table = tables.frame(register, "register", ("urn", "name"))
    keys = pl.DataFrame(
        {name: tables.texts(table, name) for name in ("urn", "name")}, schema={"urn": pl.String, "name": pl.String}
    )
    keep = (keys["urn"] != "") & (keys["name"] != "")
    table = table.with_columns(keys["urn"], keys["name"]).filter(keep)
    if not table.height:
        raise UserError("The register has no schools: no row has both a URN and a name.")
    twice = table.filter(table["urn"].is_duplicated())
    if twice.height:
        raise UserError(f"The register holds URN {min(twice['urn'])} more than once.")
    return _columns(table.sort("urn"))


def _columns(table: pl.DataFrame) -> Schools:
    names = tables.texts(table, "name")
    borough = tables.texts(table, "la")
    keys = {b: borough_key(b) for b in set(borough)}
    boroughs = sorted(set(keys.values()) - {""})
    code = {key: i for i, key in enumerate(boroughs)} | {"": -1}
    phases = [p.casefold() for p in tables.texts(table, "phase")]
    words = [text.tokens(n) for n in names]
    genders = tables.texts(table, "gender")
    phase = np.array([_phase(p) for p in phases], dtype=np.int64)
    religion = {r: faith_of_words(text.tokens(r)) for r in set(tables.texts(table, "religion"))}
    return Schools(
        urn=table["urn"].to_list(),
        name=names,
        borough=borough,
        boroughs=boroughs,
        borough_code=np.array([code[keys[b]] for b in borough], dtype=np.int32),
        point=sphere(*tables.coordinates(table)),
        stage=np.array([stage_of_words(w) for w in words], dtype=np.int64) | phase,
        phase=phase,
        faith=np.array([religion[r] for r in tables.texts(table, "religion")], dtype=np.int64),
        min_age=tables.numbers(table, "min_age"),
        max_age=tables.numbers(table, "max_age"),
        sex=np.array([_sex(g, w) for g, w in zip(genders, words, strict=True)], dtype=np.int64),
        opened=tables.days(table, "open_date"),
        closed=tables.days(table, "close_date"),
        pupils=tables.numbers(table, "pupils" if "pupils" in table.columns else "capacity"),
        street=[_street(s) for s in tables.texts(table, "street")],
    )


def sphere(lat: tables.Floats, lon: tables.Floats) -> tables.Floats:
    """Points on the unit sphere (n x 3); NaN rows where the place is not known."""
    a, b = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)], axis=1)


def kilometres(a: tables.Floats, b: tables.Floats) -> tables.Floats:
    """Great-circle distance between points on the unit sphere, row by row; NaN where either is not known."""
    square = (a[:, 0] - b[:, 0]) ** 2 + (a[:, 1] - b[:, 1]) ** 2 + (a[:, 2] - b[:, 2]) ** 2
    return 2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(square) / 2, 1.0))


def _street(street: str) -> tuple[str, ...]:
    kept = [
        w for w in text.tokens(street) if w not in lexicon.STREET_WORDS and w not in lexicon.STOP and not w.isdigit()
    ]
    return tuple(dict.fromkeys(kept))[:STREET_WORDS]


def stage_of_words(words: Iterable[str]) -> int:
    """Stages of schooling that words imply, as a sum of 1 (primary), 2 (secondary) and 4 (college)."""
    found = 0
    for word in words:
        if word in lexicon.PRIMARY_WORDS:
            found |= STAGES["primary"]
        elif word in lexicon.SECONDARY_WORDS:
            found |= STAGES["secondary"]
        elif word in lexicon.COLLEGE_WORDS:
            found |= STAGES["college"]
    return found


def halves_of_words(words: Iterable[str]) -> int:
    """Parts of primary school that words name, as a sum of 8 (infant) and 16 (junior)."""
    return sum({HALVES.get(word, 0) for word in words})


def faith_of_words(words: Iterable[str]) -> int:
    """Faiths named, as a sum of 1 (Church of England), 2 (Catholic) and 4 (Methodist)."""
    return sum(FAITHS.get(word, 0) for word in set(words))


def sex_of_words(words: Iterable[str]) -> int:
    """Single-sex words, as a sum of 1 (girls) and 2 (boys)."""
    return sum({"girls": 1, "boys": 2}.get(word, 0) for word in set(words))


def _phase(phase: str) -> int:
    if phase.startswith(("primary", "nursery", "infant", "junior", "middle deemed p")):
        return STAGES["primary"]
    if phase.startswith(("secondary", "middle deemed s")):
        return STAGES["secondary"]
    if phase.startswith("16"):
        return STAGES["college"]
    if phase.startswith("all"):
        return STAGES["primary"] | STAGES["secondary"]
    return 0


def _sex(gender: str, words: list[str]) -> int:
    """1 girls only, 2 boys only, 0 mixed or not known; from the register's column, else from the name."""
    if gender:
        return {"girls": 1, "female": 1, "f": 1, "boys": 2, "male": 2, "m": 2}.get(gender.casefold(), 0)
    named = sex_of_words(words)
    return named if named in (1, 2) else 0


def borough_key(name: str) -> str:
    """A local authority's name as canonical words without the words that only say what kind of place it is."""
    skip = {"london", "borough", "royal", "council", "county", "city"}
    words = text.tokens(name)
    kept = [w for w in words if w not in skip] if len(words) > 2 and "borough" in words else words
    return " ".join(kept)
