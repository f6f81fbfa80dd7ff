"""Evidence for each candidate: one row of numbers per mention and school, each number a term that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import lexicon, rivals, tables, wording
from childfirst.engines.linkage.asked import Asked
from childfirst.engines.linkage.index import ROLES, Index
from childfirst.engines.linkage.propose import Pairs
from childfirst.engines.linkage.schools import STAGES, kilometres
from childfirst.engines.linkage.terms import CANDIDATE_TERMS, NONE_TERMS

FARTHEST_KM = 60.0
BEYOND_KM = 5.0
FARTHEST_RADII = 20.0
LONG_REPORT = 4
COMMON_KINDS = frozenset(("school", "secondary", "primary", "college", "academy"))


@dataclass(frozen=True)
class Evidence:
    """Candidates in order of mention and URN.

    `bounds[m]:bounds[m + 1]` are mention m's rows of `school` (row of the register), `form`, `terms` (one row per candidate
    term, one column per candidate) and `km` (NaN where not known); `none` has one row per none term, one column per mention.
    """

    bounds: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    form: npt.NDArray[np.int64]
    terms: tables.Floats
    none: tables.Floats
    km: tables.Floats


@dataclass(frozen=True)
class Rows:
    """Which mention and which school each row is about."""

    mention: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    form: npt.NDArray[np.int64]
    km: tables.Floats


def gather(asked: Asked, pairs: Pairs, index: Index) -> Evidence:
    """Weigh each proposed pair, keep each school's best form, and compare each school with its rivals.

    Every number depends on its own mention only, so that the result does not depend on how mentions are batched.
    """
    words = wording.compare(asked, pairs, index)
    school_of = index.form_school[pairs.form].astype(np.int64)
    order = np.lexsort((pairs.form, -words.fit, school_of + pairs.mention * len(index)))
    first = np.ones(len(order), dtype=bool)
    same_school = school_of[order][1:] == school_of[order][:-1]
    first[1:] = ~(same_school & (pairs.mention[order][1:] == pairs.mention[order][:-1]))
    chosen = order[first]
    mention, school = pairs.mention[chosen], school_of[chosen]
    km = kilometres(asked.around.point[mention], index.schools.point[school])
    rows = Rows(mention, school, pairs.form[chosen], km)
    bounds = np.searchsorted(mention, np.arange(len(asked) + 1))
    terms = {key: values[chosen] for key, values in words.terms.items()}
    terms |= _distance_terms(asked, index, rows)
    terms |= _borough_terms(asked, index, rows)
    terms |= _typed_place_terms(asked, index, rows)
    terms |= _person_terms(asked, index, rows)
    terms |= rivals.compare(words.fit[chosen], km, bounds)
    table = np.empty((len(CANDIDATE_TERMS), len(chosen)))
    for k, key in enumerate(CANDIDATE_TERMS):
        table[k] = terms[key]
    return Evidence(bounds, school, rows.form, table, none_terms(asked), km)


def _distance_terms(asked: Asked, index: Index, rows: Rows) -> dict[str, tables.Floats]:
    known = ~np.isnan(rows.km)
    km = np.where(known, rows.km, 0.0)
    spread = np.log1p(np.minimum(km, FARTHEST_KM) / 2)
    stage = index.schools.stage[rows.school]
    namesakes = np.log(index.form_namesakes[rows.form].astype(np.float64))
    return {
        "near": known * np.exp(-km / 2),
        "distance": spread,
        "distance_beyond": np.maximum(spread - np.log1p(BEYOND_KM / 2), 0),
        "distance_primary": spread * (index.schools.phase[rows.school] == STAGES["primary"]),
        "distance_college": spread * ((stage & STAGES["college"]) > 0),
        "namesakes_afar": namesakes * np.minimum(np.log1p(km / 3), 3) / 3,
    }


def _borough_terms(asked: Asked, index: Index, rows: Rows) -> dict[str, tables.Floats]:
    """Where pupils of a borough go to school: in it, else the nearer the likelier.

    Where the place of record is not known, the middle of the borough of record stands in for it: a gravity model in which
    distance is measured against the borough's own extent, since counties are larger than London boroughs.
    """
    record = asked.around.borough[rows.mention]
    borough = index.schools.borough_code[rows.school]
    inside = ((record >= 0) & (record == borough)).astype(np.float64)
    if not len(index.schools.boroughs):
        return {"borough_of_record": inside, "centre_distance": np.zeros(len(inside))}
    at = np.where(record >= 0, record, 0)
    far = kilometres(index.places.centre[at], index.schools.point[rows.school]) / index.places.radius[at]
    alone = (record >= 0) & np.isnan(asked.around.point[rows.mention, 0]) & ~np.isnan(far)
    return {
        "borough_of_record": inside,
        "centre_distance": np.where(alone, np.log1p(np.minimum(far, FARTHEST_RADII)), 0.0),
    }


def _typed_place_terms(asked: Asked, index: Index, rows: Rows) -> dict[str, tables.Floats]:
    code = {key: i for i, key in enumerate(index.schools.boroughs)}
    borough = index.schools.borough_code[rows.school].astype(np.int64)
    count = len(code) + 1
    typed = sorted({m * count + code[b] for m, r in enumerate(asked.readings) for b in r.boroughs})
    any_typed = np.fromiter((bool(r.boroughs) for r in asked.readings), bool, len(asked))[rows.mention]
    in_typed = np.zeros(len(rows.school), dtype=bool)
    at = np.flatnonzero(any_typed & (borough >= 0))
    if len(at):
        in_typed[at] = np.isin(rows.mention[at] * count + borough[at], np.array(typed, dtype=np.int64))
    return {
        "borough_typed": in_typed.astype(np.float64),
        "borough_typed_differs": (any_typed & ~in_typed).astype(np.float64),
        "street_typed": _street_typed(asked, index, rows),
        "outside_england": _outside(asked, index, rows),
    }


def _street_typed(asked: Asked, index: Index, rows: Rows) -> tables.Floats:
    """Share of the school's street name that stands among the typed places (a typing error in it is forgiven)."""
    words, size = asked.words, len(index.words.words)
    share = np.zeros(len(rows.school))
    told = np.array(
        [t not in lexicon.STREET_WORDS and t not in lexicon.STOP for t in words.listed] + [False], dtype=bool
    )
    m, slot = np.nonzero(asked.place & told[asked.token])
    if not len(m):
        return share
    token = asked.token[m, slot]
    keys: set[int] = set()
    for mention, t in zip(m.tolist(), token.tolist(), strict=True):
        a, b = int(words.bounds[t]), int(words.bounds[t + 1])
        keys.update(
            mention * size + i
            for i, s in zip(words.ids[a:b].tolist(), words.similar[a:b].tolist(), strict=True)
            if s >= 0.85
        )
    named = np.zeros(len(asked), dtype=bool)
    named[m] = True
    at = np.flatnonzero(named[rows.mention])
    street = index.street[rows.school[at]].astype(np.int64)
    found = np.isin(rows.mention[at][:, None] * size + street, np.array(sorted(keys), dtype=np.int64)) & (street >= 0)
    share[at] = found.sum(axis=1) / index.street_length[rows.school[at]]
    return share


def _outside(asked: Asked, index: Index, rows: Rows) -> tables.Floats:
    """1 where a word for a place outside England was typed that the school's form does not have."""
    found = np.zeros(len(rows.school))
    typed = np.fromiter((bool(r.outside) for r in asked.readings), bool, len(asked))
    for i in np.flatnonzero(typed[rows.mention]).tolist():
        own = {index.words.words[w] for w in index.form_words[rows.form[i]].tolist() if w >= 0}
        found[i] = not set(asked.readings[rows.mention[i]].outside) <= own
    return found


def _person_terms(asked: Asked, index: Index, rows: Rows) -> dict[str, tables.Floats]:
    schools, around = index.schools, asked.around
    by_year = np.array([r.year_group + 4.5 if r.year_group else np.nan for r in asked.readings])
    age = np.where(np.isnan(around.age), by_year, around.age)[rows.mention]
    low, high = schools.min_age[rows.school], schools.max_age[rows.school] + 1
    known = ~np.isnan(age) & ~np.isnan(low) & ~np.isnan(high)
    years = np.where(known, np.maximum(np.maximum(low - age, age - high), 0), 0.0)
    sex, school_sex = around.sex[rows.mention], schools.sex[rows.school]
    no_day = around.day[rows.mention] == tables.NO_DAY
    pupils = schools.pupils[rows.school]
    return {
        "age_fits": (known & (years == 0)).astype(np.float64),
        "age_outside": np.minimum(years, 6) / 3,
        "child_sex": ((sex > 0) & (school_sex > 0) & (sex != school_sex)).astype(np.float64),
        "closed": (no_day & (schools.closed[rows.school] != tables.NO_DAY)).astype(np.float64),
        "size": np.where(pupils > 0, np.log(np.clip(np.where(pupils > 0, pupils, 1), 20, 3000) / 400), 0.0),
    }


def none_terms(asked: Asked) -> tables.Floats:
    """Terms of none: one row per term, one column per mention."""
    words, readings = asked.words, asked.readings
    there = (asked.token < len(words.listed)) & ~asked.place
    named = there & words.is_name[asked.token] & ~words.street_word[asked.token]
    names = named.sum(axis=1)
    wrapped = np.fromiter((r.wrapped for r in readings), np.int64, len(readings))
    cued = np.fromiter((r.cued for r in readings), bool, len(readings))
    values = {
        "none": np.ones(len(readings)),
        "says_none": np.fromiter((r.says_none for r in readings), bool, len(readings)),
        "says_none_only": np.fromiter((r.says_none_only for r in readings), bool, len(readings)),
        "no_name": names == 0,
        "one_word": names == 1,
        "only_borough": _only_borough(asked, names),
        "outside": np.fromiter((bool(r.outside) for r in readings), bool, len(readings)),
        "long_report": wrapped >= LONG_REPORT,
        "no_cue": (wrapped >= LONG_REPORT) & ~cued,
    }
    return np.array([np.asarray(values[key], dtype=np.float64) for key in NONE_TERMS]).reshape(
        len(NONE_TERMS), len(readings)
    )


def _only_borough(asked: Asked, names: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(asked), dtype=bool)
    words = asked.words
    for m, reading in enumerate(asked.readings):
        if not reading.boroughs or not names[m]:
            continue
        boroughs = {w for b in reading.boroughs for w in b.split()}
        found[m] = True
        for token, place in zip(asked.token[m].tolist(), asked.place[m].tolist(), strict=True):
            if place or token == len(words.listed):
                continue
            typed = words.listed[token]
            if words.is_name[token]:
                found[m] &= typed in boroughs or bool(words.street_word[token])
            elif words.role[token] != ROLES["stop"]:
                found[m] &= typed in COMMON_KINDS
    return found
