"""Reference pages written from the code, so that they cannot differ from it."""

from __future__ import annotations

from pathlib import Path

import click

from childfirst.config import environment
from childfirst.shared.errors import UserError


def _commands() -> str:
    from childfirst.cli import main

    lines = ["# Commands", "", "This page is generated: `make docs`.", ""]

    def describe(command: click.Command, name: str, parent: click.Context | None) -> None:
        context = click.Context(command, info_name=name, parent=parent, **command.context_settings, terminal_width=80)
        lines.extend([f"## {context.command_path}", "", "```", command.get_help(context), "```", ""])
        if isinstance(command, click.Group):
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                if found is not None and child != "manage":
                    describe(found, child, context)

    describe(main, "childfirst", None)
    return "\n".join(lines)


def _api() -> str:
    from childfirst.config import api_reference

    return api_reference.as_markdown()


PAGES = {"settings.md": environment.as_markdown, "commands.md": _commands, "api.md": _api}


def differing(folder: Path) -> list[str]:
    """The generated pages in ``folder`` that are not what the code says now."""
    return [
        name
        for name, write in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != write()
    ]


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), default=Path("docs/reference"), show_default=True)
def docs(folder: Path) -> None:
    """Write the reference of settings, commands and the API."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    for name, write in PAGES.items():
        (folder / name).write_text(write(), encoding="utf-8")
        click.echo(f"{folder / name}")
