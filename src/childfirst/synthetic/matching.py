"""Records of the force's earlier system, in which a child's school was free text: drawn, written as a file, and imported.

The words are those of invented schools as people write them: shortened, misspelt, inside a sentence, and some that name no school.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from childfirst.audit.actors import Actor
from childfirst.encounters.matching import actions, importing, queries
from childfirst.encounters.matching.mapping import checked
from childfirst.people.models import Account
from childfirst.people.vocabulary import Role
from childfirst.synthetic.city import City
from childfirst.synthetic.people import Cast
from childfirst.synthetic.schools import SchoolPlan

MOST_RECORDS = 1_500
HARD = 0.15
"""Share of names written so that a person must look."""
SYSTEM = "beacon"
NAMES_NONE = (
    "not known", "n/k", "not at school", "home educated", "NEET", "refused to say", "excluded, no place yet", "school in Wales",
    "not in education", "left last year",
)  # fmt: skip
SENTENCES = (
    "attends {}", "{} (per mother)", "says she is at {}", "yr 9 at {}", "pupil at {}, seen by gates", "{} ???", "believed {}",
)  # fmt: skip
SHORTER = (
    ("Community Primary School", "CPS"), ("Primary School", "prim"), ("Primary School", "Primary Sch"), ("High School", "High"),
    ("Community College", "Comm Coll"), ("Academy", "acad"), ("School", "Sch."), ("Saint", "St"), (" and ", " & "),
)  # fmt: skip
HEADER = ("Record", "Incident date", "School attended", "Borough", "Lat", "Long", "Age", "Sex", "SDE", "Type", "Unit")


def make_legacy(
    rng: np.random.Generator, by: Actor, source: Path, drawn: pl.DataFrame, city: City, schools: Sequence[SchoolPlan], cast: Cast
) -> None:  # fmt: skip
    """Write the earlier system's file from drawn encounters, import it, and let two analysts begin to review."""
    rng = rng.spawn(1)[0]  # what is drawn after this stays as it was without it
    path = source / "beacon-safeguarding.csv"
    some = drawn.filter(pl.col("school_reason") != "not_yet_known").head(MOST_RECORDS)
    write_records(rng, path, some, city, schools, {code: team.name for code, team in cast.teams.items()})
    importing.import_records(by=by, path=path, columns=MAPPING)
    _review(cast.accounts[Role.ANALYST])


MAPPING = checked(
    SYSTEM,
    {
        "reference": "Record", "occurred_at": "Incident date", "words": "School attended", "borough": "Borough", "lat": "Lat",
        "lon": "Long", "age": "Age", "gender": "Sex", "self_defined_ethnicity": "SDE", "kind": "Type", "team": "Unit",
    },
)  # fmt: skip


def write_records(
    rng: np.random.Generator, path: Path, drawn: pl.DataFrame, city: City, schools: Sequence[SchoolPlan], teams: dict[str, str]
) -> None:  # fmt: skip
    """A CSV of records as such systems export them: dates as people write them, gaps, and a few rows that cannot be true."""
    boroughs = {borough.code: borough.name for borough in city.boroughs}
    names = {school.urn: school.name for school in schools}
    former = {school.urn: [name for name, _ in school.former_names] for school in schools}
    write = writer(rng)
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(HEADER)
        for number, one in enumerate(drawn.iter_rows(named=True), 1):
            at: dt.datetime = one["occurred_at"].astimezone(ZoneInfo("Europe/London"))
            urn = one["school_urn"]
            words = write(names[urn], former[urn]) if urn else str(rng.choice(NAMES_NONE))
            placed = one["lat"] is not None and rng.random() < 0.25
            rows.writerow(
                [
                    f"BCN{number:07}",
                    at.strftime("%d/%m/%Y %H:%M") if number % 400 else "unknown",
                    words if rng.random() > 0.03 else "",
                    boroughs[one["borough"]] if rng.random() < 0.7 else "",
                    one["lat"] if placed else "",
                    one["lon"] if placed else "",
                    one["age"] if one["age"] is not None and rng.random() < 0.8 else "",
                    {"male": "M", "female": "F"}.get(one["gender"], ""),
                    one["self_defined_ethnicity"],
                    KINDS.get(one["kind"], one["kind"].capitalize()),
                    teams[one["borough"]],
                ]
            )


KINDS = {
    "call_to_school": "Call to a school",
    "safeguarding": "Merlin",
    "stop_and_search": "Stop",
    "suspect": "Suspect in a crime report",
    "victim": "Victim of a crime",
}


def writer(rng: np.random.Generator) -> Callable[[str, Sequence[str]], str]:
    """A function that writes a school's name as a person in a hurry does, sometimes by a former name."""

    def write(name: str, former: Sequence[str]) -> str:
        if former and rng.random() < 0.3:
            name = str(rng.choice(np.array(former)))
        if rng.random() < HARD:
            return _hard(rng, name)
        how = rng.random()
        if how < 0.35:
            long, short = SHORTER[int(rng.integers(len(SHORTER)))]
            name = name.replace(long, short)
        elif how < 0.65:
            words = name.split()
            name = " ".join(words[: max(2 if words[0] == "St" else 1, len(words) - 2)])
        if rng.random() < 0.25 and len(name) > 5:
            name = _slip(rng, name)
        if rng.random() < 0.3:
            name = name.lower() if rng.random() < 0.7 else name.upper()
        if rng.random() < 0.15:
            name = str(rng.choice(SENTENCES)).format(name)
        return name

    return write


def _hard(rng: np.random.Generator, name: str) -> str:
    """Words that leave a doubt: initials, the beginning of a name, two slips, a kind of school alone."""
    how = rng.integers(5)
    if how == 0:
        return "".join(word[0] for word in name.split())
    if how == 1:
        return name.removeprefix("St ")[:4].lower()
    if how == 2:
        return _slip(rng, _slip(rng, _slip(rng, name)))
    if how == 3:
        return f"{name.removeprefix('St ')[:3]}{rng.choice(np.array(['', ' sch', ' school', '...']))}"
    return f"the {name.split()[-1].lower()}"


def _slip(rng: np.random.Generator, name: str) -> str:
    """One slip of the fingers: a letter lost, doubled, or two turned round."""
    at = int(rng.integers(1, len(name) - 1))
    how = rng.integers(3)
    if how == 0:
        return name[:at] + name[at + 1 :]
    if how == 1:
        return name[:at] + name[at] + name[at:]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def _review(analysts: Sequence[Account]) -> None:
    """What two analysts have done so far: a few decisions, one of them undone, and names for the second person."""
    first, second = analysts[0], analysts[1]
    decided = []
    for case in list(queries.open_cases()[:4]):
        mention = case.mentions.order_by("-records", "id").first()
        offered = [one for one in queries.options(mention) if not one.closed] if mention is not None else []
        if offered:
            decided.append(actions.decide(by=second, case=case, school=offered[0].urn))
    if decided:
        actions.undo(by=second, decision=decided[-1])
    schools = {decision.school_id: decision.school for decision in decided if decision.school is not None}
    for by, school in zip((second, first), schools.values(), strict=False):
        alias = (
            f"The {school.name.split()[0]}s"
            if not school.name.startswith("St ")
            else f"{school.name.split()[1]} school"
        )
        actions.propose_alias(by=by, alias=alias, school=school.urn, why="Every officer of the ward writes it so.")
