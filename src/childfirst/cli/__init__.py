"""The command line: `childfirst`. Commands belong to the rooms and engines; this file only says where they are."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from typing import Any, cast

import click

from childfirst.audit.origin import Origin, coming_from
from childfirst.cli.mistakes import sentence_for


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, and its line in the help."""

    path: str
    help: str
    needs_django: bool = True
    of_demo: bool = False


COMMANDS = {
    "attack": Entry("childfirst.engines.disclosure.commands:attack", "Try to undo the protection of tables.", False),
    "audit": Entry("childfirst.audit.commands:audit", "Verify and read the audit trail."),
    "check-deploy": Entry("childfirst.cli.deployment:check_deploy", "Say whether this installation is fit to serve."),
    "demo": Entry(
        "childfirst.synthetic.commands:demo", "Make the demo partnership and leave it running.", of_demo=True
    ),
    "docs": Entry("childfirst.cli.documents:docs", "Write the generated reference pages."),
    "export-site": Entry(
        "childfirst.public.commands:export_site", "Write the public site as a folder of files.", False
    ),
    "facts": Entry("childfirst.encounters.commands:facts", "Bring the facts store up to date."),
    "import": Entry("childfirst.cli.imports:import_group", "Bring in areas, schools, term dates, encounters."),
    "manage": Entry("childfirst.cli.setup:manage", "Run one of Django's own commands."),
    "match": Entry("childfirst.engines.linkage.commands:match", "Match mentions of schools to a register.", False),
    "matching": Entry(
        "childfirst.encounters.matching.commands:matching", "Review queue of earlier records, and its matcher."
    ),
    "measure": Entry("childfirst.measures.commands:measure", "List and compute measures."),
    "notices": Entry("childfirst.encounters.notices.commands:notices", "Keys of notices to schools; chase what waits."),
    "people": Entry("childfirst.people.commands:people", "Organisations, invitations and roles."),
    "protect": Entry("childfirst.engines.disclosure.commands:protect", "Hide the small counts of tables.", False),
    "release": Entry("childfirst.release.commands:release", "Prepare, sign, publish and verify releases."),
    "serve": Entry("childfirst.cli.serving:serve", "Serve the public site, the workspace and the task worker."),
    "stop": Entry("childfirst.cli.serving:stop", "Stop what `childfirst demo` left running.", of_demo=True),
    "setup": Entry("childfirst.cli.setup:setup", "Make or update the databases."),
    "upkeep": Entry("childfirst.audit.commands:upkeep", "Erase what is over, chase what waits: whatever is due."),
    "verify": Entry("childfirst.release.verifying:verify", "Verify a release bundle, with its folder alone.", False),
}


DEMO_ENVIRONMENT = {
    "CHILDFIRST_DATA_DIR": os.path.join("var", "demo"),
    "CHILDFIRST_DEMO": "true",
    "CHILDFIRST_PARTNERSHIP_NAME": "Saltmere Partnership (demo)",
    "CHILDFIRST_PARTNERSHIP_EMAIL": "partnership@demo.childfirst.example",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for; Django is set up for those that need it."""

    def __init__(self, *args: Any, lazy: dict[str, Entry] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        entry = self.lazy[cmd_name]
        if entry.of_demo:
            choose_demo()
        if entry.needs_django:
            start_django()
        module, _, attribute = entry.path.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        return cast("click.Command", command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.lazy[name].help) for name in sorted(self.lazy)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a mistake of the user's, or trouble of the machine's, becomes one sentence and exit code 2."""
        try:
            with coming_from(Origin("command")):
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = sentence_for(error)
            if sentence is None:
                raise
            raise _Mistake(sentence) from error


def choose_demo() -> None:
    """Work in the demo's own data folder and name, unless the environment says otherwise."""
    for name, value in DEMO_ENVIRONMENT.items():
        os.environ.setdefault(name, value)


class _Mistake(click.ClickException):
    exit_code = 2


def start_django(settings: str = "childfirst.config.settings.workspace") -> None:
    """Set Django up once, with the workspace's settings unless the environment names others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="childfirst")
def main() -> None:
    """The open platform on which a police-schools partnership runs, is measured, and answers for itself."""
