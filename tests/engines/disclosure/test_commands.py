"""`childfirst protect` and `childfirst attack` on plain files."""

from __future__ import annotations

import csv
import json
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from childfirst.cli import main

INNER = "area,outcome,count\nA,x,3\nA,y,20\nB,x,9\nB,y,14\n"
WHOLE = INNER + "A,Total,23\nB,Total,23\nTotal,x,12\nTotal,y,34\nTotal,Total,46\n"


def protect(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["protect", *map(str, arguments)])


def attack(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["attack", *map(str, arguments)])


def publish(folder: Path, seed: int, mean: float = 4.0) -> Path:
    """Two linked tables over the same records, with every total."""
    random = np.random.default_rng(seed)
    labels = {"area": [f"W{i}" for i in range(5)], "group": ["x", "y", "z"], "age": ["10-13", "14-17"]}
    counts = random.poisson(mean * random.lognormal(0, 0.7, tuple(map(len, labels.values()))))
    folder.mkdir(parents=True)
    for dims in (("area", "group"), ("area", "age")):
        lines = [",".join([*dims, "count"])]
        for codes in product(*([*labels[d], "Total"] for d in dims)):
            at = dict(zip(dims, codes, strict=True))
            where = tuple(
                slice(None) if at.get(name, "Total") == "Total" else codes_.index(at[name])
                for name, codes_ in labels.items()
            )
            lines.append(",".join([*codes, str(int(counts[where].sum()))]))
        (folder / f"{'-'.join(dims)}.csv").write_text("\n".join(lines) + "\n")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "stops.csv"
    path.write_text(WHOLE)
    return path


def test_a_folder_of_tables_goes_in_and_a_safe_one_comes_out(tmp_path):
    tables, safe = publish(tmp_path / "tables", 1), tmp_path / "safe"
    result = protect(tables, "--rule", "n=5", "--out", safe, "--explain")
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in safe.iterdir()) == ["area-age.csv", "area-group.csv", "certificate.json"]
    for name in ("area-age", "area-group"):
        before, after = rows(tables / f"{name}.csv"), rows(safe / f"{name}.csv")
        assert [list(r.values())[:2] for r in before] == [list(r.values())[:2] for r in after]
        for old, new in zip(before, after, strict=True):
            assert new["status"] in ("shown", "zero", "primary", "secondary")
            assert new["count"] == ("" if new["status"] in ("primary", "secondary") else old["count"])
    assert json.loads((safe / "certificate.json").read_text())["proved"] is True
    assert "hidden because they are small" in result.stderr
    found = attack(safe)
    assert found.exit_code == 0, found.output
    assert "The rule holds" in found.stderr


def test_one_table_goes_to_standard_output_or_a_file(table, tmp_path):
    out, certificate = tmp_path / "safe.csv", tmp_path / "certificate.json"
    result = protect(table, "--out", out, "--certificate", certificate)
    assert result.exit_code == 0, result.output
    assert len(rows(out)) == 9
    assert rows(out)[0] == {"area": "A", "outcome": "x", "count": "", "status": "primary"}
    assert json.loads(certificate.read_text())["proved"] is True
    assert protect(table).stdout == out.read_text()


def test_the_order_of_rows_stays_and_decides_nothing(table):
    first = protect(table).stdout.splitlines()
    lines = WHOLE.splitlines()
    table.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    second = protect(table).stdout.splitlines()
    assert second[1:] == list(reversed(first[1:]))


def test_totals_may_be_added_or_left_out(table):
    table.write_text(INNER)
    assert "no row is a total" in protect(table).output
    assert protect(table, "--totals", "add").stdout.count("Total") == 6
    alone = protect(table, "--totals", "none").stdout
    assert alone.splitlines()[1:] == ["A,x,,primary", "A,y,20,shown", "B,x,9,shown", "B,y,14,shown"]


def test_a_hierarchy_makes_subtotals(tmp_path):
    (tmp_path / "areas.csv").write_text("ward,borough\nw1,North\nw2,North\nw3,South\nw4,South\n")
    table = tmp_path / "t.csv"
    table.write_text("area,count\nw1,3\nw2,9\nw3,8\nw4,7\nNorth,12\nSouth,15\nTotal,27\n")
    result = protect(table, "--hierarchy", f"area={tmp_path / 'areas.csv'}", "--out", tmp_path / "safe")
    assert result.exit_code == 0, result.output
    found = {row["area"]: row["status"] for row in rows(tmp_path / "safe" / "t.csv")}
    assert found["w1"] == "primary"
    assert found["w2"] == "secondary"
    assert found["South"] == "shown"
    assert attack(tmp_path / "safe").exit_code == 0
    table.write_text("area,count\nw1,3\nw2,9\nw3,8\nw4,7\nNorth,13\nSouth,15\nTotal,27\n")
    assert "North is given as 13" in protect(table, "--hierarchy", f"area={tmp_path / 'areas.csv'}").output


def test_a_ledger_of_several_releases(tmp_path):
    past = tmp_path / "past"
    for number in (1, 2, 3):
        tables, safe = publish(tmp_path / f"in{number}", number), past / f"2026-Q{number}"
        ledger = ["--ledger", past] if number > 1 else []
        result = protect(tables, *ledger, "--period", f"2026-Q{number}", "--out", safe)
        assert result.exit_code == 0, result.output
    assert attack(past / "2026-Q3", "--ledger", past).exit_code == 0
    assert "give their folder with --ledger" in attack(past / "2026-Q3").output
    shutil.copytree(past / "2026-Q1", past / "2026-Q3" / "ledger" / "2026-Q1")
    assert attack(past / "2026-Q3").exit_code == 0


def test_a_year_to_date_release_is_attacked_with_the_one_before(tmp_path):
    """The second release contains the first: protected without the ledger, subtraction undoes it."""
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("area,count\nA,10\nB,20\nC,30\nTotal,60\n")
    second.write_text("area,count\nA,13\nB,22\nC,40\nTotal,75\n")
    past = tmp_path / "past"
    assert protect(first, "--period", "Q1", "--out", past / "Q1").exit_code == 0
    options = ("--ledger", past, "--period", "Q2", "--cumulative")
    assert protect(second, *options, "--out", tmp_path / "safe").exit_code == 0
    assert attack(tmp_path / "safe", "--ledger", past).exit_code == 0
    careless = tmp_path / "careless"
    careless.mkdir()
    shutil.copy(second, careless)
    (careless / "certificate.json").write_text('{"publication": {"periods": ["Q1", "Q2"]}}')
    found = attack(careless, "--ledger", past)
    assert found.exit_code == 1
    assert "remainder" in found.stdout


def test_figures_of_another_period_need_to_say_so_and_wrong_ones_may_be_corrected(tmp_path):
    first, second, past = tmp_path / "t.csv", tmp_path / "new" / "t.csv", tmp_path / "past"
    first.write_text("area,count\nA,3\nB,20\nC,30\nD,25\nTotal,78\n")
    second.parent.mkdir()
    second.write_text("area,count\nA,3\nB,20\nC,30\nD,27\nTotal,80\n")
    assert protect(first, "--out", past / "first").exit_code == 0
    refused = protect(second, "--ledger", past, "--out", tmp_path / "safe")
    assert refused.exit_code == 2
    assert "say --period" in refused.output
    assert not (tmp_path / "safe").exists()
    assert "no release 'none'" in protect(second, "--ledger", past, "--corrects", "none", "--out", "x").output
    corrected = protect(second, "--ledger", past, "--corrects", "first", "--out", tmp_path / "safe")
    assert corrected.exit_code == 0, corrected.output
    found = attack(tmp_path / "safe", "--ledger", past)
    assert found.exit_code == 0, found.output
    assert json.loads((tmp_path / "safe" / "certificate.json").read_text())["publication"]["corrects"] == ["first"]


def test_a_folder_that_another_tool_made(tmp_path):
    """No status, no certificate: an empty count is a hidden one, and subtraction is found."""
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "t.csv").write_text(WHOLE.replace("A,x,3", "A,x,"))
    found = attack(folder)
    assert found.exit_code == 1
    assert "t,A / x,primary,3,3,yes,broken" in found.stdout
    assert "exactly 3" in attack(folder, "--explain").stdout
    (folder / "t.csv").write_text(
        "area,outcome,count\nA,x,c\nA,y,c\nB,x,c\nB,y,c\nA,Total,23\nB,Total,23\nTotal,x,12\nTotal,y,34\n"
    )
    found = attack(folder, "--rule", "n=5")
    assert found.exit_code == 0
    assert "t,B / y,primary,11,23,yes,safe" in found.stdout


def test_suggestions_say_what_they_spare(tmp_path):
    result = protect(publish(tmp_path / "tables", 1), "--out", tmp_path / "safe", "--suggest")
    assert "spares" in result.stderr


def test_rules_on_the_command_line(table, tmp_path):
    assert protect(table, "--rule", "n=2").stdout.splitlines()[1] == "A,x,3,shown"
    assert protect(table, "--rule", "profile=schools").stdout.splitlines()[1] == "A,x,3,shown"
    rounded = protect(table, "--rule", "n=3,rounding=5").stdout
    assert "A,x,5,shown" in rounded
    assert "Total,Total,45,shown" in rounded
    zero = tmp_path / "z.csv"
    zero.write_text("area,count\nA,0\nB,9\nC,9\nTotal,18\n")
    assert "A,0,zero" in protect(zero).stdout
    assert "A,,primary" in protect(zero, "--rule", "zeros=hidden").stdout
    for wrong, sentence in {
        "n": "name=value",
        "n=five": "whole number",
        "n=1": "at least 2",
        "m=5": "no 'm'",
        "zeros=maybe": "shown or hidden",
        "profile=none": "no profile 'none'",
    }.items():
        result = protect(table, "--rule", wrong)
        assert result.exit_code == 2, wrong
        assert sentence in result.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"area,count\n", "no row with counts"),
        (b"area,count\nA,-1\nTotal,1\n", "line 2: '-1' is not a count"),
        (b"area,count\nA,1.5\nTotal,1\n", "line 2: '1.5' is not a count"),
        (b"area,count\nA,\nTotal,1\n", "an unknown count is not zero"),
        (b"area,count\nA,1\nA,2\nTotal,3\n", "line 3: A occurs twice; it is on line 2"),
        (b"area,count\nA,1,2\n", "line 2: 3 columns where 2"),
        (b"area,count\n,1\n", "line 2: area is empty"),
        (b"area,area,count\nA,B,1\n", "a name of its own"),
        (b"count\n3\n", "no column to break the counts down by"),
        (b"area,count\nA,7\nB,8\nTotal,14\n", "line 4: the margin Total is given as 14"),
        (b"area,count\nA,7\nB,8\n", "no row is a total"),
        (b"a,b,count\nA,x,7\nB,x,8\nA,Total,7\nTotal,Total,15\n", "the total B / Total is missing"),
        (b"area,count\nTotal,14\n", "not a total"),
        (b"area,count\n\x96A,7\n", "not UTF-8"),
        ("area,count\nA,7\n".encode("utf-16"), "not UTF-8"),
        (b"area;count\nA;7\n", "not parted by commas"),
        (b"PK\x03\x04\0\0", "not a CSV file"),
        (b'area,count\n"A,7\n', "line"),
        (b"area,count\nA,99999999999999999999\nTotal,1\n", "is not a count"),
    ],
)
def test_bad_files_get_one_sentence_and_nothing_is_written(tmp_path, content, sentence):
    path, out = tmp_path / "t.csv", tmp_path / "safe"
    path.write_bytes(content)
    result = protect(path, "--out", out)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("area,count,status\nA,3,primary\n", "hidden, but a count is printed"),
        ("area,count,status\nA,,shown\n", "shown, but there is no count"),
        ("area,count,status\nA,7,fine\n", "'fine' is no status"),
        ("area,count\nA,7\nB,8\nTotal,14\n", "contradict each other"),
        ("area,count\nA,a few\n", "is not a count"),
    ],
)
def test_bad_folders_are_not_attacked(tmp_path, content, sentence):
    (tmp_path / "t.csv").write_text(content)
    result = attack(tmp_path)
    assert result.exit_code == 2
    assert sentence in result.output


def test_bad_arguments(table, tmp_path):
    assert "cannot be read" in protect(tmp_path / "none.csv").output
    assert "there is no column 'n'" in protect(table, "--count", "n").output
    assert "three different files" in protect(table, "--out", table).output
    assert "cannot be written" in protect(table, "--out", tmp_path / "no" / "where.csv").output
    (tmp_path / "wards.csv").write_text("ward,borough\nw1,North\n")
    assert "column of none" in protect(table, "--hierarchy", f"ward={tmp_path / 'wards.csv'}").output
    assert "BREAKDOWN=FILE" in protect(table, "--hierarchy", "ward").output
    assert "is not a folder" in protect(table, "--ledger", tmp_path / "none").output
    assert "holds no release" in protect(table, "--ledger", (tmp_path / "empty").mkdir() or tmp_path / "empty").output
    other = tmp_path / "more" / "stops.csv"
    other.parent.mkdir()
    other.write_text(WHOLE)
    assert "have one name" in protect(table, other, "--out", tmp_path / "safe").output
    assert "say with --out" in protect(table, other.parent).output
    assert "with --period" in protect(table, "--ledger", other.parent, "--cumulative").output
    full = tmp_path / "more"
    assert "not an empty folder" in protect(table, "--out", full).output
    assert "is not a folder" in attack(table).output
    (full / "certificate.json").write_text("{")
    assert "not a certificate" in attack(full).output
    assert table.read_text() == WHOLE


def test_other_column_names_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("\ufeffarea,searches\nA,7\nB,9\ntotal,16\n".encode())
    assert protect(path).exit_code == 0
    path.write_text("n,area\n7,A\n9,B\n16,TOTAL\n")
    assert protect(path, "--count", "n").stdout.splitlines()[0] == "area,count,status"
