"""The register of schools as an index: built once, used for any number of mentions."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.spatial import cKDTree

from childfirst.engines.linkage import forms, lexicon, tables, text
from childfirst.engines.linkage.forms import Form
from childfirst.engines.linkage.reading import Reader
from childfirst.engines.linkage.similar import WordIndex, grams
from childfirst.shared.errors import UserError

if TYPE_CHECKING:
    from childfirst.engines.linkage.matching import MatchTable

EARTH_KM = 6371.0
ROLES = {"stop": 0, "type": 1, "faith": 2, "sex": 3, "name": 4}
# Share of its statistical weight that a word of each role has when names are compared as a whole.
ROLE_WEIGHT = np.array([0.0, 0.15, 0.3, 0.4, 1.0])
STAGES = {"primary": 1, "secondary": 2, "college": 4}
STREET_WORDS = 4


def sphere(lat: tables.Floats, lon: tables.Floats) -> tables.Floats:
    """Points on the unit sphere (n x 3); NaN rows where the place is not known."""
    a, b = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)], axis=1)


@dataclass(frozen=True)
class Schools:
    """Columns about the schools, in order of URN."""

    urn: list[str]
    name: list[str]
    borough: list[str]
    borough_key: list[str]
    point: tables.Floats
    stage: npt.NDArray[np.int64]
    primary: npt.NDArray[np.bool_]
    min_age: tables.Floats
    max_age: tables.Floats
    sex: npt.NDArray[np.int64]
    opened: tables.Integers
    closed: tables.Integers
    street: list[tuple[str, ...]]


class Register:
    """Schools, their written forms and the postings by which candidates are found. Made by `Register.build`."""

    def __init__(self, schools: Schools, listed: list[Form]) -> None:
        self.schools = schools
        self.forms = listed
        self._index_words(
            sorted({w for form in listed for w in form.words} | {w for street in schools.street for w in street})
        )
        self._index_forms()
        self._index_initials()
        self.reader = Reader(self.weights_by_word, self.words.near, self._boroughs(), self.initials)
        placed = np.flatnonzero(~np.isnan(schools.point[:, 0]))
        self.placed = placed
        self.tree = cKDTree(schools.point[placed]) if len(placed) else None
        self.fingerprint = self._fingerprint()

    def __len__(self) -> int:
        return len(self.schools.urn)

    @classmethod
    def build(cls, register: tables.Rows, aliases: tables.Rows | None = None) -> Register:
        """Index a register.

        `register` needs the columns ``urn`` and ``name``; it may have ``la`` (local authority), ``street``, ``lat``,
        ``lon`` (WGS 84), ``phase``, ``min_age``, ``max_age``, ``gender`` (Boys, Girls, Mixed), ``open_date`` and
        ``close_date``. `aliases` needs ``urn`` and ``alias``; it may have ``valid_from`` and ``valid_to``. Other columns
        are ignored; the order of rows does not matter. Raises UserError for a missing column, an empty register, a URN
        that stands twice, or a register in which no row has both a URN and a name. Aliases of other URNs are ignored.
        """
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
        table = table.sort("urn")
        schools = _schools(table)
        return cls(schools, _forms(schools, aliases))

    def match(self, mentions: tables.Rows, *, precision: float = 0.99) -> MatchTable:
        """Match mentions against this register; see `childfirst.engines.linkage.match`."""
        from childfirst.engines.linkage.matching import match_register

        return match_register(mentions, self, precision=precision)

    def _index_words(self, words: list[str]) -> None:
        self.words = WordIndex(words)
        self.role = np.array([ROLES[text.role(w)] for w in words], dtype=np.int8)
        schools_with: dict[int, set[int]] = defaultdict(set)
        for form in self.forms:
            for word in form.words:
                schools_with[self.words.position[word]].add(form.school)
        count = np.array([len(schools_with.get(i, ())) for i in range(len(words))], dtype=np.float64)
        self.schools_with_word = count
        total = max(len(self.schools.urn), 2)
        # Inverse document frequency; scaled so that a word of one school weighs 10 in the register of England.
        self.idf = np.log((total + 1) / (np.maximum(count, 1.0))) / np.log(22_861) * 10
        self.unknown_idf = float(np.log(total + 1) / np.log(22_861) * 10)
        self.idf = np.where(self.role == 0, 0.0, np.maximum(self.idf, 0.3))
        self.street = np.full((len(self.schools.urn), STREET_WORDS), -1, dtype=np.int32)
        for i, street in enumerate(self.schools.street):
            self.street[i, : len(street)] = [self.words.position[w] for w in street]
        self.weights_by_word = {w: float(self.idf[i]) for i, w in enumerate(words) if count[i] > 0}

    def _index_forms(self) -> None:
        position = self.words.position
        size = len(self.forms)
        self.form_school = np.array([f.school for f in self.forms], dtype=np.int32)
        self.form_kind = np.array([f.kind for f in self.forms], dtype=np.int8)
        self.form_from = np.array([f.valid_from for f in self.forms], dtype=np.int64)
        self.form_to = np.array([f.valid_to for f in self.forms], dtype=np.int64)
        self.form_words = np.full((size, forms.MAX_WORDS), -1, dtype=np.int32)
        for i, form in enumerate(self.forms):
            ids = [position[w] for w in form.words]
            self.form_words[i, : len(ids)] = ids
        self.form_distinctive = [forms.distinctive(f.words) for f in self.forms]
        self.form_whole = [" ".join(w for w in f.words if w not in lexicon.STOP) for f in self.forms]
        weight = self.idf * ROLE_WEIGHT[self.role]
        known = self.form_words >= 0
        self.form_weight = np.where(known, weight[np.where(known, self.form_words, 0)], 0.0).sum(axis=1)
        rows, columns = np.nonzero(known)
        data = np.ones(len(rows), dtype=np.float32)
        by_form = sparse.csr_matrix((data, (rows, self.form_words[rows, columns])), shape=(size, len(self.words.words)))
        by_form.data[:] = 1.0
        self.forms_by_word = by_form.T.tocsr()
        self.gram_ids: dict[str, int] = {}
        rows_g: list[int] = []
        columns_g: list[int] = []
        for i, run in enumerate(self.form_distinctive):
            for gram in sorted(grams(run, 3)):
                columns_g.append(self.gram_ids.setdefault(gram, len(self.gram_ids)))
                rows_g.append(i)
        by_gram = sparse.csr_matrix(
            (np.ones(len(rows_g), dtype=np.float32), (rows_g, columns_g)), shape=(size, max(len(self.gram_ids), 1))
        )
        self.form_grams = np.asarray(by_gram.sum(axis=1)).ravel()
        self.forms_by_gram = by_gram.T.tocsr()
        self.form_stage = np.array([stage_of_words(f.words) for f in self.forms], dtype=np.int64)
        self.form_stage |= self.schools.stage[self.form_school]
        self.form_faith = np.array([faith_of_words(f.words) for f in self.forms], dtype=np.int64)
        self.form_sex = np.array([sex_of_words(f.words) for f in self.forms], dtype=np.int64)
        self.form_sex |= self.schools.sex[self.form_school]
        same: dict[str, set[int]] = defaultdict(set)
        for run, school in zip(self.form_distinctive, self.form_school, strict=True):
            same[run].add(int(school))
        self.form_namesakes = np.array([len(same[run]) for run in self.form_distinctive], dtype=np.float64)
        self.first_form = np.full(len(self.schools.urn), -1, dtype=np.int64)
        for i in range(size - 1, -1, -1):
            self.first_form[self.form_school[i]] = i

    def _index_initials(self) -> None:
        found: dict[str, set[int]] = defaultdict(set)
        for form in self.forms:
            if form.kind != forms.SHORT:
                for letters in forms.initials(form.written):
                    found[letters].add(form.school)
        self.initials = {letters: np.array(sorted(ids), dtype=np.int64) for letters, ids in found.items()}

    def _boroughs(self) -> dict[tuple[str, ...], str]:
        return {tuple(key.split()): key for key in sorted(set(self.schools.borough_key)) if key}

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for urn, name in zip(self.schools.urn, self.schools.name, strict=True):
            digest.update(f"{urn}\t{name}\n".encode())
        for form in self.forms:
            digest.update(f"{form.school}\t{form.kind}\t{form.written}\t{form.valid_from}\t{form.valid_to}\n".encode())
        return digest.hexdigest()


def _forms(schools: Schools, aliases: tables.Rows | None) -> list[Form]:
    first, last = int(tables.NO_DAY), int(np.iinfo(np.int64).max)
    listed: list[Form] = []
    for i, name in enumerate(schools.name):
        listed.append(_form(i, forms.NAME, name, first, last))
        listed.extend(_form(i, forms.SHORT, short, first, last) for short in forms.short_names(name))
    if aliases is not None:
        table = tables.frame(aliases, "aliases", ("urn", "alias"))
        position = {urn: i for i, urn in enumerate(schools.urn)}
        valid_to = tables.days(table, "valid_to")
        ends = np.where(valid_to == tables.NO_DAY, last, valid_to)
        rows = zip(
            tables.texts(table, "urn"),
            tables.texts(table, "alias"),
            tables.days(table, "valid_from").tolist(),
            ends.tolist(),
            strict=True,
        )
        listed.extend(_form(position[u], forms.FORMER, a, f, t) for u, a, f, t in rows if a and u in position)
    usable = [form for form in listed if form.words]
    usable.sort(key=lambda f: (f.school, f.kind, f.written, f.valid_from, f.valid_to))
    seen: set[tuple[int, tuple[str, ...], int, int]] = set()
    kept: list[Form] = []
    for form in usable:
        key = (form.school, form.words, form.valid_from, form.valid_to)
        if key not in seen:
            seen.add(key)
            kept.append(form)
    return kept


def _form(school: int, kind: int, written: str, valid_from: int, valid_to: int) -> Form:
    words = tuple(dict.fromkeys(text.tokens(written)))[: forms.MAX_WORDS]
    return Form(school, kind, written, words, valid_from, valid_to)


def _schools(table: pl.DataFrame) -> Schools:
    names = tables.texts(table, "name")
    boroughs = tables.texts(table, "la")
    phases = [p.casefold() for p in tables.texts(table, "phase")]
    words = [text.tokens(n) for n in names]
    genders = tables.texts(table, "gender")
    return Schools(
        urn=table["urn"].to_list(),
        name=names,
        borough=boroughs,
        borough_key=[borough_key(b) for b in boroughs],
        point=sphere(*tables.coordinates(table)),
        stage=np.array([_stage(w, p) for w, p in zip(words, phases, strict=True)], dtype=np.int64),
        primary=np.array([p.startswith(("primary", "nursery", "infant", "junior", "middle deemed p")) for p in phases]),
        min_age=tables.numbers(table, "min_age"),
        max_age=tables.numbers(table, "max_age"),
        sex=np.array([_sex(g, w) for g, w in zip(genders, words, strict=True)], dtype=np.int64),
        opened=tables.days(table, "open_date"),
        closed=tables.days(table, "close_date"),
        street=[_street(s) for s in tables.texts(table, "street")],
    )


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


def faith_of_words(words: Iterable[str]) -> int:
    """Faiths named, as a sum of 1 (Church of England), 2 (Catholic) and 4 (Methodist)."""
    return sum({"ce": 1, "catholic": 2, "methodist": 4}.get(word, 0) for word in set(words))


def sex_of_words(words: Iterable[str]) -> int:
    """Single-sex words, as a sum of 1 (girls) and 2 (boys)."""
    return sum({"girls": 1, "boys": 2}.get(word, 0) for word in set(words))


def _stage(words: list[str], phase: str) -> int:
    found = stage_of_words(words)
    if phase.startswith(("primary", "nursery", "middle deemed p")):
        found |= STAGES["primary"]
    elif phase.startswith(("secondary", "middle deemed s")):
        found |= STAGES["secondary"]
    elif phase.startswith("16"):
        found |= STAGES["college"]
    elif phase.startswith("all"):
        found |= STAGES["primary"] | STAGES["secondary"]
    return found


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
