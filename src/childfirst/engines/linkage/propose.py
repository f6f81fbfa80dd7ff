"""Candidates for each mention: wide enough to hold the true school, small enough to be weighed one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from scipy import sparse

from childfirst.engines.linkage import tables
from childfirst.engines.linkage.asked import INITIALS_TYPED, Asked
from childfirst.engines.linkage.deletions import spread
from childfirst.engines.linkage.index import ROLE_WEIGHT, Index
from childfirst.engines.linkage.similar import pieces, signatures

FROM_WORDS = 18
FROM_WORDS_NEAR = 10
FROM_RUNS = 6
FROM_LETTERS = 8
FROM_NEARBY = 6
FROM_INITIALS = 12
COMMON_WORD = 1500
COMMONEST_SHARE = 0.25
WEAK = 0.75
NEARBY_KM = 6.0
NEARBY_SCHOOLS = 160
LIKE_ENOUGH = 0.7
SHARED_ENOUGH = np.float32(0.45)
COMMON_PIECE = 400

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Mention and form pairs, in order of mention and form; `initials` is the number of initials that matched, else 0."""

    mention: Ints
    form: Ints
    initials: Ints


def best_of_each(row: Ints, score: npt.NDArray[np.floating], limit: int) -> Ints:
    """Positions of the `limit` best scores (0..8) of each row, in order of row and falling score; the first of equals first."""
    if not len(row):
        return np.zeros(0, dtype=np.int64)
    height = (np.clip(8.0 - score.astype(np.float64), 0, 16) * (1 << 18)).astype(np.uint64)
    at = np.arange(len(row), dtype=np.uint64)
    if len(row) < 1 << 25 and int(row[-1]) < 1 << 16:
        packed = np.sort(row.astype(np.uint64) << np.uint64(48) | height << np.uint64(25) | at)
        order = (packed & np.uint64((1 << 25) - 1)).astype(np.int64)
    else:
        order = np.lexsort((at, height, row))
    rows = row[order]
    number = np.arange(len(rows))
    new = np.ones(len(rows), dtype=bool)
    new[1:] = rows[1:] != rows[:-1]
    return order[number - np.maximum.accumulate(np.where(new, number, 0)) < limit]


def _row_maximum(values: npt.NDArray[np.float32], bounds: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    found = np.zeros(len(bounds) - 1, dtype=np.float32)
    some = bounds[1:] > bounds[:-1]
    if some.any():
        found[some] = np.maximum.reduceat(values, bounds[:-1][some])
    return found


def propose(asked: Asked, index: Index) -> Pairs:
    """Candidate forms for each mention: from words, from letters run together, from initials, from what lies near.

    Forms of schools not open, or of names not in use, on the mention's date are left out.
    """
    proposer = _Proposer(asked, index)
    weak = proposer.by_words()
    proposer.by_runs()
    proposer.by_letters(weak)
    proposer.by_nearby(weak)
    proposer.by_initials()
    return proposer.pairs()


class _Proposer:
    def __init__(self, asked: Asked, index: Index) -> None:
        self.asked = asked
        self.index = index
        around = asked.around
        placed = ~np.isnan(around.point[:, 0])
        has_borough = around.borough >= 0
        stand_in = (
            index.places.centre[np.where(has_borough, around.borough, 0)] if len(index.places.centre) else around.point
        )
        self.point = np.where((~placed & has_borough)[:, None], stand_in, around.point).astype(np.float32)
        self.school_point = index.schools.point.astype(np.float32)
        self.dated = bool((around.day != tables.NO_DAY).any())
        self.rows: list[Ints] = []
        self.forms: list[Ints] = []
        self.letters: list[Ints] = []

    def _add(self, rows: Ints, forms: Ints, initials: Ints | None = None) -> None:
        self.rows.append(rows.astype(np.int64))
        self.forms.append(forms.astype(np.int64))
        self.letters.append(np.zeros(len(rows), dtype=np.int64) if initials is None else initials)

    def pairs(self) -> Pairs:
        row, form, initials = (np.concatenate(part) for part in (self.rows, self.forms, self.letters))
        key = (row * len(self.index.form_school) + form) * 16 + (15 - initials)
        key = np.sort(key)
        pair, initials = key // 16, 15 - key % 16
        first = np.ones(len(key), dtype=bool)
        first[1:] = pair[1:] != pair[:-1]
        row, form = np.divmod(pair[first], len(self.index.form_school))
        return Pairs(row, form, initials[first])

    def _closeness(self, rows: Ints, forms: Ints) -> npt.NDArray[np.float32]:
        """How much place speaks for each form, 0 to about 0.5; -9 where it was not open or in use on the day."""
        index, around = self.index, self.asked.around
        schools = index.form_school[forms]
        gap = self.point[rows] - self.school_point[schools]
        km = np.sqrt(gap[:, 0] ** 2 + gap[:, 1] ** 2 + gap[:, 2] ** 2) * np.float32(6371.0)
        bonus = np.float32(0.6) / (km + 3) + np.float32(2.0) / (km + 15)
        bonus = np.where(np.isnan(km), np.float32(0.0), bonus)
        borough = index.schools.borough_code[schools]
        bonus += np.float32(0.1) * ((around.borough[rows] == borough) & (borough >= 0))
        bonus += np.float32(0.1) * ((self.asked.named_borough[rows] == borough) & (borough >= 0))
        if not self.dated:
            return bonus
        return np.where(in_use(around.day[rows], forms, index), bonus, np.float32(-9.0))

    def by_words(self) -> Ints:
        """Forms that share words, or words like them. Returns the mentions that no form explains well."""
        asked, index, words = self.asked, self.index, self.asked.words
        n = len(asked)
        scale = (index.idf * ROLE_WEIGHT[index.role]).astype(np.float32)
        m, slot = np.nonzero(asked.token < len(words.listed))
        token = asked.token[m, slot]
        share = np.where(asked.place[m, slot] | asked.soft[m, slot], np.float32(0.4), np.float32(1.0))
        count = words.bounds[token + 1] - words.bounds[token]
        best = np.where(count > 0, scale[words.ids[words.bounds[token]]], index.unknown_idf)
        whole = np.bincount(m, weights=share * best, minlength=n).astype(np.float32)
        entry = spread(words.bounds[token], count)
        word, similar = words.ids[entry], words.similar[entry]
        row, part = np.repeat(m, count), np.repeat(share, count)
        value = part * similar * similar * scale[word]
        # Stop words, and words that a quarter of all schools bear, weigh nothing; common ones are asked for only where a mention
        # has no others.
        often = index.schools_with_word[word]
        value = np.where(often > max(COMMON_WORD, COMMONEST_SHARE * len(index)), np.float32(0), value)
        rare = (often <= COMMON_WORD) & (value > 0)
        has_rare = np.zeros(n, dtype=bool)
        has_rare[row[rare & (similar >= LIKE_ENOUGH)]] = True
        keep = (similar >= LIKE_ENOUGH) & (value > 0) & (rare | ~has_rare[row])
        row, word, value = row[keep], word[keep], value[keep]
        bounds = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))])
        wanted = sparse.csr_matrix((value, word, bounds), shape=(n, len(index.words.words)))
        shared = wanted @ index.forms_by_word
        best_shared = _row_maximum(shared.data, shared.indptr)
        enough = np.flatnonzero(shared.data >= np.repeat(SHARED_ENOUGH * best_shared, np.diff(shared.indptr)))
        mention = np.searchsorted(shared.indptr, enough, side="right") - 1
        forms, common = shared.indices[enough], shared.data[enough]
        dice = 2 * common / (index.form_weight[forms] + whole[mention] + np.float32(0.5))
        explained = common / (whole[mention] + np.float32(0.25))
        top = _row_maximum(dice, np.searchsorted(mention, np.arange(n + 1)))
        close = self._closeness(mention, forms)
        for score, limit in ((dice + close, FROM_WORDS), (explained + 3 * close, FROM_WORDS_NEAR)):
            chosen = best_of_each(mention, score, limit)
            chosen = chosen[close[chosen] > -1]
            self._add(mention[chosen], forms[chosen])
        named = np.zeros(n, dtype=bool)
        named[m[words.is_name[token]]] = True
        return np.flatnonzero((top < WEAK) & named)

    def by_runs(self) -> None:
        """Forms whose distinctive words, run together, are the mention's but for one slip."""
        asked, index = self.asked, self.index
        rows = [m for m, run in enumerate(asked.run) if len(run) >= 4]
        if not rows or not index.runs:
            return
        found, run = index.run_neighbours.pairs([asked.run[m] for m in rows])
        count = index.run_bounds[run + 1] - index.run_bounds[run]
        forms = index.run_forms[spread(index.run_bounds[run], count)].astype(np.int64)
        mention = np.repeat(np.array(rows)[found], count)
        order = np.argsort(mention, kind="stable")
        mention, forms = mention[order], forms[order]
        close = self._closeness(mention, forms)
        like = np.bincount(found, minlength=len(rows))
        chosen = best_of_each(mention, close, FROM_RUNS) if len(like) else np.zeros(0, np.int64)
        chosen = chosen[close[chosen] > -1]
        self._add(mention[chosen], forms[chosen])

    def by_letters(self, weak: Ints) -> None:
        """Forms whose distinctive letters share most two-letter pieces with those of a mention that no words explain."""
        asked, index = self.asked, self.index
        asked_pieces = [(m, pieces(asked.run[m])) for m in weak.tolist() if len(asked.run[m]) >= 4]
        known = [(m, self._telling(listed), len(listed)) for m, listed in asked_pieces]
        known = [entry for entry in known if entry[1]]
        if not known:
            return
        rows = np.array([m for m, _, _ in known])
        size = np.array([n for _, _, n in known], dtype=np.float32)
        bounds = np.cumsum([0, *(len(ids) for _, ids, _ in known)])
        columns = np.array([i for _, ids, _ in known for i in ids], dtype=np.int32)
        wanted = sparse.csr_matrix(
            (np.ones(len(columns), dtype=np.float32), columns, bounds), shape=(len(rows), len(index.piece_ids))
        )
        shared = wanted @ index.forms_by_piece
        row, forms = np.repeat(np.arange(len(rows)), np.diff(shared.indptr)), shared.indices
        best_shared = _row_maximum(shared.data, shared.indptr)
        enough = np.flatnonzero(shared.data >= np.repeat(SHARED_ENOUGH * best_shared, np.diff(shared.indptr)))
        row, forms = row[enough], forms[enough]
        dice = 2 * shared.data[enough] / (index.form_run_pieces[forms] + size[row])
        close = self._closeness(rows[row], forms)
        chosen = best_of_each(row, 2 * dice + close, FROM_LETTERS)
        chosen = chosen[close[chosen] > -1]
        self._add(rows[row[chosen]], forms[chosen])

    def _telling(self, listed: list[str]) -> list[int]:
        """The pieces that few names have, where a run has at least three of them."""
        ids = [self.index.piece_ids[p] for p in listed if p in self.index.piece_ids]
        telling = [i for i in ids if self.index.piece_forms[i] <= COMMON_PIECE]
        return telling if len(telling) >= 3 else ids

    def by_nearby(self, weak: Ints) -> None:
        """Among schools within 6 km (at most 160), the forms most like the mention's letters."""
        asked, index = self.asked, self.index
        point = asked.around.point
        weak = np.array(
            [m for m in weak.tolist() if len(asked.run[m]) >= 3 and point[m, 0] == point[m, 0]], dtype=np.int64
        )
        if not len(weak):
            return
        near = index.places.near(point[weak], NEARBY_SCHOOLS, NEARBY_KM)
        row, column = np.nonzero(near >= 0)
        forms = index.first_form[near[row, column]]
        row, forms = row[forms >= 0], forms[forms >= 0]
        mine = signatures([asked.run[m] for m in weak.tolist()])
        shared = np.bitwise_count(index.form_signature[forms] & mine[row])
        like = shared / np.minimum(index.form_pieces[forms], np.bitwise_count(mine)[row])
        chosen = best_of_each(row, like, 3 * FROM_NEARBY)
        row, forms = row[chosen], forms[chosen]
        runs = [asked.run[m] for m in weak[row].tolist()]
        offered = index.form_run[forms].tolist()
        ratio = process.cpdist(runs, offered, scorer=fuzz.ratio, dtype=np.float32)
        partial = process.cpdist(runs, offered, scorer=fuzz.partial_ratio, dtype=np.float32)
        score = np.maximum(ratio, 0.9 * partial)
        enough = score >= 55
        row, forms, score = row[enough], forms[enough], score[enough]
        chosen = best_of_each(row, score / 100, FROM_NEARBY)
        mention, forms = weak[row[chosen]], forms[chosen]
        use = self._closeness(mention, forms) > -1
        self._add(mention[use], forms[use])

    def by_initials(self) -> None:
        """Schools whose initials are one of the words typed; the nearest, where there are many."""
        index = self.index
        rows: list[int] = []
        found: list[int] = []
        size: list[int] = []
        for m, reading in enumerate(self.asked.readings):
            for typed in reading.typed:
                at = index.initials.get(typed) if len(typed) in INITIALS_TYPED else None
                if at is not None:
                    rows.append(m)
                    found.append(at)
                    size.append(len(typed))
        if not rows:
            return
        start = index.initials_bounds[found]
        count = index.initials_bounds[np.array(found) + 1] - start
        schools = index.initials_schools[spread(start, count)]
        # Each typed word has its own nearest schools, so words and not mentions are the rows here.
        word = np.repeat(np.arange(len(rows)), count)
        mention, forms = np.array(rows)[word], index.first_form[schools]
        word, mention, forms = word[forms >= 0], mention[forms >= 0], forms[forms >= 0]
        close = self._closeness(mention, forms)
        chosen = best_of_each(word, close, FROM_INITIALS)
        chosen = chosen[close[chosen] > -1]
        self._add(mention[chosen], forms[chosen], np.array(size)[word[chosen]])


def in_use(day: Ints, forms: Ints, index: Index) -> npt.NDArray[np.bool_]:
    """Whether a form's school was open, and its name in use, on a day; true where the day is not known."""
    schools = index.form_school[forms]
    closed = index.schools.closed[schools]
    out = (index.schools.opened[schools] > day) | ((closed != tables.NO_DAY) & (closed < day))
    out |= (index.form_from[forms] > day) | (index.form_to[forms] < day)
    usable: npt.NDArray[np.bool_] = ~((day != tables.NO_DAY) & out)
    return usable
