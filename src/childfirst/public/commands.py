"""``childfirst export-site``: the public site as a folder of files."""

from __future__ import annotations

import os
from pathlib import Path

import click

from childfirst.shared.errors import UserError
from childfirst.shared.progress import working


@click.command("export-site")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; one that an earlier export made is replaced.",
)
def export_site(out: Path) -> None:
    """Write the public site to a folder that any web server can serve: pages, releases with their files, data.

    Reads the published store alone. Try it with: python -m http.server --directory FOLDER
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "childfirst.config.settings.public"
    import django

    django.setup()
    from childfirst.public.exporting import export_site as write

    with working("Writing the public site"):
        done = write(out.resolve())
    click.echo(f"{done.files:,} files, {done.bytes / 1_000_000:.1f} MB, in {out}.")
    if done.broken:
        raise UserError(f"{len(done.broken)} addresses did not answer, the first: {done.broken[0]}.")
