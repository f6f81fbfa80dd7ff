"""The register of schools as arrays: written forms, words, letters, initials, places. Built once, used for any number of mentions."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from childfirst.engines.linkage import forms, lexicon, text
from childfirst.engines.linkage.deletions import MAX_LETTERS, Neighbours, letters
from childfirst.engines.linkage.forms import Form
from childfirst.engines.linkage.memory import Memory
from childfirst.engines.linkage.parts import PartMaker
from childfirst.engines.linkage.places import Places
from childfirst.engines.linkage.reading import Reader
from childfirst.engines.linkage.schools import (
    STREET_WORDS,
    Schools,
    faith_of_words,
    halves_of_words,
    sex_of_words,
    stage_of_words,
)
from childfirst.engines.linkage.similar import WordIndex, closeness, pieces, signatures

ROLES = {"stop": 0, "type": 1, "faith": 2, "sex": 3, "name": 4}
# Share of its statistical weight that a word of each role has when names are compared as a whole.
ROLE_WEIGHT = np.array([0.0, 0.15, 0.3, 0.4, 1.0])
# A register of this size (that of England) sets the scale of a word's weight: 10 for a word that one school bears.
SCALE = 22_861
_JOINED_AT_LEAST = 0.88
_OF_PROCESS = frozenset(("reader", "lock", "memories"))


class Index:
    """Schools, their written forms and the postings by which candidates are found."""

    def __init__(self, schools: Schools, listed: Sequence[Form]) -> None:
        self.schools = schools
        self.places = Places(schools)
        self._copy_forms(listed)
        self._index_words(listed)
        self._index_forms(listed)
        self._index_runs(listed)
        self._index_initials(listed)
        self.index_fingerprint = self._fingerprint()
        self._start()

    def __len__(self) -> int:
        return len(self.schools.urn)

    def _start(self) -> None:
        """What belongs to a process and not to the index: the reader, a lock, what has been matched before."""
        self.lock = threading.RLock()
        self.memories: dict[tuple[str, float], Memory] = {}
        boroughs = {tuple(key.split()): key for key in self.schools.boroughs}
        idf = {w: float(self.idf[i]) for i, w in enumerate(self.words.words) if self.schools_with_word[i] > 0}
        parts = PartMaker(idf, self.words.near, self.words.prepare, self.initials, boroughs, self.joined)
        self.reader = Reader(parts, boroughs, self.words.prepare)

    def __getstate__(self) -> dict[str, object]:
        return {key: value for key, value in self.__dict__.items() if key not in _OF_PROCESS}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._start()

    def _copy_forms(self, listed: Sequence[Form]) -> None:
        self.form_school = np.array([f.school for f in listed], dtype=np.int32)
        self.form_kind = np.array([f.kind for f in listed], dtype=np.int8)
        self.form_from = np.array([f.valid_from for f in listed], dtype=np.int64)
        self.form_to = np.array([f.valid_to for f in listed], dtype=np.int64)
        names = self.schools.name
        self.form_written = [names[f.school] if f.kind == forms.NAME else f.written for f in listed]

    def _index_words(self, listed: Sequence[Form]) -> None:
        streets = self.schools.street
        words = sorted({w for form in listed for w in form.words} | {w for street in streets for w in street})
        position = {w: i for i, w in enumerate(words)}
        self.form_words = np.full((len(listed), forms.MAX_WORDS), -1, dtype=np.int32)
        for i, form in enumerate(listed):
            self.form_words[i, : len(form.words)] = [position[w] for w in form.words]
        rows, columns = np.nonzero(self.form_words >= 0)
        both = np.unique(self.form_school[rows].astype(np.int64) * len(words) + self.form_words[rows, columns])
        often = np.bincount(both % len(words), minlength=len(words)).astype(np.float64)
        self.schools_with_word = often
        self.words = WordIndex(words, often)
        self.word_letters, size = letters(words)
        self.word_size = np.maximum(size, 1).astype(np.float64)
        self.role = np.array([ROLES[r] for r in map(text.role, words)], dtype=np.int8)
        total = max(len(self.schools.urn), 2)
        # Inverse document frequency; scaled so that a word of one school weighs 10 in the register of England.
        idf = np.log((total + 1) / np.maximum(often, 1.0)) / np.log(SCALE) * 10
        self.unknown_idf = float(np.log(total + 1) / np.log(SCALE) * 10)
        self.idf = np.where(self.role == 0, 0.0, np.maximum(idf, 0.3))
        self.street = np.full((len(self.schools.urn), STREET_WORDS), -1, dtype=np.int32)
        for i, street in enumerate(streets):
            self.street[i, : len(street)] = [position[w] for w in street]
        self.street_length = np.maximum((self.street >= 0).sum(axis=1), 1)

    def _index_forms(self, listed: Sequence[Form]) -> None:
        size, known = len(listed), self.form_words >= 0
        self.form_length = known.sum(axis=1).astype(np.int32)
        weight = (self.idf * ROLE_WEIGHT[self.role]).astype(np.float32)
        self.form_weight = np.where(known, weight[np.where(known, self.form_words, 0)], 0.0).sum(
            axis=1, dtype=np.float32
        )
        rows, columns = np.nonzero(known)
        by_form = sparse.csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (rows, self.form_words[rows, columns])),
            shape=(size, len(self.words.words)),
        )
        by_form.data[:] = 1.0
        self.forms_by_word = by_form.T.tocsr()
        self.is_stop = np.array([w in lexicon.STOP for w in self.words.words] + [True], dtype=bool)
        self.form_whole = whole_hash(self.form_words, self.is_stop)
        self.form_stage = np.array([stage_of_words(f.words) for f in listed], dtype=np.int8)
        self.form_stage |= self.schools.stage[self.form_school].astype(np.int8)
        self.form_halves = np.array([halves_of_words(f.words) for f in listed], dtype=np.int8)
        self.form_faith = np.array([faith_of_words(f.words) for f in listed], dtype=np.int8)
        self.form_sex = np.array([sex_of_words(f.words) for f in listed], dtype=np.int8)
        self.form_sex |= self.schools.sex[self.form_school].astype(np.int8)
        self.first_form = np.full(len(self.schools.urn), -1, dtype=np.int64)
        self.first_form[self.form_school[::-1]] = np.arange(size)[::-1]

    def _index_runs(self, listed: Sequence[Form]) -> None:
        """Distinctive words run together, whole and as the first two, for names typed with other spaces or a slip."""
        self.form_run = np.array([forms.distinctive(f.words) for f in listed], dtype=object)
        same: dict[str, set[int]] = defaultdict(set)
        for run, school in zip(self.form_run, self.form_school.tolist(), strict=True):
            same[run].add(school)
        self.form_namesakes = np.array([len(same[run]) for run in self.form_run], dtype=np.float32)
        self.form_signature = signatures(self.form_run.tolist())
        self.form_pieces = np.bitwise_count(self.form_signature).astype(np.float32)
        self.piece_ids: dict[str, int] = {}
        columns = [[self.piece_ids.setdefault(p, len(self.piece_ids)) for p in pieces(run)] for run in self.form_run]
        self.form_run_pieces = np.array([len(c) for c in columns], dtype=np.float32)
        by_form = sparse.csr_matrix(
            (
                np.ones(int(self.form_run_pieces.sum()), dtype=np.float32),
                np.array([i for c in columns for i in c], dtype=np.int32),
                np.concatenate([[0], np.cumsum(self.form_run_pieces).astype(np.int64)]),
            ),
            shape=(len(listed), max(len(self.piece_ids), 1)),
        )
        self.forms_by_piece = by_form.T.tocsr()
        self.piece_forms = np.diff(self.forms_by_piece.indptr).tolist()
        self._pairs: dict[str, tuple[str, str]] = {}
        by_run: dict[str, list[int]] = defaultdict(list)
        for i, form in enumerate(listed):
            run = self.form_run[i]
            by_run[run[:MAX_LETTERS]].append(i)
            named = [w for w in form.words if text.role(w) == "name"]
            if len(named) >= 2:
                self._pairs.setdefault(named[0] + named[1], (named[0], named[1]))
                if len(named) > 2 and len(named[0] + named[1]) >= 6:
                    by_run[(named[0] + named[1])[:MAX_LETTERS]].append(i)
        self.runs = sorted(run for run in by_run if len(run) >= 4)
        self.run_bounds = np.cumsum([0, *(len(by_run[run]) for run in self.runs)])
        self.run_forms = np.array([i for run in self.runs for i in by_run[run]], dtype=np.int32)
        self.run_neighbours = Neighbours(self.runs, 1)

    def joined(self, raws: Sequence[str], with_slip: bool) -> dict[str, tuple[str, str]]:
        """Of words that a name's two words may have been typed as: the two words, found exactly or with one slip."""
        if not with_slip:
            return {raw: self._pairs[raw] for raw in raws if raw in self._pairs}
        row, near = self.run_neighbours.pairs(raws)
        tried = [
            (raws[i], self.runs[k])
            for i, k in zip(row.tolist(), near.tolist(), strict=True)
            if self.runs[k] in self._pairs
        ]
        scores = closeness([a for a, _ in tried], [b for _, b in tried]).tolist()
        best: dict[str, tuple[float, str]] = {}
        for (raw, run), score in zip(tried, scores, strict=True):
            if score >= _JOINED_AT_LEAST:
                best[raw] = max(best.get(raw, (0.0, "")), (score, run))
        return {raw: self._pairs[run] for raw, (_, run) in best.items()}

    def _index_initials(self, listed: Sequence[Form]) -> None:
        found: dict[str, set[int]] = defaultdict(set)
        for form in listed:
            if form.kind != forms.SHORT:
                for letters in forms.initials(form.written):
                    found[letters].add(form.school)
        self.initials = {letters: i for i, letters in enumerate(sorted(found))}
        self.initials_bounds = np.cumsum([0, *(len(found[letters]) for letters in self.initials)])
        self.initials_schools = np.array([s for i in self.initials for s in sorted(found[i])], dtype=np.int32)

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        schools = self.schools
        for columns in zip(schools.urn, schools.name, schools.borough, schools.street, strict=True):
            digest.update(f"{columns}\n".encode())
        for i, written in enumerate(self.form_written):
            digest.update(f"{written}\n{self.form_school[i]} {self.form_kind[i]}\n".encode())
        numbers = (
            schools.point, schools.stage, schools.faith, schools.min_age, schools.max_age, schools.sex, schools.opened,
            schools.closed, schools.pupils, self.form_from, self.form_to,
        )  # fmt: skip
        for array in numbers:
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def whole_hash(words: npt.NDArray[np.integer], stop: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """A hash of each row's words in order (positions in the register's words, -1 for none), without the words of `stop`."""
    found = np.zeros(len(words), dtype=np.uint64)
    for k in range(words.shape[1]):
        column = words[:, k].astype(np.int64)
        says = (column >= 0) & ~stop[column]
        mixed = (found * np.uint64(0x9E3779B97F4A7C15)) ^ (
            (column.astype(np.uint64) + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
        )
        found = np.where(says, mixed ^ (mixed >> np.uint64(29)), found)
    return found
