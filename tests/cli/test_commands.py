"""The command line: help for everything, sentences instead of tracebacks, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from childfirst.cli import COMMANDS, LazyGroup, main
from childfirst.shared.errors import UserError
from tests.conftest import ROOT


def every_command() -> Iterator[tuple[str, ...]]:
    def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                if name != "manage":
                    yield from walk(child, (*path, name))

    return walk(main, ())


def test_every_command_has_help_and_every_option_says_what_it_does():
    paths = list(every_command())
    assert len(paths) > 20
    for path in paths:
        result = CliRunner().invoke(main, [*path, "--help"])
        assert result.exit_code == 0, (path, result.output)
        assert len(result.output.splitlines()) > 3, path


def test_the_list_of_commands_needs_no_django():
    code = "import sys; from childfirst.cli import main; main(['--help'], standalone_mode=False); assert 'django' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert name in done.stdout


@pytest.mark.parametrize("engine", ["match", "protect"])
def test_the_engines_commands_need_no_django(engine: str):
    code = f"import sys; from childfirst.cli import main; main(['{engine}', '--help'], standalone_mode=False); assert 'django' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_mistake_of_the_users_is_one_sentence_and_exit_code_2():
    @click.command()
    def stumble() -> None:
        raise UserError("The file has no rows.")

    group = LazyGroup(commands={"stumble": stumble})
    result = CliRunner().invoke(group, ["stumble"])
    assert result.exit_code == 2
    assert result.output.strip() == "Error: The file has no rows."


def test_an_unknown_command_is_refused_with_a_sentence():
    result = CliRunner().invoke(main, ["dance"])
    assert result.exit_code == 2
    assert "No such command 'dance'" in result.output


def test_the_generated_reference_pages_say_what_the_code_says(tmp_path: Path):
    # In a process of its own: click remembers how a command was called first, and tests call some without their group.
    code = "from childfirst.cli import start_django; start_django(); from childfirst.cli.documents import *; print(differing(Path('docs/reference')))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHILDFIRST_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "CHILDFIRST_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", f"run: make docs\n{done.stdout}{done.stderr[-500:]}"
