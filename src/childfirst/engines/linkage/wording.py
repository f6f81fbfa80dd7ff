"""Word evidence: how far the typed words and a school's written form account for each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from childfirst.engines.linkage import forms, lexicon, tables
from childfirst.engines.linkage.asked import Asked
from childfirst.engines.linkage.index import ROLES, Index, whole_hash
from childfirst.engines.linkage.propose import Pairs

# A word of the name that stands only among the typed places counts for half.
FROM_PLACE = 0.5
_NAME, _TYPE = ROLES["name"], ROLES["type"]
# Pairs are compared in groups of like size, so that short names and mentions pay for no empty slots.
_TYPED_WIDTHS = (0, 1, 2, 3, 4, 6, 10, 16)
_FORM_WIDTHS = (0, 3, 4, 5, 7, 14)
_SUMS = (
    "matched", "name_total", "kinds", "kinds_found", "first_word", "typed_found", "typed_unexplained", "kind_unexplained",
    "street_word_unexplained", "by_initials",
)  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """Per pair: `terms`, and `fit`, one number by which forms of a school and rival schools are compared."""

    terms: dict[str, tables.Floats]
    fit: tables.Floats


@dataclass(frozen=True)
class _Typed:
    """Mentions x word slots; `likeness` is distinct words x register words (0..255), the latter through `column`."""

    likeness: npt.NDArray[np.uint8]
    column: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]
    kind_weight: npt.NDArray[np.float64]
    initials: npt.NDArray[np.int64]
    street_word: npt.NDArray[np.bool_]


def compare(asked: Asked, pairs: Pairs, index: Index) -> Wording:
    """Weigh the words of each mention against each proposed form.

    A typed word counts for the register word it is most like; words are weighted by their rarity in the register. Every
    number depends on its own pair only.
    """
    typed = _typed(asked, index)
    sums = {key: np.zeros(len(pairs.mention)) for key in _SUMS}
    width, length = asked.width[pairs.mention], index.form_length[pairs.form]
    for low, high in pairwise(_TYPED_WIDTHS):
        of_width = np.flatnonzero((width > low) & (width <= high)) if low else np.flatnonzero(width <= high)
        for short, long in pairwise(_FORM_WIDTHS):
            size = length[of_width]
            part = of_width[(size > short) & (size <= long)]
            if len(part):
                _compare_group(asked, typed, pairs, part, min(high, asked.token.shape[1]), long, index, sums)
    return _terms(asked, pairs, sums, index)


def _compare_group(
    asked: Asked,
    typed: _Typed,
    pairs: Pairs,
    part: npt.NDArray[np.int64],
    width: int,
    length: int,
    index: Index,
    sums: dict[str, tables.Floats],
) -> None:
    m, f = pairs.mention[part], pairs.form[part]
    place = asked.place[m, :width]
    words = index.form_words[f, :length]
    row = asked.token[m, :width].astype(np.int64) * typed.likeness.shape[1]
    alike = typed.likeness.ravel().take(row[:, :, None] + typed.column[words][:, None, :])
    explained = alike.max(axis=2).astype(np.float64) / 255
    if place.any():
        found = np.where(place[:, :, None], 0, alike).max(axis=1).astype(np.float64) / 255
        found = np.maximum(found, FROM_PLACE * np.where(place[:, :, None], alike, 0).max(axis=1) / 255)
    else:
        found = alike.max(axis=1).astype(np.float64) / 255
    role = np.where(words >= 0, index.role[words], 0)
    name = role == _NAME
    weight = np.where(name, index.idf[words], 0.0)
    matched, name_total = _total(weight * found), _total(weight)
    # Initials stand in for the name's words where those were not typed.
    initials = pairs.initials[part]
    by_initials = (initials > 0) & (matched < 0.5 * name_total)
    stand_in = by_initials[:, None] & (typed.initials[m, :width] == initials[:, None]) & (initials > 0)[:, None]
    typed_weight = np.where(stand_in, 0.0, typed.weight[m, :width])
    unexplained = 1 - explained
    missing = _total(typed_weight * unexplained)
    whole = _total(typed_weight)
    kinds = (role == _TYPE).astype(np.float64)
    sums["matched"][part] = matched
    sums["name_total"][part] = name_total
    sums["kinds"][part] = _total(kinds)
    sums["kinds_found"][part] = _total(kinds * found)
    sums["first_word"][part] = np.take_along_axis(found, name.argmax(axis=1)[:, None], axis=1)[:, 0]
    sums["typed_found"][part] = _share(whole - missing, whole)
    sums["typed_unexplained"][part] = missing
    sums["kind_unexplained"][part] = _total(typed.kind_weight[m, :width] * unexplained)
    street = typed.street_word[m, :width] & (explained < 0.9)
    sums["street_word_unexplained"][part] = street.any(axis=1)
    sums["by_initials"][part] = by_initials


def _terms(asked: Asked, pairs: Pairs, sums: dict[str, tables.Floats], index: Index) -> Wording:
    m, f = pairs.mention, pairs.form
    by_initials = sums["by_initials"] > 0
    plain = (~by_initials).astype(np.float64)
    name_found = _share(sums["matched"], sums["name_total"])
    letters, start = _letters(asked, pairs, index)
    terms: dict[str, tables.Floats] = {
        "typed_found": sums["typed_found"] * plain,
        "same_words": _same_words(asked, pairs, index),
        "letters_close": np.maximum(letters - 0.85, 0) / 0.15 * plain,
        "letters_start": np.maximum(start - 0.5, 0) * 2 * plain,
        "rare_words": np.minimum(sums["matched"], 20) / 10 * plain,
        "typed_unexplained": np.minimum(sums["typed_unexplained"], 20) / 10,
        "name_untyped": np.minimum(sums["name_total"] - sums["matched"], 20) / 10 * plain,
        "first_word": sums["first_word"] * plain,
        "kind_agrees": _share(sums["kinds_found"], sums["kinds"]),
        "kind_untyped": np.minimum(sums["kinds"] - sums["kinds_found"], 3) / 3,
        "kind_unexplained": np.minimum(sums["kind_unexplained"], 10) / 10,
        **_agreement(asked, m, f, index),
        "former_name": (index.form_kind[f] == forms.FORMER).astype(np.float64),
        "initials": 1 - plain,
        "initials_length": (1 - plain) * np.minimum(pairs.initials, 8) / 8,
        "street_word_unexplained": sums["street_word_unexplained"],
    }
    fit = np.where(
        by_initials, 0.5 + 0.03 * pairs.initials, 0.35 * name_found + 0.45 * sums["typed_found"] + 0.2 * letters
    )
    fit += 0.05 * (terms["kind_agrees"] - terms["kind_conflicts"])
    fit += 0.03 * (terms["faith_agrees"] - terms["faith_conflicts"] + terms["sex_agrees"] - terms["sex_conflicts"])
    return Wording(terms, fit)


def _typed(asked: Asked, index: Index) -> _Typed:
    words = asked.words
    size = len(words.listed) + 1
    ids, similar = words.ids[: words.bounds[-1]], words.similar[: words.bounds[-1]]
    used = np.unique(ids)
    column = np.zeros(len(index.words.words) + 1, dtype=np.int32)
    column[used] = np.arange(1, len(used) + 1)
    likeness = np.zeros((size, len(used) + 1), dtype=np.uint8)
    row = np.repeat(np.arange(size), np.diff(words.bounds))
    likeness[row, column[ids]] = np.round(np.clip((similar - 0.4) / 0.6, 0, 1) * 255).astype(np.uint8)
    initials = np.array([len(t) if t in index.initials else 0 for t in words.listed] + [0])
    token, outside = asked.token, ~asked.place
    role = words.role[token]
    soft = np.where(asked.soft, 0.3, 1.0)
    weight = words.weight[token] * soft
    return _Typed(
        likeness=likeness,
        column=column,
        weight=np.where((role == _NAME) & outside, weight, 0.0),
        kind_weight=np.where((role > 0) & (role < _NAME) & outside, weight, 0.0),
        initials=initials[token],
        street_word=words.street_word[token] & outside,
    )


def _agreement(
    asked: Asked, m: npt.NDArray[np.int64], f: npt.NDArray[np.int64], index: Index
) -> dict[str, tables.Floats]:
    words, token, outside = asked.words, asked.token, ~asked.place
    stage, halves, faith, sex = (
        np.bitwise_or.reduce(np.where(outside, flags[token], 0), axis=1)[m]
        for flags in (words.stage, words.halves, words.faith, words.sex)
    )
    form_halves = index.form_halves[f]
    form_stage, form_faith, form_sex = index.form_stage[f], index.form_faith[f], index.form_sex[f]
    school_faith = index.schools.faith[index.form_school[f]]
    flags = {
        "kind_conflicts": (stage > 0) & (form_stage > 0) & ((stage & form_stage) == 0),
        "half_conflicts": (halves > 0) & (form_halves > 0) & ((halves & form_halves) == 0),
        "faith_agrees": (faith & (form_faith | school_faith)) > 0,
        "faith_conflicts": (faith > 0) & ((faith & (form_faith | school_faith)) == 0),
        "sex_agrees": (sex & form_sex) > 0,
        "sex_conflicts": (sex > 0) & ((sex & form_sex) == 0),
    }
    return {key: flag.astype(np.float64) for key, flag in flags.items()}


def _letters(asked: Asked, pairs: Pairs, index: Index) -> tuple[tables.Floats, tables.Floats]:
    """Likeness 0..1 of the distinctive words run together, and of the typed ones to as many letters of the name."""
    if not len(pairs.mention):
        return np.zeros(0), np.zeros(0)
    mine = np.array(asked.run, dtype=object)[pairs.mention].tolist()
    theirs = index.form_run[pairs.form].tolist()
    letters = process.cpdist(mine, theirs, scorer=fuzz.ratio, dtype=np.float32).astype(np.float64) / 100
    start = letters.copy()
    longer = [i for i, (a, b) in enumerate(zip(mine, theirs, strict=True)) if len(b) > len(a) >= 4]
    if longer:
        cut = [theirs[i][: len(mine[i])] for i in longer]
        some = process.cpdist([mine[i] for i in longer], cut, scorer=fuzz.ratio, dtype=np.float32)
        start[longer] = some.astype(np.float64) / 100
    return letters, start


def _same_words(asked: Asked, pairs: Pairs, index: Index) -> tables.Floats:
    """Whether the typed words outside places are the form's, little words aside, in the same order."""
    words = asked.words
    position = np.where(asked.place, -1, words.position[asked.token])
    little = np.array([t in lexicon.STOP for t in words.listed] + [True], dtype=bool)[asked.token]
    known = ((position >= 0) | asked.place | little).all(axis=1)
    whole = whole_hash(position, index.is_stop)
    same: tables.Floats = (known[pairs.mention] & (whole[pairs.mention] == index.form_whole[pairs.form])).astype(
        np.float64
    )
    return same


def _total(values: tables.Floats) -> tables.Floats:
    """Row sums, added column by column: the same bits however wide the batch."""
    total: tables.Floats = values[:, 0].copy()
    for k in range(1, values.shape[1]):
        total += values[:, k]
    return total


def _share(part: tables.Floats, whole: tables.Floats) -> tables.Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
