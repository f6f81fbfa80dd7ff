"""What the README and the how-to page show is what happens."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from childfirst.cli import main

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "src/childfirst/engines/disclosure/README.md"
HOW_TO = ROOT / "docs/how-to/protect-a-table.md"


def blocks(path: Path) -> list[str]:
    """Indented blocks of a page, dedented."""
    found: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [textwrap.dedent("\n".join(block)) + "\n" for block in found if block]


def test_the_readmes_notebook_example_runs():
    random = np.random.default_rng(1)
    records = pa.table({name: [f"{name}{i}" for i in random.integers(0, 4, 90)] for name in ("borough", "outcome")})
    crossings = {"by-borough": ("borough",), "by-both": ("borough", "outcome")}
    names: dict[str, object] = {"records": records, "crossings": crossings, "ledger": ()}
    exec(compile(blocks(README)[0], str(README), "exec"), names)  # noqa: S102
    assert names["safe"].proved  # type: ignore[attr-defined]


def test_the_how_to_pages_table_comes_out_as_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, command, after, attack, intervals, sentence = blocks(HOW_TO)
    Path("stops.csv").write_text(before)
    result = CliRunner().invoke(main, [*command.split()[1:], "--suggest"])
    assert result.exit_code == 0, result.output
    assert Path("safe/stops.csv").read_text() == after
    assert sentence in result.stderr
    found = CliRunner().invoke(main, attack.split()[1:])
    assert found.exit_code == 0
    assert found.stdout == intervals


@pytest.mark.parametrize("option", ["--ledger", "--period", "--cumulative", "--corrects", "--hierarchy", "--totals"])
def test_every_option_that_the_page_names_exists(option):
    assert option in HOW_TO.read_text(encoding="utf-8")
    assert option in CliRunner().invoke(main, ["protect", "--help"]).output
