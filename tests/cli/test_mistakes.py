"""Trouble outside the program is a sentence and exit code 2; a fault of the program keeps its traceback."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner
from django.core.exceptions import ImproperlyConfigured
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.utils import OperationalError

from childfirst.cli import LazyGroup, mistakes


def sqlite_error(code: int, text: str = "trouble") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code  # type: ignore[misc]
    return error


def wrapped(cause: BaseException) -> OperationalError:
    try:
        raise OperationalError(str(cause)) from cause
    except OperationalError as error:
        return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no space left"),
        (RuntimeError("IO Error: could not write: No space left on device"), "no space left"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/x"), "/srv/x cannot be used: this user has no right"),
        (OSError(errno.EROFS, "Read-only file system", "/srv/x"), "/srv/x cannot be used: the disk is read-only"),
        (wrapped(sqlite_error(sqlite3.SQLITE_FULL)), "no space left"),
        (wrapped(sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED)), "cannot be written"),
        (sqlite_error(sqlite3.SQLITE_BUSY), "Another command is writing"),
        (wrapped(sqlite_error(sqlite3.SQLITE_ERROR, "no such table: audit_head")), "Run: childfirst setup"),
        (wrapped(psycopg.errors.UndefinedTable("relation")), "Run: childfirst setup"),
        (wrapped(psycopg.errors.DiskFull("full")), "no space left"),
        (wrapped(psycopg.errors.InsufficientPrivilege("no")), "cannot be written"),
        (wrapped(psycopg.OperationalError("connection failed\nIs it there?")), "does not answer, or refuses the login"),
        (ImproperlyConfigured("Set X"), "The settings do not fit: Set X."),
        (MemoryError(), "not enough memory"),
    ],
)
def test_trouble_of_the_machine_is_a_sentence(error: Exception, words: str):
    @click.command()
    def stumble() -> None:
        raise error

    result = CliRunner().invoke(LazyGroup(commands={"stumble": stumble}), ["stumble"])
    assert result.exit_code == 2
    assert words in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_the_first_table_on_a_full_disk():
    missing = MigrationSchemaMissing("Unable to create the django_migrations table")
    missing.__context__ = wrapped(sqlite_error(sqlite3.SQLITE_FULL))
    assert mistakes.sentence_for(missing) == mistakes.DISK_FULL


@pytest.mark.parametrize(
    "error",
    [
        KeyError("column"),
        ZeroDivisionError(),
        FileNotFoundError(errno.ENOENT, "No such file", "a template of ours"),
        wrapped(sqlite_error(sqlite3.SQLITE_ERROR, 'near "SELEC": syntax error')),
        wrapped(psycopg.errors.SyntaxError("syntax")),
    ],
)
def test_a_fault_of_the_program_is_not_hidden(error: Exception):
    assert mistakes.sentence_for(error) is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"CHILDFIRST_IDLE_MINUTES": "abc"}, "CHILDFIRST_IDLE_MINUTES is “abc”"),
        ({"CHILDFIRST_DATABASE_URL": "postgresql://secret@127.0.0.1:1/none"}, "does not answer"),
        ({"CHILDFIRST_DATA_DIR": os.devnull}, "cannot be used"),
    ],
)
def test_a_command_with_wrong_settings_ends_with_a_sentence(tmp_path: Path, settings: dict[str, str], words: str):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHILDFIRST_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "childfirst", "audit", "verify"],
        env={**kept, "CHILDFIRST_DATA_DIR": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
