"""Candidates for each mention: wide enough to hold the true school, small enough to be weighed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from scipy import sparse

from childfirst.engines.linkage import tables, text
from childfirst.engines.linkage.reading import Reading, run_of
from childfirst.engines.linkage.register import EARTH_KM, ROLE_WEIGHT, Register
from childfirst.engines.linkage.similar import grams

FROM_WORDS = 24
FROM_WORDS_NEAR = 16
FROM_GRAMS = 10
FROM_NEARBY = 8
FROM_INITIALS = 12
COMMON_WORD = 1500
WEAK = 0.80
NEARBY_KM = 6.0
NEARBY_SCHOOLS = 160
INITIALS_TYPED = range(2, 11)


@dataclass(frozen=True)
class Circumstances:
    """What a mention's row says besides its words; NaN, ``""``, 0 or ``tables.NO_DAY`` where nothing."""

    borough: list[str]
    point: tables.Floats
    age: tables.Floats
    day: tables.Integers
    sex: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Mention and form pairs, in order of mention; `initials` is the number of initials that matched, else 0."""

    mention: npt.NDArray[np.int64]
    form: npt.NDArray[np.int64]
    initials: npt.NDArray[np.int64]


def kilometres(a: tables.Floats, b: tables.Floats) -> tables.Floats:
    """Great-circle distance between points on the unit sphere, row by row; NaN where either is not known."""
    chord = np.sqrt((a[:, 0] - b[:, 0]) ** 2 + (a[:, 1] - b[:, 1]) ** 2 + (a[:, 2] - b[:, 2]) ** 2)
    return 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))


def propose(readings: Sequence[Reading], around: Circumstances, register: Register) -> Pairs:
    """Candidate forms for each mention, from words, from runs of letters, from initials, from what lies near.

    Forms of schools not open, or of names not in use, on the mention's date are left out.
    """
    builder = _Proposer(readings, around, register)
    weak = builder.by_words()
    builder.by_grams(weak)
    builder.by_nearby(weak)
    builder.by_initials()
    return builder.pairs()


class _Proposer:
    def __init__(self, readings: Sequence[Reading], around: Circumstances, register: Register) -> None:
        self.readings = readings
        self.around = around
        self.register = register
        self.found: list[dict[int, int]] = [{} for _ in readings]
        codes = {key: i for i, key in enumerate(sorted(set(register.schools.borough_key) - {""}))}
        self.school_borough = np.array([codes.get(k, -1) for k in register.schools.borough_key])
        self.borough = np.array([codes.get(k, -2) for k in around.borough])
        self.named = np.array([codes[r.boroughs[-1]] if r.boroughs else -2 for r in readings])

    def pairs(self) -> Pairs:
        triples = [(m, f, k) for m, forms in enumerate(self.found) for f, k in sorted(forms.items())]
        columns = np.array(triples, dtype=np.int64).reshape(-1, 3)
        return Pairs(columns[:, 0], columns[:, 1], columns[:, 2])

    def _closeness(self, rows: npt.NDArray[np.int64], forms: npt.NDArray[np.int64]) -> tables.Floats:
        """How much place speaks for each form, 0 to about 0.4; -9 where it was not open or in use on the day."""
        register = self.register
        schools = register.form_school[forms]
        km = kilometres(self.around.point[rows], register.schools.point[schools])
        bonus = np.where(np.isnan(km), 0.0, 0.15 * np.exp(-km / 3) + 0.15 * np.exp(-km / 15))
        bonus += 0.1 * (self.borough[rows] == self.school_borough[schools])
        bonus += 0.1 * (self.named[rows] == self.school_borough[schools])
        day = self.around.day[rows]
        known = day != tables.NO_DAY
        closed = register.schools.closed[schools]
        out = (register.schools.opened[schools] > day) | ((closed != tables.NO_DAY) & (closed < day))
        out |= (register.form_from[forms] > day) | (register.form_to[forms] < day)
        return np.where(known & out, -9.0, bonus)

    def _keep_best(
        self,
        rows: npt.NDArray[np.int64],
        forms: npt.NDArray[np.int64],
        score: tables.Floats,
        limit: int,
        flags: int = 0,
    ) -> None:
        """Add the best forms of each mention; `rows` is sorted."""
        bounds = np.searchsorted(rows, np.arange(len(self.readings) + 1))
        for m in range(len(self.readings)):
            a, b = bounds[m], bounds[m + 1]
            if a == b:
                continue
            part = score[a:b]
            if b - a > limit:
                chosen = np.argpartition(-part, limit - 1)[:limit]
                chosen = chosen[part[chosen] > -1]
            else:
                chosen = np.flatnonzero(part > -1)
            mine = self.found[m]
            for form in forms[a:b][chosen].tolist():
                mine.setdefault(form, flags)

    def by_words(self) -> npt.NDArray[np.int64]:
        """Forms that share words, or words like them. Returns the mentions that no form explains well."""
        register = self.register
        index = register.words
        rows: list[int] = []
        columns: list[int] = []
        weights: list[float] = []
        whole = np.zeros(len(self.readings))
        scale = register.idf * ROLE_WEIGHT[register.role]
        for m, reading in enumerate(self.readings):
            best: dict[int, float] = {}
            typed = 0.0
            for token, place, soft in zip(reading.tokens, reading.is_place, reading.is_soft, strict=True):
                ids, similar = index.matches(token)
                share = 0.4 if place or soft else 1.0
                typed += share * float(scale[ids[0]]) if len(ids) else share * register.unknown_idf
                for i, s in zip(ids.tolist(), similar.tolist(), strict=True):
                    value = share * s * s * float(scale[i])
                    if value > best.get(i, 0.0):
                        best[i] = value
            rare = {i: v for i, v in best.items() if register.schools_with_word[i] <= COMMON_WORD}
            for i, value in (rare or best).items():
                rows.append(m)
                columns.append(i)
                weights.append(value)
            whole[m] = typed
        asked = sparse.csr_matrix((weights, (rows, columns)), shape=(len(self.readings), len(index.words)))
        shared = (asked @ register.forms_by_word).tocsr()
        shared.sort_indices()
        mention = np.repeat(np.arange(len(self.readings)), np.diff(shared.indptr))
        forms = shared.indices.astype(np.int64)
        dice = 2 * shared.data / (register.form_weight[forms] + whole[mention] + 0.5)
        explained = shared.data / (whole[mention] + 0.25)
        close = self._closeness(mention, forms)
        self._keep_best(mention, forms, dice + close, FROM_WORDS)
        self._keep_best(mention, forms, explained + 3 * close, FROM_WORDS_NEAR)
        top = np.zeros(len(self.readings))
        np.maximum.at(top, mention, dice)
        wanted = np.array([any(text.role(t) == "name" for t in r.tokens) for r in self.readings], dtype=bool)
        return np.flatnonzero((top < WEAK) & wanted)

    def by_grams(self, weak: npt.NDArray[np.int64]) -> None:
        """Forms whose distinctive letters, run together, share three-letter pieces with the mention's."""
        register = self.register
        rows: list[int] = []
        columns: list[int] = []
        sizes = np.zeros(len(self.readings))
        for m in weak.tolist():
            run = run_of(self.readings[m])
            if len(run) < 4:
                continue
            pieces = sorted(grams(run, 3))
            sizes[m] = len(pieces)
            known = [register.gram_ids[g] for g in pieces if g in register.gram_ids]
            rows.extend([m] * len(known))
            columns.extend(known)
        if not rows:
            return
        ones = np.ones(len(rows), dtype=np.float32)
        asked = sparse.csr_matrix((ones, (rows, columns)), shape=(len(self.readings), register.forms_by_gram.shape[0]))
        shared = (asked @ register.forms_by_gram).tocsr()
        shared.sort_indices()
        mention = np.repeat(np.arange(len(self.readings)), np.diff(shared.indptr))
        forms = shared.indices.astype(np.int64)
        dice = 2 * shared.data / (register.form_grams[forms] + sizes[mention])
        enough = np.flatnonzero(dice >= 0.3)
        mention, forms, dice = mention[enough], forms[enough], dice[enough]
        self._keep_best(mention, forms, dice + self._closeness(mention, forms), FROM_GRAMS)

    def by_nearby(self, weak: npt.NDArray[np.int64]) -> None:
        """Among schools within 6 km (at most 160), the forms most like the mention's letters."""
        register = self.register
        if register.tree is None:
            return
        for m in weak.tolist():
            run, point = run_of(self.readings[m]), self.around.point[m]
            if len(run) < 3 or np.isnan(point[0]):
                continue
            _, nearest = register.tree.query(point, k=NEARBY_SCHOOLS, distance_upper_bound=NEARBY_KM / EARTH_KM)
            nearest = np.sort(nearest[nearest < len(register.placed)])
            forms = register.first_form[register.placed[nearest]]
            forms = forms[forms >= 0]
            runs = [register.form_distinctive[f] for f in forms.tolist()]
            best = process.extract(run, runs, scorer=_like, limit=FROM_NEARBY, score_cutoff=55)
            chosen = forms[np.array([i for _, _, i in best], dtype=np.int64)]
            allowed = self._closeness(np.full(len(chosen), m), chosen) > -1
            for form in chosen[allowed].tolist():
                self.found[m].setdefault(form, 0)

    def by_initials(self) -> None:
        """Schools whose initials are one of the words typed; the nearest, where there are many."""
        register = self.register
        for m, reading in enumerate(self.readings):
            for typed in reading.typed:
                schools = register.initials.get(typed) if len(typed) in INITIALS_TYPED else None
                if schools is None:
                    continue
                forms = register.first_form[schools]
                forms = forms[forms >= 0]
                score = self._closeness(np.full(len(forms), m), forms)
                order = np.argsort(-score, kind="stable")[:FROM_INITIALS]
                mine = self.found[m]
                for form in forms[order[score[order] > -1]].tolist():
                    mine[form] = max(mine.get(form, 0), len(typed))


def _like(a: str, b: str, **options: float | None) -> float:
    return max(fuzz.ratio(a, b), 0.9 * fuzz.partial_ratio(a, b))
