"""Word evidence: how far the typed words and a school's written form account for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from childfirst.engines.linkage import forms, lexicon, tables, text
from childfirst.engines.linkage.propose import Pairs
from childfirst.engines.linkage.reading import MAX_TOKENS, Reading, run_of
from childfirst.engines.linkage.register import ROLES, Register, faith_of_words, sex_of_words, stage_of_words

KNOWN = 0.75
# A word of the name that stands only among the typed places counts for half.
FROM_PLACE = 0.5


@dataclass(frozen=True)
class Wording:
    """Per pair: `terms`, and `fit`, one number by which forms of a school and rival schools are compared."""

    terms: dict[str, tables.Floats]
    fit: tables.Floats


@dataclass(frozen=True)
class _Typed:
    """The typed words of a batch: `likeness` is words x register words (0..255), the rest mentions x words."""

    likeness: npt.NDArray[np.uint8]
    token: npt.NDArray[np.int64]
    weight: tables.Floats
    role: npt.NDArray[np.int64]
    place: npt.NDArray[np.bool_]
    initials: npt.NDArray[np.int64]
    street_word: npt.NDArray[np.bool_]
    stage: npt.NDArray[np.int64]
    faith: npt.NDArray[np.int64]
    sex: npt.NDArray[np.int64]


def compare(readings: Sequence[Reading], pairs: Pairs, register: Register) -> Wording:
    """Weigh the words of each mention against each proposed form.

    A typed word counts for the register word it is most like; words are weighted by their rarity in the register. Every
    number depends on its own pair only.
    """
    typed = _typed(readings, register)
    m, f = pairs.mention, pairs.form
    form_words = register.form_words[f]
    likeness = typed.likeness[typed.token[m][:, :, None], form_words[:, None, :]]
    place = typed.place[m]
    found = np.where(place[:, :, None], 0, likeness).max(axis=1).astype(np.float64) / 255
    found = np.maximum(found, FROM_PLACE * np.where(place[:, :, None], likeness, 0).max(axis=1) / 255)
    explained = likeness.max(axis=2).astype(np.float64) / 255
    there = form_words >= 0
    ids = np.where(there, form_words, 0)
    form_role = np.where(there, register.role[ids], 0).astype(np.int64)
    form_weight = np.where(form_role == ROLES["name"], register.idf[ids], 0.0)
    is_name = (typed.role[m] == ROLES["name"]) & ~place

    matched, name_total = _total(form_weight * found), _total(form_weight)
    name_found = _share(matched, name_total)
    # Initials stand in for the name's words where those were not typed.
    by_initials = (pairs.initials > 0) & (name_found < 0.5)
    stand_in = by_initials[:, None] & (typed.initials[m] == pairs.initials[:, None]) & (typed.initials[m] > 0)
    weight = np.where(is_name & ~stand_in, typed.weight[m], 0.0)
    typed_found = _share(_total(weight * explained), _total(weight))
    letters = _letters(readings, pairs, register)
    first = np.take_along_axis(found, (form_role == ROLES["name"]).argmax(axis=1)[:, None], axis=1)[:, 0]
    plain = (~by_initials).astype(np.float64)

    kinds = (form_role == ROLES["type"]).astype(np.float64)
    kinds_found = _total(kinds * found)
    agreement = _agreement(typed, m, f, register)
    street = typed.street_word[m] & ~place
    terms: dict[str, tables.Floats] = {
        "typed_found": typed_found * plain,
        "same_words": _same_words(readings, pairs, register),
        "letters": np.maximum(letters - 0.5, 0) * 2 * plain,
        "letters_close": np.maximum(letters - 0.85, 0) / 0.15 * plain,
        "rare_words": np.minimum(matched, 20) / 10 * plain,
        "typed_unexplained": np.minimum(_total(weight * (1 - explained)), 20) / 10,
        "first_word": first * plain,
        "kind_agrees": _share(kinds_found, _total(kinds)),
        "kind_untyped": np.minimum(_total(kinds) - kinds_found, 3) / 3,
        **agreement,
        "former_name": (register.form_kind[f] == forms.FORMER).astype(np.float64),
        "initials": 1 - plain,
        "initials_length": (1 - plain) * np.minimum(pairs.initials, 8) / 8,
        "street_word_unexplained": (street & (explained < 0.9)).any(axis=1).astype(np.float64),
    }
    fit = np.where(by_initials, 0.5 + 0.03 * pairs.initials, 0.35 * name_found + 0.45 * typed_found + 0.2 * letters)
    fit += 0.05 * (terms["kind_agrees"] - terms["kind_conflicts"])
    fit += 0.03 * (terms["faith_agrees"] - terms["faith_conflicts"] + terms["sex_agrees"] - terms["sex_conflicts"])
    return Wording(terms, fit)


def _typed(readings: Sequence[Reading], register: Register) -> _Typed:
    index = register.words
    vocabulary = {t: i for i, t in enumerate(sorted({t for r in readings for t in r.tokens}))}
    size = len(vocabulary) + 1
    likeness = np.zeros((size, len(index.words) + 1), dtype=np.uint8)
    weight_of = np.zeros(size)
    role_of = np.zeros(size, dtype=np.int64)
    street_of = np.zeros(size, dtype=bool)
    initials_of = np.zeros(size, dtype=np.int64)
    meant: dict[str, str] = {}
    for token, i in vocabulary.items():
        ids, similar = index.matches(token)
        likeness[i, ids] = np.round(np.clip((similar - 0.4) / 0.6, 0, 1) * 255).astype(np.uint8)
        known = len(ids) > 0 and similar[0] >= KNOWN
        meant[token] = index.words[ids[0]] if known else token
        role_of[i] = ROLES[text.role(token)]
        if role_of[i] == ROLES["name"]:
            role_of[i] = ROLES[text.role(meant[token])]
        weight_of[i] = register.idf[ids[0]] if known else 0.8 * register.unknown_idf
        street_of[i] = token in lexicon.STREET_WORDS
        initials_of[i] = len(token) if token in register.initials else 0
    shape = (len(readings), min(max((len(r.tokens) for r in readings), default=1) or 1, MAX_TOKENS))
    token_at = np.full(shape, size - 1, dtype=np.int64)
    place = np.zeros(shape, dtype=bool)
    soft = np.zeros(shape, dtype=bool)
    for m, reading in enumerate(readings):
        width = len(reading.tokens)
        token_at[m, :width] = [vocabulary[t] for t in reading.tokens]
        place[m, :width] = reading.is_place
        soft[m, :width] = reading.is_soft
    words = [[meant[t] for t, p in zip(r.tokens, r.is_place, strict=True) if not p] for r in readings]
    return _Typed(
        likeness=likeness,
        token=token_at,
        weight=weight_of[token_at] * np.where(soft, 0.3, 1.0),
        role=role_of[token_at],
        place=place,
        initials=initials_of[token_at],
        street_word=street_of[token_at],
        stage=np.array([stage_of_words(w) for w in words], dtype=np.int64),
        faith=np.array([faith_of_words(w) for w in words], dtype=np.int64),
        sex=np.array([sex_of_words(w) for w in words], dtype=np.int64),
    )


def _agreement(
    typed: _Typed, m: npt.NDArray[np.int64], f: npt.NDArray[np.int64], register: Register
) -> dict[str, tables.Floats]:
    stage, faith, sex = typed.stage[m], typed.faith[m], typed.sex[m]
    form_stage, form_faith, form_sex = register.form_stage[f], register.form_faith[f], register.form_sex[f]
    flags = {
        "kind_conflicts": (stage > 0) & (form_stage > 0) & ((stage & form_stage) == 0),
        "faith_agrees": (faith & form_faith) > 0,
        "faith_conflicts": (faith > 0) & ((faith & form_faith) == 0),
        "sex_agrees": (sex & form_sex) > 0,
        "sex_conflicts": (sex > 0) & ((sex & form_sex) == 0),
    }
    return {key: flag.astype(np.float64) for key, flag in flags.items()}


def _letters(readings: Sequence[Reading], pairs: Pairs, register: Register) -> tables.Floats:
    """Likeness 0..1 of the distinctive words run together."""
    if not len(pairs.mention):
        return np.zeros(0)
    runs = [run_of(reading) for reading in readings]
    asked = [runs[m] for m in pairs.mention.tolist()]
    offered = [register.form_distinctive[f] for f in pairs.form.tolist()]
    return np.asarray(process.cpdist(asked, offered, scorer=fuzz.ratio, dtype=np.float64)) / 100


def _same_words(readings: Sequence[Reading], pairs: Pairs, register: Register) -> tables.Floats:
    whole = [
        " ".join(t for t, p in zip(r.tokens, r.is_place, strict=True) if not p and t not in lexicon.STOP)
        for r in readings
    ]
    asked = [whole[m] for m in pairs.mention.tolist()]
    offered = [register.form_whole[f] for f in pairs.form.tolist()]
    return np.array([a == b for a, b in zip(asked, offered, strict=True)], dtype=np.float64)


def _total(values: tables.Floats) -> tables.Floats:
    """Row sums, added column by column: the same bits however wide the batch."""
    total = np.zeros(values.shape[0])
    for k in range(values.shape[1]):
        total += values[:, k]
    return total


def _share(part: tables.Floats, whole: tables.Floats) -> tables.Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
