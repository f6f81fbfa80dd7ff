"""Definition files: ours load, and every mistake names the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from childfirst.measures import queries
from childfirst.measures.loader import DefinitionError, load, load_folder
from childfirst.measures.store import schemas

GOOD = """
id = "good"
title = "A good one"
what = "What it shows"
why = "Why it matters"
facts = "encounters"
outcome = "An outcome"
is_activity = false
direction = "up"
unit = "per_cent"
minimum_count = 5
author = "One"
checker = "Other"
next_review = 2027-01-31

[denominator]
says = "All"
where = [{ field = "kind", is = "arrest" }]

[numerator]
says = "Some"
where = [{ field = "outcome", in = ["arrest", "caution"] }]
title = "Outcome"

[[breakdowns]]
field = "month"
title = "Month"
"""


def write(folder: Path, text: str, name: str = "good.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_ours_load_and_serve_an_outcome() -> None:
    found = queries.definitions()
    assert {plan.id for plan in found} >= {"school-recorded", "child-search-outcomes"}
    for plan in found:
        assert plan.outcome
        assert plan.author != plan.checker
        assert plan.minimum_count >= 5
        assert len(plan.version) == 12


def test_a_good_file(tmp_path: Path) -> None:
    plan = load(write(tmp_path, GOOD), schemas())
    assert plan.headline == ("arrest", "caution")
    assert plan.answers.field == "outcome"
    assert [breakdown.field for breakdown in plan.dimensions] == ["month", "outcome"]


def test_a_change_is_a_new_version_and_line_ends_are_none(tmp_path: Path) -> None:
    plain = load(write(tmp_path, GOOD))
    (tmp_path / "good.toml").write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load(tmp_path / "good.toml").version == plain.version
    assert load(write(tmp_path, GOOD.replace("A good one", "Another"))).version != plain.version


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "A good one"\n', "", r"good.toml: the key `title` is missing"),
        ('unit = "per_cent"', 'unit = "per_cent"\ncolour = "red"', r"good.toml: unknown key `colour`"),
        ('field = "month"\n', 'field = "month"\nstyle = 1\n', r"good.toml, breakdowns 1: unknown key `style`"),
        ("is_activity = false", 'is_activity = "no"', r"good.toml: `is_activity` must be true or false"),
        ("minimum_count = 5", "minimum_count = true", r"good.toml: `minimum_count` must be a whole number"),
        ("minimum_count = 5", "minimum_count = 1", r"`minimum_count` must be at least 2"),
        ('direction = "up"', 'direction = "sideways"', r"`direction` is 'sideways'; it must be up, down or neither"),
        ('is = "arrest"', 'is = "arrest", known = true', r"where 1: a condition has exactly one of"),
        ('is = "arrest"', 'is = "arrest", like = "a%"', r"where 1: unknown key `like`"),
        ('is = "arrest"', "in = []", r"`in` is an empty list"),
        ('is = "arrest"', "is = 5", r"`is` must be a text"),
        ('{ field = "outcome", in = ["arrest", "caution"] }', "", r"numerator: `where` must be one condition"),
        ('field = "kind"', 'field = "shoe_size"', r"the facts 'encounters' have no field 'shoe_size'"),
        ('facts = "encounters"', 'facts = "dreams"', r"there are no facts called 'dreams'"),
        ('field = "month"', 'field = "outcome"', r"a field is broken down twice"),
        ('checker = "Other"', 'checker = "One"', r"`author` and `checker` must be two different"),
        ('id = "good"', 'id = "Good One"', r"`id` must be small letters"),
        ('what = "What it shows"', 'what = " "', r"`what` is empty"),
        ("[denominator]", "[denominator", r"is not a TOML file"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(DefinitionError, match=message):
        load(write(tmp_path, GOOD.replace(old, new, 1)), schemas())


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        ('kind = "pie"\ntitle = "x"\ncategory = "month"', "`kind` is 'pie'"),
        ('kind = "bar"\ntitle = "x"\ncategory = "ward"', "'ward' is no breakdown"),
        ('kind = "bar"\ntitle = "x"\ncategory = "month"', "at which code 'outcome' is held"),
        (
            'kind = "bar"\ntitle = "x"\ncategory = "month"\nvalue = "joy"\nfixed = { outcome = "arrest" }',
            "`value` must be",
        ),
    ],
)
def test_mistakes_of_charts(tmp_path: Path, chart: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        load(write(tmp_path, f"{GOOD}\n[[charts]]\n{chart}\n"))


def test_the_file_is_called_as_its_id(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "other.toml")
    with pytest.raises(DefinitionError, match=r"must be called good\.toml"):
        load_folder(tmp_path)


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_bytes(GOOD.replace("good one", "cafe\xe9").encode("latin-1"))
    with pytest.raises(DefinitionError, match="not a TOML file"):
        load(tmp_path / "good.toml")
