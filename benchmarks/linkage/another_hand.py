"""Mentions of register schools made up by another hand than the labelled file's, from a fixed seed.

The labels in ``dev.csv`` were made up by one hand, and cross-validation over schools cannot tell whether the matcher learned that
hand's habits. Here the noise, the turns of phrase and the ways to say that there is no school are others: slips to keys nearby,
spelling by ear, words cut after a few letters, vowels left out, the kind of school put first, the wrong kind, a word of the
name lost, former names, initials, sentences around the name. Every mention carries the names of what was done to it.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BY_EAR = (
    ("ph", "f"), ("ck", "k"), ("ough", "ow"), ("igh", "y"), ("ie", "ei"), ("ey", "y"), ("ee", "ea"), ("ea", "ee"),
    ("ch", "tch"), ("wh", "w"), ("kn", "n"), ("ll", "l"), ("tt", "t"), ("ss", "s"), ("mb", "m"), ("gh", "g"), ("oo", "u"),
    ("ou", "o"), ("qu", "kw"), ("x", "cks"), ("our", "or"), ("er", "ar"), ("or", "er"), ("ington", "inton"),
)  # fmt: skip
SHORTER = {
    "school": ("Sch", "Schl", "sch.", "School"),
    "primary": ("Prim", "P", "Prmry", "Pri."),
    "junior": ("Jnr", "Jun", "Jr"),
    "infant": ("Inf", "Infs"),
    "infants": ("Inf", "Infs"),
    "academy": ("Acad", "Acdmy", "Acad."),
    "college": ("Coll", "Col.", "Clge"),
    "secondary": ("Sec", "Secdry"),
    "community": ("Comm", "Com", "Cmnty"),
    "comprehensive": ("Comp", "Compr."),
    "grammar": ("Gram", "Gr"),
    "catholic": ("RC", "R.C.", "Cath", "Roman Catholic"),
    "nursery": ("Nurs", "Nsry"),
    "girls": ("G", "Girls"),
    "girls'": ("Girls", "Grls"),
    "boys'": ("Boys", "Bys"),
    "saint": ("St", "St."),
    "st": ("Saint", "St.", "S."),
    "sixth": ("6th", "VIth"),
    "and": ("&", "+", "/"),
    "road": ("Rd",),
    "church": ("Ch", "Church"),
    "upper": ("Upr",),
}
KINDS = frozenset(
    [
        "school",
        "primary",
        "junior",
        "infant",
        "infants",
        "academy",
        "college",
        "secondary",
        "comprehensive",
        "grammar",
        "nursery",
        "high",
        "community",
        "first",
        "middle",
        "upper",
        "lower",
        "centre",
        "special",
        "foundation",
        "trust",
    ]
)
FAITH = re.compile(
    r"\b(?:Church of England|CofE|C of E|CE|Catholic|Roman Catholic|RC|VA|VC|Voluntary (?:Aided|Controlled))\b"
)
WRONG_KIND = {
    "primary": ("Primary Academy", "Junior School", "Infants", "Primary", "First School"),
    "secondary": ("High School", "Academy", "Secondary School", "Comp", "College", "Upper School"),
    "other": ("School", "College", "Centre", "Academy"),
}
WRAPPERS = (
    "PUPIL OF {}", "{} - confirmed by mum", "Stated to be on roll at {}", "{}, tutor group 9K", "Schl: {}",
    "on way home from {} with two mates", "Subject i/d'd by {} school ID card", "{} (not verified)", "HT of {} informed 1540hrs",
    "Said goes {} but uniform does not match", "D.O.B. checked with {} office", "{} lad", "moved last month, previously {}",
    "Currently on reduced hours @ {}", "stopped o/s the station, says is at {}, no adult with", "{}. LAC, placed by another LA",
    "Dad says {}, yr 8", "Head of year at {} spoken to re above", "{} / sixth former", "has been at {} since Xmas",
    "named school = {}", "Attd {} until 1510 then bus", "caller is SENCO for {}", "ppl dispersed, this one {} blazer",
)  # fmt: skip
NOBODY = (
    "hasnt got one", "between placements", "left last summer, job seeking", "works at the car wash", "too young for school",
    "not on any roll", "abroad, here on holiday", "sch not asked due to injury", "will find out tmrw", "wdnt give it",
    "-", "....", "no skl", "expelled, nothing sorted yet", "at home with mum, never been to school here", "adult", "over 18",
    "refsd", "unable to obtain", "cant remember", "school closed so unsure", "n.k.", "not kn", "uniform unknown", "local one",
    "somewhere near the park", "same as brother", "same school as suspect 1", "check with SNT", "language school for the summer",
    "training provider", "on an apprenticeship scheme", "does not go anywhere", "asked twice, silent", "officer did not enquire",
    "see body worn video", "details with duty social worker", "primary, doesn't know which", "some academy or other",
    "excluded last yr", "being taught by parents", "hospital", "runaway from Kent, no school given", "see sheet 2",
)  # fmt: skip
ELSEWHERE = (
    "school in Cardiff", "high school in Glasgow", "visiting from Dublin, school there", "lycee in Lyon", "at school in Lagos",
    "Swansea comp", "on exchange from Berlin gymnasium", "Belfast grammar", "goes to school in Poland", "Aberdeen Grammar School",
)  # fmt: skip
# A second set of phrases, of which the report prints figures and never examples, so that nobody can tune to them.
OTHER_WRAPPERS = (
    "yp gave {} as place of education", "{} uniform seen under coat", "checks done: enrolled {}", "Educ: {} (PNC)",
    "walking from {} to the tram", "attends {} on a managed move", "{} per mother", "sch liaison for {} aware",
    "no reply from {} reception, closed for half term", "rolls: {}", "AP was last registered with {}", "yp + 3 others all {}",
    "in care, schooling at {}", "studies at {} evenings", "{} [self reported]", "detained 200m from home, goes to {} by bus",
)  # fmt: skip
OTHER_NOBODY = (
    "wldnt tell us", "nowhere at the moment", "finished school", "employed, warehouse", "reception age, not started",
    "awaiting allocation", "visitor from abroad", "not discussed", "nothing on record", "?", "//", "n / k", "off rolled",
    "long term sick", "grown up", "20 yrs old", "info withheld", "lost phone, couldn't check", "ditto", "as prev log",
    "unsure of name, near a church", "the big one by the station", "secure unit", "young offenders", "traineeship",
    "gap year", "has tutor visits", "mother did not say", "school holidays so n/a", "TBA by YOT", "Y", "PE kit no logo",
)  # fmt: skip
SYLLABLES = (
    "zan",
    "dor",
    "quill",
    "brax",
    "vent",
    "orl",
    "umb",
    "threl",
    "kest",
    "wyv",
    "glim",
    "parn",
    "ox",
    "yeld",
    "crue",
)
ENDINGS = ("bury", "wick", "combe", "stowe", "mere", "holt", "ridge", "thorpe")


@dataclass(frozen=True)
class School:
    """What the hand knows of a school."""

    urn: str
    name: str
    la: str
    street: str
    phase: str
    lat: float
    lon: float
    low: float | None
    high: float | None
    former: tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """Sentences around a name, and ways to say that there is no school."""

    wrappers: Sequence[str] = WRAPPERS
    nobody: Sequence[str] = NOBODY


SEEN = Phrases()
UNSEEN = Phrases(OTHER_WRAPPERS, OTHER_NOBODY)


def invent(
    schools: pl.DataFrame, aliases: pl.DataFrame, number: int, seed: int, phrases: Phrases = SEEN
) -> pl.DataFrame:
    """`number` mentions with the columns of the labelled file (`id`, `mention`, `record_borough`, `lat`, `lon`, `age`,
    `truth_urn`) and `done`: what was done to the name, joined by ``|``. One in five names no school of the register.
    """
    hand = random.Random(seed)
    listed = _schools(schools, aliases)
    london = [s for s in listed if 51.28 < s.lat < 51.70 and -0.52 < s.lon < 0.34]
    rows = []
    for i in range(number):
        at = hand.choice(london if london and hand.random() < 0.7 else listed)
        named = hand.random() >= 0.2
        mention, done = _mention(at, hand, phrases) if named else _nobody(hand, phrases)
        truth = at.urn if named else "none"
        rows.append(
            {"id": f"{seed}-{i}", "mention": mention, **_around(at, listed, hand), "truth_urn": truth, "done": done}
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _schools(schools: pl.DataFrame, aliases: pl.DataFrame) -> list[School]:
    former: dict[str, list[str]] = {}
    for urn, alias in aliases.select(pl.col("urn").cast(pl.String), "alias").sort("urn", "alias").rows():
        former.setdefault(urn, []).append(alias)
    placed = schools.with_columns(pl.col("urn").cast(pl.String)).filter(pl.col("lat").is_not_null()).sort("urn")
    return [
        School(
            r["urn"], r["name"], r["la"] or "", r["street"] or "", (r["phase"] or "").casefold(), r["lat"], r["lon"],
            r["min_age"], r["max_age"], tuple(former.get(r["urn"], ())),
        )
        for r in placed.iter_rows(named=True)
    ]  # fmt: skip


def _around(at: School, listed: Sequence[School], hand: random.Random) -> dict[str, Any]:
    """Where and to whom: incidents lie nearer to primary schools than to colleges; some things are not recorded."""
    typical = 1.2 if "primary" in at.phase else 9.0 if "16" in at.phase else 3.0
    km, angle = typical * math.exp(hand.gauss(0, 0.9)), hand.uniform(0, 2 * math.pi)
    lat = at.lat + km * math.cos(angle) / 111.2
    lon = at.lon + km * math.sin(angle) / (111.2 * math.cos(math.radians(at.lat)))
    borough: str | None = at.la
    if hand.random() < 0.15:
        near = min(
            hand.sample(listed, min(400, len(listed))), key=lambda s: (s.lat - lat) ** 2 + (s.lon - lon) ** 2 / 2.6
        )
        borough = near.la
    low, high = at.low if at.low is not None else 5, at.high if at.high is not None else 16
    age: float | None = float(hand.randint(int(min(low, high)), int(max(low, high))))
    if hand.random() < 0.04:
        age = float(hand.randint(10, 17))
    placed = hand.random() < 0.88
    return {
        "record_borough": borough if hand.random() < 0.93 else None,
        "lat": round(lat, 5) if placed else None,
        "lon": round(lon, 5) if placed else None,
        "age": age if hand.random() < 0.85 else None,
    }


def _nobody(hand: random.Random, phrases: Phrases) -> tuple[str, str]:
    choice = hand.random()
    if choice < 0.65:
        return _case(hand.choice(phrases.nobody), hand), "no school"
    if choice < 0.8:
        return _case(hand.choice(ELSEWHERE), hand), "elsewhere"
    invented = "".join(hand.sample(SYLLABLES, hand.choice((1, 2)))) + hand.choice(ENDINGS)
    kind = hand.choice(("High School", "Primary", "Academy", "RC School", "College", "Primary Sch", ""))
    name = f"{invented.title()} {kind}".strip()
    return (hand.choice(phrases.wrappers).format(name) if hand.random() < 0.25 else _case(name, hand)), "invented"


def _mention(at: School, hand: random.Random, phrases: Phrases) -> tuple[str, str]:
    done: list[str] = []
    name = at.name
    if at.former and hand.random() < 0.06:
        name = hand.choice(at.former)
        done.append("former name")
    short = initials(name)
    if short and hand.random() < 0.03:
        name = short
        done.append("initials")
    else:
        for chance, label, change in _CHANGES:
            if hand.random() < chance:
                changed = change(name, at, hand)
                if changed != name and changed.strip():
                    name = changed
                    done.append(label)
    if hand.random() < 0.12:
        name = hand.choice(("{}, {}", "{} ({})", "{} in {}", "{} {}")).format(name, at.la)
        done.append("borough added")
    elif at.street and hand.random() < 0.06:
        name = hand.choice(("{}, {}", "{} on {}", "the one on {1}, {0}")).format(name, at.street)
        done.append("street added")
    name = _case(name, hand)
    if hand.random() < 0.25:
        name = hand.choice(phrases.wrappers).format(name)
        done.append("sentence")
    return name, "|".join(done) or "as it is"


def initials(name: str) -> str:
    """Initials of a name of three words or more, little words left out; empty where there are fewer."""
    words = [w for w in re.findall(r"[A-Za-z]+", name) if w.casefold() not in ("of", "the", "and", "for", "s")]
    return "".join(w[0] for w in words).upper() if 3 <= len(words) <= 7 else ""


def _shorten(name: str, at: School, hand: random.Random) -> str:
    return " ".join(hand.choice(SHORTER[w.casefold()]) if w.casefold() in SHORTER else w for w in name.split())


def _no_kind(name: str, at: School, hand: random.Random) -> str:
    kept = [w for w in FAITH.sub("", name).split() if w.casefold().strip(",()") not in KINDS]
    return " ".join(kept) if any(len(w) > 3 for w in kept) else name


def _wrong_kind(name: str, at: School, hand: random.Random) -> str:
    core = _no_kind(name, at, hand)
    phase = "primary" if "primary" in at.phase else "secondary" if "secondary" in at.phase else "other"
    return f"{core} {hand.choice(WRONG_KIND[phase])}" if core != name else name


def _lost_word(name: str, at: School, hand: random.Random) -> str:
    words = name.split()
    own = [i for i, w in enumerate(words) if w.casefold().strip("',") not in KINDS and len(w) > 3]
    if len(own) < 2:
        return name
    lost = hand.choice(own[1:])
    return " ".join(w for i, w in enumerate(words) if i != lost)


def _kind_first(name: str, at: School, hand: random.Random) -> str:
    kinds = [w for w in name.split() if w.casefold() in KINDS]
    rest = [w for w in name.split() if w.casefold() not in KINDS]
    if not kinds or not rest:
        return name
    return hand.choice((f"{' '.join(kinds)} {' '.join(rest)}", f"{' '.join(rest)} ({' '.join(kinds)})"))


def _turned(name: str, at: School, hand: random.Random) -> str:
    words = name.split()
    if len(words) < 3:
        return name
    i = hand.randrange(len(words) - 1)
    words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def _slip(name: str, at: School, hand: random.Random) -> str:
    """One to two slips of the finger: a key nearby, a letter twice, one lost, two turned round, a space lost or gained."""
    for _ in range(1 if hand.random() < 0.75 else 2):
        letters = [i for i, c in enumerate(name) if c.isalpha()]
        if len(letters) < 4:
            return name
        i = hand.choice(letters[1:])
        c = name[i]
        kind = hand.random()
        if kind < 0.45:
            name = name[:i] + _nearby(c, hand) + name[i + 1 :]
        elif kind < 0.6:
            name = name[:i] + c + name[i:]
        elif kind < 0.8:
            name = name[:i] + name[i + 1 :]
        elif kind < 0.92:
            name = name[: i - 1] + name[i] + name[i - 1] + name[i + 1 :]
        elif " " in name and kind < 0.97:
            at_space = hand.choice([j for j, x in enumerate(name) if x == " "])
            name = name[:at_space] + name[at_space + 1 :]
        else:
            name = name[:i] + " " + name[i:]
    return name


def _nearby(letter: str, hand: random.Random) -> str:
    for r, row in enumerate(KEYS):
        at = row.find(letter.casefold())
        if at >= 0:
            near = [row[j] for j in (at - 1, at + 1) if 0 <= j < len(row)]
            near += [KEYS[q][min(at, len(KEYS[q]) - 1)] for q in (r - 1, r + 1) if 0 <= q < len(KEYS)]
            return hand.choice(near)
    return letter


def _by_ear(name: str, at: School, hand: random.Random) -> str:
    heard = [(a, b) for a, b in BY_EAR if a in name.casefold()]
    if not heard:
        return name
    a, b = hand.choice(heard)
    return re.sub(a, b, name, count=1, flags=re.IGNORECASE)


def _cut(name: str, at: School, hand: random.Random) -> str:
    words = name.split()
    long = [i for i, w in enumerate(words) if len(w) >= 7]
    if not long:
        return name
    i = hand.choice(long)
    words[i] = words[i][: hand.randint(4, 5)] + hand.choice(("", "."))
    return " ".join(words)


def _no_vowels(name: str, at: School, hand: random.Random) -> str:
    words = name.split()
    kinds = [i for i, w in enumerate(words) if w.casefold() in KINDS and len(w) > 4]
    if not kinds:
        return name
    i = hand.choice(kinds)
    words[i] = words[i][0] + re.sub("[aeiou]", "", words[i][1:])
    return " ".join(words)


def _case(text: str, hand: random.Random) -> str:
    choice = hand.random()
    if choice < 0.2:
        return text.upper()
    if choice < 0.5:
        return text.casefold()
    return text + hand.choice(("", "", "", ".", "  ", "?"))


_CHANGES: tuple[tuple[float, str, Callable[[str, School, random.Random], str]], ...] = (
    (0.07, "wrong kind", _wrong_kind),
    (0.17, "no kind", _no_kind),
    (0.08, "word lost", _lost_word),
    (0.06, "kind first", _kind_first),
    (0.03, "words turned", _turned),
    (0.30, "shortened", _shorten),
    (0.05, "vowels left out", _no_vowels),
    (0.04, "word cut", _cut),
    (0.06, "by ear", _by_ear),
    (0.22, "slip", _slip),
)
