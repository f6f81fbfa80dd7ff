"""Type-ahead: schools that the text typed so far may become, the last word being only begun, with one slip a word forgiven."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from childfirst.engines.linkage import forms, lexicon, text
from childfirst.engines.linkage.deletions import MAX_LETTERS, letters, spread
from childfirst.engines.linkage.index import ROLE_WEIGHT, Index
from childfirst.engines.linkage.schools import kilometres, sphere

MOST_WORDS = 8
SORTED_AT_MOST = 200
MOST_LETTERS = 80
SLIP = 0.7
SLIPS_FROM = 4
NEAR_KM = 8.0
NEAR_COUNTS = 0.5
FORMER_COSTS = 0.15
CLOSED_COSTS = 0.3
# Words of phrases that the register's words stand for, while the phrase is not typed to its end.
OF_PHRASES = {
    "church": "ce", "england": "ce", "roman": "catholic", "sixth": "sixthform", "6th": "sixthform", "form": "sixthform",
    "pupil": "pru", "referral": "pru", "voluntary": "va",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A school that the text may become: `written` is the name that fits (a former one, perhaps); `km` None where not known."""

    urn: str
    name: str
    borough: str
    written: str
    km: float | None
    score: float


def suggest(
    typed: str, index: Index, limit: int = 10, lat: float | None = None, lon: float | None = None
) -> list[Suggestion]:
    """Schools whose name, former name, initials or URN the typed text begins, best first, at most `limit`.

    Every word typed must be in the name: whole or with a slip, the last one as a beginning. Among names that fit alike the
    nearer to `lat` and `lon` (WGS 84) come first. Ties are broken by URN, so that the same text gives the same list.
    """
    raws = [raw for raw in text.pieces(typed[:MOST_LETTERS]) if raw != text.MARK][:MOST_WORDS]
    if not raws or limit < 1:
        return []
    found, score = _by_words(raws, not typed[-1:].isspace(), index)
    more, other = _by_sign(raws, typed.strip(), index)
    found, score = np.concatenate([more, found]), np.concatenate([other, score])
    if not len(found):
        return []
    school = index.form_school[found]
    value = score - FORMER_COSTS * (index.form_kind[found] == forms.FORMER)
    value = value - CLOSED_COSTS * (index.schools.closed[school] != np.iinfo(np.int64).min)
    km = np.full(len(found), np.nan)
    if lat is not None and lon is not None:
        here = sphere(np.array([lat], dtype=np.float64), np.array([lon], dtype=np.float64))
        km = kilometres(np.repeat(here, len(found), axis=0), index.schools.point[school])
        value = value + np.where(np.isnan(km), 0.0, NEAR_COUNTS * np.exp(-np.where(np.isnan(km), 0, km) / NEAR_KM))
    return _best(found, school, value, km, limit, index)


def _best(
    found: npt.NDArray[np.int64],
    school: npt.NDArray[np.int32],
    value: npt.NDArray[np.float64],
    km: npt.NDArray[np.float64],
    limit: int,
    index: Index,
) -> list[Suggestion]:
    if len(value) > SORTED_AT_MOST:
        # Equal values at the edge stay in, so that the cut depends on nothing but the values.
        edge = np.partition(value, -SORTED_AT_MOST)[-SORTED_AT_MOST]
        kept = np.flatnonzero(value >= edge)
        found, school, value, km = found[kept], school[kept], value[kept], km[kept]
    order = np.lexsort((found, -value))
    seen: set[int] = set()
    listed: list[Suggestion] = []
    schools = index.schools
    for i in order.tolist():
        s = int(school[i])
        if s in seen:
            continue
        seen.add(s)
        far = float(km[i])
        written = index.form_written[int(found[i])]
        listed.append(
            Suggestion(
                schools.urn[s],
                schools.name[s],
                schools.borough[s],
                written,
                None if far != far else far,
                float(value[i]),
            )
        )
        if len(listed) == limit:
            break
    return listed


def _by_words(raws: list[str], begun: bool, index: Index) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Forms that hold every word typed, and how well: more for whole words, for little else in the name, for its first word."""
    postings = index.forms_by_word
    scale = (index.idf * ROLE_WEIGHT[index.role] + 0.5).astype(np.float32)
    hows: list[tuple[float, npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
    everywhere: npt.NDArray[np.bool_] | None = None
    opening = np.zeros(len(index.words.words) + 1, dtype=np.float32)
    for k, raw in enumerate(raws):
        last = k == len(raws) - 1
        if (k or not last) and all(token in lexicon.STOP for token in text.word(raw)):
            continue
        words, similar = _begun(raw, index) if last and begun else _whole(raw, index)
        if not len(words):
            return np.zeros(0, np.int64), np.zeros(0)
        if not hows:
            opening[words] = similar
        # The likest word of a form is written last and stays.
        order = np.argsort(similar, kind="stable")
        words, similar = words[order], similar[order].astype(np.float32)
        count = (postings.indptr[words + 1] - postings.indptr[words]).astype(np.int64)
        listed = postings.indices[spread(postings.indptr[words].astype(np.int64), count)]
        here, held = (np.zeros(len(index.form_school), dtype=np.float32) for _ in range(2))
        here[listed] = np.repeat(similar, count)
        held[listed] = np.repeat(similar * scale[words], count)
        hows.append((float(len(raw)), here, held))
        everywhere = here > 0 if everywhere is None else everywhere & (here > 0)
    if everywhere is None:
        return np.zeros(0, np.int64), np.zeros(0)
    found = np.flatnonzero(everywhere)
    total = sum((weight * here[found].astype(np.float64) for weight, here, _ in hows), np.zeros(len(found)))
    covered = sum((held[found].astype(np.float64) for _, _, held in hows), np.zeros(len(found)))
    covered = np.minimum(covered / (index.form_weight[found] + 0.5 * index.form_length[found]), 1.0)
    opens = opening[index.form_words[found, 0]]
    return found, total / sum(weight for weight, _, _ in hows) + 0.4 * covered + 0.2 * opens


def _whole(raw: str, index: Index) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Register words that a finished word is, or is like."""
    ids: list[int] = []
    similar: list[float] = []
    for token in (*text.word(raw), *([OF_PHRASES[raw]] if raw in OF_PHRASES else [])):
        near, how = index.words.matches(token)
        ids += near.tolist()
        similar += how.tolist()
    keep = [(i, s) for i, s in zip(ids, similar, strict=True) if s >= SLIP]
    return np.array([i for i, _ in keep], dtype=np.int64), np.array([s for _, s in keep], dtype=np.float64)


def _begun(raw: str, index: Index) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Register words that begin with the letters typed, or with all but one slip of them; what an abbreviation stands for."""
    low, high = index.words.starting_with(raw[0])
    codes, mine = index.word_letters[low:high], letters([raw])[0][0]
    size = min(len(raw), MAX_LETTERS - 1)
    how = np.zeros(len(codes))
    if size >= SLIPS_FROM:
        how[_one_slip(codes, mine, size)] = SLIP
    begins = (codes[:, :size] == mine[:size]).all(axis=1)
    how[begins] = 0.9 + 0.1 * size / index.word_size[low:high][begins]
    rows = np.flatnonzero(how)
    found = dict(zip((rows + low).tolist(), how[rows].tolist(), strict=True))
    meant = [(token, 1.0) for token in text.word(raw)]
    if len(raw) >= 2:
        meant += [
            (word, 0.85)
            for short, long in lexicon.ABBREVIATIONS.items()
            if short.startswith(raw)
            for word in long.split()
        ]
    meant += [(word, 0.85) for phrase, word in OF_PHRASES.items() if phrase.startswith(raw)]
    for word, similar in meant:
        at = index.words.position.get(word, -1)
        if at >= 0:
            found[at] = max(found.get(at, 0.0), similar)
    words = sorted(found)
    return np.array(words, dtype=np.int64), np.array([found[w] for w in words], dtype=np.float64)


def _one_slip(codes: npt.NDArray[np.uint8], mine: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.int64]:
    """Words whose beginning differs from the letters typed by one letter: another, one more, one less, or two swapped."""
    typed = mine[:size]
    same = codes[:, :size] == typed
    first = np.where(same.all(axis=1), size, same.argmin(axis=1))
    rows = np.flatnonzero((first < size) & (first > 0))
    codes, same, first = codes[rows], same[rows], first[rows]
    added = np.zeros_like(same)
    added[:, 1:] = codes[:, : size - 1] == typed[1:]
    left = codes[:, 1 : size + 1] == typed
    at = np.arange(len(rows))
    behind = [_all_from(which) for which in (same, added, left)]
    swapped = np.zeros(len(rows), dtype=bool)
    inner = first < size - 1
    swapped[inner] = (codes[at[inner], first[inner]] == typed[first[inner] + 1]) & (
        codes[at[inner], first[inner] + 1] == typed[first[inner]]
    )
    found = behind[0][at, first + 1] | behind[1][at, first + 1] | behind[2][at, first]
    found |= swapped & behind[0][at, np.minimum(first + 2, size)]
    near: npt.NDArray[np.int64] = rows[found]
    return near


def _all_from(which: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """For each row, whether everything from a column on is true; true behind the last column."""
    found = np.ones((len(which), which.shape[1] + 1), dtype=bool)
    found[:, :-1] = np.logical_and.accumulate(which[:, ::-1], axis=1)[:, ::-1]
    return found


def _by_sign(raws: list[str], typed: str, index: Index) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Forms found by initials, or by a number of at least four figures, the beginning of a URN."""
    schools = np.zeros(0, dtype=np.int64)
    score = 1.4
    at = index.initials.get(raws[0], -1) if len(raws) == 1 else -1
    if at >= 0:
        schools = index.initials_schools[index.initials_bounds[at] : index.initials_bounds[at + 1]].astype(np.int64)
    elif len(typed) >= 4 and typed.isdigit():
        score = 2.0
        urns = index.schools.urn
        schools = np.arange(bisect_left(urns, typed), bisect_left(urns, typed + ":"))
    of_schools = index.first_form[schools]
    of_schools = of_schools[of_schools >= 0]
    return of_schools, np.full(len(of_schools), score)
