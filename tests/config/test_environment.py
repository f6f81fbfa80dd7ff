"""Settings: declared once, documented, of the right type."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from environs import EnvError

from childfirst.config import environment
from tests.conftest import ROOT


def test_every_variable_that_the_code_reads_is_declared():
    declared = {variable.name for variable in environment.VARIABLES}
    read: set[str] = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "read"
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "environment"
            ):
                read.add(ast.literal_eval(node.args[0]))
    assert read == declared, "declared and unused, or used and undeclared"


def test_no_file_reads_an_undeclared_variable_of_ours_from_the_environment():
    declared = {variable.full_name for variable in environment.VARIABLES} | {"CHILDFIRST_SHARED", "CHILDFIRST_CHROMIUM"}
    for file in [*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("CHILDFIRST_"):
                assert (
                    node.value == "CHILDFIRST_" or node.value.split("=")[0].rstrip(".") in declared or " " in node.value
                ), f"{file.name}: {node.value}"


def test_names_are_unique_and_meanings_are_sentences():
    names = [variable.name for variable in environment.VARIABLES]
    assert len(names) == len(set(names))
    for variable in environment.VARIABLES:
        assert variable.meaning.endswith("."), variable.name


def test_a_value_of_the_wrong_type_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHILDFIRST_DEBUG", "perhaps")
    with pytest.raises(EnvError, match="DEBUG"):
        environment.read("DEBUG")


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    from childfirst.config.keys import secret_key

    first = secret_key("", tmp_path / "keys")
    assert len(first) >= 64
    assert secret_key("", tmp_path / "keys") == first
    assert secret_key("given", tmp_path / "keys") == "given"
    assert (tmp_path / "keys" / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("door", ["workspace", "public"])
def test_the_settings_of_each_door_load_in_an_empty_folder(door: str, tmp_path: Path):
    environment_ = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("CHILDFIRST_", "DJANGO_"))},
        "CHILDFIRST_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": f"childfirst.config.settings.{door}",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", "check"],
        env=environment_,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
