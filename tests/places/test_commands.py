"""The commands say what they did, and a mistake in one sentence with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from childfirst.cli import main
from childfirst.places.models import Area, School

pytestmark = [pytest.mark.django_db(databases=["default", "published"]), pytest.mark.database]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, words)])


def test_the_group_lists_its_commands_without_loading_them():
    answer = run("--help")
    assert answer.exit_code == 0
    for name in ("areas", "schools", "school-links", "term-dates", "encounters"):
        assert name in answer.output


def test_schools_from_a_file(tmp_path: Path):
    path = tmp_path / "gias-open-2025-07.csv"
    path.write_text("urn,name,open_date,town,postcode\n900001,Fen School,,Fen,ZZ\n90,Bad,,,\n")
    answer = run("schools", path)
    assert answer.exit_code == 0, answer.output
    assert "read                   2" in answer.output and "of 1 July 2025" in answer.output
    assert "line 3, urn: '90'" in answer.output and "not known in postcode: 'ZZ' (1)" in answer.output
    assert School.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["schools", "none.csv"], "There is no file none.csv."),
        (["schools", "{empty}"], "is empty."),
        (["schools", "{empty}", "--as-of", "July"], "not a date written like"),
        (["areas", "{empty}", "--kind", "ward"], "is empty."),
        (["areas", "{text}", "--kind", "ward"], "Name the columns"),
        (["areas", "{text}", "--kind", "ward", "--member-column", "a"], "--name-column"),
        (["areas", "{text}", "--kind", "ward", "--code-column", "a", "--name-column", "b"], "neither a GeoPackage"),
        (["areas", "{text}", "--kind", "ward", "--code-column", "a", "--name-column", "b", "--parents", "{text}"], "--parent-column"),
        (["school-links", "{text}"], "links between schools but has no columns"),
        (["term-dates", "{text}"], "a list of term dates but has no columns"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(tmp_path: Path, words: list[str], sentence: str):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "text.csv").write_bytes(b"a,b\n1,2\n")
    answer = run(*(word.format(empty=tmp_path / "empty.csv", text=tmp_path / "text.csv") for word in words))
    assert answer.exit_code == 2
    assert sentence in answer.output and "Traceback" not in answer.output
    assert not Area.objects.exists() and not School.objects.exists()


def test_areas_from_a_file_and_onto_the_public_site(tmp_path: Path):
    ring = [[0.1, 52.2], [0.2, 52.2], [0.2, 52.3], [0.1, 52.2]]
    feature = {
        "type": "Feature",
        "properties": {"c": "B1", "n": "Fen"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "boroughs.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    answer = run("areas", path, "--kind", "borough", "--code-column", "c", "--name-column", "n", "--publish")
    assert answer.exit_code == 0, answer.output
    assert "outlines published, version 1" in answer.output and Area.objects.get().name == "Fen"
    units = tmp_path / "units.csv"
    units.write_text("borough,unit\nFen,East\n")
    answer = run("areas", units, "--kind", "command_unit", "--member-column", "borough", "--name-column", "unit")
    assert answer.exit_code == 0 and Area.objects.get(code="B1").parent_id == "BCU-EAST"


def test_links_and_term_dates_from_files(tmp_path: Path):
    links = tmp_path / "links.csv"
    links.write_text("URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n900001,900002,Fen,Successor,\n")
    answer = run("school-links", links)
    assert answer.exit_code == 0 and "1 link with a school that is not in our register" in answer.output
    terms = tmp_path / "terms.csv"
    terms.write_text("la_code,kind,name,starts_on,ends_on\n999,term,Autumn,2025-09-02,2025-12-18\n")
    answer = run("term-dates", terms)
    assert answer.exit_code == 0 and "landed                 1" in answer.output
