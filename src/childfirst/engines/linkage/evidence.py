"""Evidence for each candidate: one row of numbers per mention and school, each number a term that a person can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import lexicon, tables, text, wording
from childfirst.engines.linkage.propose import Circumstances, Pairs, kilometres
from childfirst.engines.linkage.reading import Reading
from childfirst.engines.linkage.register import Register
from childfirst.engines.linkage.terms import CANDIDATE_TERMS, NONE_TERMS

VERY_FAR_KM = 25.0
SAME_FIT = 0.04
LONG_REPORT = 4
COMMON_KINDS = frozenset(("school", "secondary", "primary", "college", "academy"))


@dataclass(frozen=True)
class Evidence:
    """Candidates in order of mention and URN.

    `bounds[m]:bounds[m + 1]` are mention m's rows of `school` (row of the register), `form`, `terms` (one column per
    candidate term) and `km` (NaN where not known); `none` has one row per mention and one column per none term.
    """

    bounds: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    form: npt.NDArray[np.int64]
    terms: tables.Floats
    none: tables.Floats
    km: tables.Floats


@dataclass(frozen=True)
class _Rows:
    """Which mention and which school each row is about."""

    mention: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    form: npt.NDArray[np.int64]
    km: tables.Floats


def gather(readings: Sequence[Reading], around: Circumstances, pairs: Pairs, register: Register) -> Evidence:
    """Weigh each proposed pair, keep each school's best form, and compare each school with its rivals.

    Every number depends on its own mention only, so that the result does not depend on how mentions are batched.
    """
    words = wording.compare(readings, pairs, register)
    school_of = register.form_school[pairs.form].astype(np.int64)
    order = np.lexsort((pairs.form, -words.fit, school_of, pairs.mention))
    first = np.ones(len(order), dtype=bool)
    same_school = school_of[order][1:] == school_of[order][:-1]
    same_mention = pairs.mention[order][1:] == pairs.mention[order][:-1]
    first[1:] = ~(same_school & same_mention)
    chosen = order[first]
    mention, school = pairs.mention[chosen], school_of[chosen]
    km = kilometres(around.point[mention], register.schools.point[school])
    rows = _Rows(mention, school, pairs.form[chosen], km)
    bounds = np.searchsorted(mention, np.arange(len(readings) + 1))
    terms = {key: values[chosen] for key, values in words.terms.items()}
    terms |= _place_terms(readings, around, register, rows)
    terms |= _person_terms(readings, around, register, rows)
    terms |= _rival_terms(words.fit[chosen], rows, bounds)
    table = np.zeros((len(chosen), len(CANDIDATE_TERMS)))
    for k, key in enumerate(CANDIDATE_TERMS):
        table[:, k] = terms[key]
    return Evidence(bounds, school, rows.form, table, _none_terms(readings, register), km)


def _place_terms(
    readings: Sequence[Reading], around: Circumstances, register: Register, rows: _Rows
) -> dict[str, tables.Floats]:
    known = ~np.isnan(rows.km)
    km = np.where(known, rows.km, 0.0)
    spread = np.log1p(km / 2)
    codes = {key: i for i, key in enumerate(sorted(set(register.schools.borough_key)))}
    school_borough = np.array([codes[k] for k in register.schools.borough_key])[rows.school]
    record = np.array([codes.get(b, -1) if b else -1 for b in around.borough])[rows.mention]
    namesakes = np.log(register.form_namesakes[rows.form])
    typed = [{codes[b] for b in r.boroughs} for r in readings]
    any_typed = np.array([bool(t) for t in typed])[rows.mention]
    in_typed = np.fromiter(
        (b in typed[m] for m, b in zip(rows.mention.tolist(), school_borough.tolist(), strict=True)),
        bool,
        len(rows.school),
    )
    return {
        "near": known * np.exp(-km / 2),
        "distance": known * spread,
        "distance_primary": known * spread * register.schools.primary[rows.school],
        "very_far": (known & (km > VERY_FAR_KM)).astype(np.float64),
        "borough_of_record": (record == school_borough).astype(np.float64),
        "borough_typed": in_typed.astype(np.float64),
        "borough_typed_differs": (any_typed & ~in_typed).astype(np.float64),
        "street_typed": _street_typed(readings, register, rows),
        "namesakes_afar": known * namesakes * np.minimum(np.log1p(km / 3), 3) / 3,
        "outside_england": _outside(readings, register, rows),
    }


def _street_typed(readings: Sequence[Reading], register: Register, rows: _Rows) -> tables.Floats:
    """Share of the school's street name that stands among the typed places (a typing error in it is forgiven)."""
    places: list[frozenset[int]] = []
    for reading in readings:
        ids: set[int] = set()
        for token, place in zip(reading.tokens, reading.is_place, strict=True):
            if place and token not in lexicon.STREET_WORDS and token not in lexicon.STOP:
                near, similar = register.words.matches(token)
                ids.update(near[similar >= 0.85].tolist())
        places.append(frozenset(ids))
    asked = np.array([bool(p) for p in places], dtype=bool)
    share = np.zeros(len(rows.school))
    for i in np.flatnonzero(asked[rows.mention]).tolist() if len(rows.school) else ():
        street = register.street[rows.school[i]]
        ids_here = [w for w in street.tolist() if w >= 0]
        if ids_here:
            share[i] = sum(w in places[rows.mention[i]] for w in ids_here) / len(ids_here)
    return share


def _outside(readings: Sequence[Reading], register: Register, rows: _Rows) -> tables.Floats:
    """1 where a word for a place outside England was typed that the school's form does not have."""
    outside = [frozenset(r.outside) for r in readings]
    return np.fromiter(
        (
            bool(outside[m]) and not outside[m] <= set(register.forms[f].words)
            for m, f in zip(rows.mention.tolist(), rows.form.tolist(), strict=True)
        ),
        float,
        len(rows.school),
    )


def _person_terms(
    readings: Sequence[Reading], around: Circumstances, register: Register, rows: _Rows
) -> dict[str, tables.Floats]:
    schools = register.schools
    by_year = np.array([r.year_group + 4.5 if r.year_group else np.nan for r in readings])
    age = np.where(np.isnan(around.age), by_year, around.age)[rows.mention]
    low, high = schools.min_age[rows.school], schools.max_age[rows.school] + 1
    known = ~np.isnan(age) & ~np.isnan(low) & ~np.isnan(high)
    years = np.where(known, np.maximum(np.maximum(low - age, age - high), 0), 0.0)
    sex = around.sex[rows.mention]
    school_sex = schools.sex[rows.school]
    no_day = around.day[rows.mention] == tables.NO_DAY
    return {
        "age_fits": (known & (years == 0)).astype(np.float64),
        "age_outside": np.minimum(years, 6) / 3,
        "child_sex": ((sex > 0) & (school_sex > 0) & (sex != school_sex)).astype(np.float64),
        "closed": (no_day & (schools.closed[rows.school] != tables.NO_DAY)).astype(np.float64),
    }


def _rival_terms(fit: tables.Floats, rows: _Rows, bounds: npt.NDArray[np.int64]) -> dict[str, tables.Floats]:
    """What other candidates of the same mention do to this one, by fit of words and by distance."""
    better = np.zeros(len(fit))
    nearer = np.zeros(len(fit))
    margin = np.zeros(len(fit))
    km = np.where(np.isnan(rows.km), 0.0, rows.km)
    for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if b - a < 2:
            continue
        mine, far = fit[a:b], km[a:b]
        gap = mine[None, :] - mine[:, None]
        better[a:b] = (gap > SAME_FIT).sum(axis=1)
        nearer[a:b] = ((gap >= -SAME_FIT) & (far[None, :] < far[:, None])).sum(axis=1)
        np.fill_diagonal(gap, -np.inf)
        margin[a:b] = -gap.max(axis=1)
    return {
        "better_rivals": np.log1p(better),
        "nearer_rivals": np.log1p(nearer),
        "margin": np.clip(margin, -0.3, 0.3) / 0.3,
    }


def _none_terms(readings: Sequence[Reading], register: Register) -> tables.Floats:
    table = np.zeros((len(readings), len(NONE_TERMS)))
    for m, reading in enumerate(readings):
        plain = [t for t, place in zip(reading.tokens, reading.is_place, strict=True) if not place]
        names = [t for t in plain if text.role(t) == "name" and t not in lexicon.STREET_WORDS]
        kinds = {t for t in plain if text.role(t) in ("type", "faith", "sex")}
        boroughs = {w for b in reading.boroughs for w in b.split()}
        values = {
            "none": True,
            "says_none": reading.says_none,
            "says_none_only": reading.says_none_only,
            "no_name": not names,
            "one_word": len(names) == 1,
            "only_borough": bool(names) and set(names) <= boroughs and kinds <= COMMON_KINDS,
            "outside": bool(reading.outside),
            "long_report": reading.wrapped >= LONG_REPORT,
            "no_cue": reading.wrapped >= LONG_REPORT and not reading.cued,
        }
        table[m] = [float(values[key]) for key in NONE_TERMS]
    return table
