"""`childfirst demo`: make the demo partnership and leave it running."""

from __future__ import annotations

import click
from django.conf import settings

from childfirst.cli.serving import Plan, check_ports, serve_in_background, serve_in_foreground, stop_running
from childfirst.people.demo import PASSWORD, sign_ins
from childfirst.synthetic.building import Size, build, check_folder


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65_534),
    help="Port of the public site; the workspace takes the next one.",
)
@click.option("--schools", default=60, show_default=True, type=click.IntRange(20, 20_000), help="Schools to invent.")
@click.option(
    "--encounters", default=9_000, show_default=True, type=click.IntRange(200, 20_000_000), help="Encounters to invent."
)
@click.option("--seed", default=2026, show_default=True, help="The seed that everything is drawn from.")
@click.option(
    "--as-of", default="", metavar="DATE", help="Last day of the three years, as 2026-10-31. [default: yesterday]"
)
@click.option("--serve/--no-serve", "serving", default=True, help="Leave the platform running, or only make the data.")
@click.option("--foreground", is_flag=True, help="Hold the terminal until Ctrl+C instead of returning.")
def demo(port: int, schools: int, encounters: int, seed: int, as_of: str, serving: bool, foreground: bool) -> None:
    """Make the demo partnership, an invented city with its schools, and leave it running.

    Doing it again is harmless: what is there is kept, and the running platform is started anew.
    """
    plan = Plan(public_port=port, workspace_port=port + 1)
    size = Size(schools=schools, encounters=encounters, seed=seed, as_of=as_of)
    check_folder(size)  # before anything is stopped: the folder may be a real partnership's, and be served
    stop_running()
    if serving:
        check_ports(plan)
    build(size)
    if not serving:
        click.echo(f"The demo partnership stands in {settings.DATA_DIR}.")
        return
    if foreground:
        _tell(plan, "Press Ctrl+C to stop.")
        serve_in_foreground(plan)
        return
    serve_in_background(plan)
    _tell(plan, "It keeps running in the background. Stop it with: make stop")


def _tell(plan: Plan, how_to_stop: str) -> None:
    entries = sign_ins()
    wide = max(len(entry.role) for entry in entries)
    lines = [
        "",
        f"Public site   {plan.public_url}",
        f"Workspace     {plan.workspace_url}",
        "",
        "Demo sign-ins",
        *(f"  {entry.role:{wide}}  {entry.email}{'  *' if entry.needs_code else ''}" for entry in entries),
        "",
        f"Password of all: {PASSWORD}",
        "* asks for a code as well; in the demo the page that asks for it shows it.",
        "",
        how_to_stop,
    ]
    click.echo("\n".join(lines))
