"""``childfirst release verify FOLDER``: needs the folder and nothing else, no settings and no database."""

from __future__ import annotations

from pathlib import Path

import click

from childfirst.published import bundles


@click.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A public key (PEM) that you trust. Without it the key in the folder is used, and you compare its fingerprint.",
)
def verify(folder: Path, key: Path | None) -> None:
    """Check the checksums and the signature of a release bundle. Exits with 1 when something was changed."""
    found = bundles.verify(folder, key=key.read_bytes() if key else None)
    for problem in found.problems:
        click.echo(problem, err=True)
    if not found.is_sound:
        click.echo(f"{folder.name} is not as it was signed.", err=True)
        raise SystemExit(1)
    click.echo(f"{found.files} files are as they were signed.")
    click.echo(f"Signed with the key {found.fingerprint}.")
    click.echo(
        "This is the key that you gave." if key else "Compare that with the fingerprint that the publisher gives."
    )
