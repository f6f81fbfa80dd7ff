"""Settings: declared once, documented, of the right type."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from childfirst.config import environment
from childfirst.shared.errors import UserError
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


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", "perhaps", "CHILDFIRST_DEBUG is “perhaps”.*true or false"),
        ("IDLE_MINUTES", "abc", "CHILDFIRST_IDLE_MINUTES is “abc”.*whole number"),
        ("IDLE_MINUTES", "0", "1 or more"),
        ("LOG_LEVEL", "loud", "one of DEBUG, INFO"),
        ("LOG_FORMAT", "xml", "json or console"),
        ("PUBLIC_URL", "figures.example", "address like https://"),
        ("DATABASE_URL", "mysql://me:secret@db/name", "address like postgresql://"),
        ("DATABASE_URL", "postgresql://me:secret@db", "address like postgresql://"),
        ("DATABASE_URL", "postgresql://me:secret@db:port/name", "address like postgresql://"),
        ("EMAIL_URL", "secret.example:25", "address like smtp://"),
    ],
)
def test_a_value_that_cannot_be_meant_is_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str):
    monkeypatch.setenv(f"CHILDFIRST_{name}", value)
    with pytest.raises(UserError, match=words) as refused:
        environment.read(name)
    assert "secret" not in refused.value.sentence


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("DATABASE_URL", "postgresql://me:p%40ss@db.example:5432/name?sslmode=require", None),
        ("DATABASE_URL", "postgres://me@[::1]:5432/name", None),
        ("DATABASE_URL", "postgresql:///name", None),
        ("EMAIL_URL", "smtp+tls://user:password@mail.example:587", None),
        ("DEBUG", "TRUE", True),
        ("IDLE_MINUTES", " 45 ", 45),
        ("IDLE_MINUTES", "", 30),
        ("DATA_DIR", "", "var"),
        ("ALLOWED_HOSTS", "a.example, b.example,", ["a.example", "b.example"]),
    ],
)
def test_a_value_that_can_be_meant_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str, meant: object):
    monkeypatch.setenv(f"CHILDFIRST_{name}", value)
    assert environment.read(name) == (value if meant is None else meant)


def test_every_default_can_be_meant(monkeypatch: pytest.MonkeyPatch):
    for variable in environment.VARIABLES:
        monkeypatch.delenv(variable.full_name, raising=False)
        environment.read(variable.name)


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    from childfirst.config.keys import secret_key

    first = secret_key("", tmp_path / "keys")
    assert len(first) >= 64
    assert secret_key("", tmp_path / "keys") == first
    assert secret_key("given", tmp_path / "keys") == "given"
    assert (tmp_path / "keys" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path):
    from childfirst.config.keys import secret_key

    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UserError, match="cannot be used: Not a directory"):
        secret_key("", tmp_path / "file" / "keys")


def test_the_public_door_needs_no_key_of_the_workspace(tmp_path: Path):
    code = "from childfirst.config.settings import public; assert len(public.SECRET_KEY) > 60"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHILDFIRST_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "CHILDFIRST_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


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
