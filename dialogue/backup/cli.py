"""The operator's commands for backups."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from dialogue.backup.refusal import Refused
from dialogue.settings import Settings

NICE = 10  # The server comes first.
FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _said(command: Callable[..., None]) -> Callable[..., None]:
    """Say in one sentence why a command was refused, and end with 1."""

    @wraps(command)
    def refusing(**options: Any) -> None:
        try:
            command(**options)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OSError as error:
            raise click.ClickException(f"{error.strerror or error}. Nothing was changed.") from error

    return refusing


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", type=FILE, help="Also write the keys of open secret ballots, to this file of their own.")
@with_appcontext
@_said
def backup(file: Path, keys: Path | None) -> None:
    """Write everything this installation holds to FILE, while people work."""
    from dialogue.backup.taking import take  # Alembic and the archive are of no use to a server.

    os.nice(NICE)
    settings: Settings = current_app.extensions["settings"]
    taken = take(file.absolute(), settings, keys.absolute() if keys else None)
    click.echo(f"Written: {file}, {taken.size / 1e6:.1f} MB, {taken.manifest.rows} rows of {len(taken.manifest.tables)}"
               f" tables, {len(taken.manifest.exports)} documents.")
    if keys:
        click.echo(f"Written: {keys}, the keys of {taken.keys} open secret ballots. The two files together tell "
                   "who voted how: keep them apart, and remove this one when these ballots are closed.", err=True)
    if taken.keyless:
        click.echo(f"{taken.keyless} secret ballots are open. Without their keys, which are not in this backup, a "
                   "restored copy of them cannot go on.", err=True)


@click.command()
@click.argument("file", type=THERE)
@click.option("--keys", type=THERE, help="The keys of open secret ballots that were written with it.")
@click.option("--check", is_flag=True, help="Only read the file and compare it with its manifest.")
@with_appcontext
@_said
def restore(file: Path, keys: Path | None, check: bool) -> None:
    """Put what FILE holds in the place of everything this installation holds. Stop the servers first."""
    from dialogue.backup import restoring

    if check:
        manifest = restoring.check(file)
        click.echo(f"{file} is whole: written {manifest.created}, {manifest.rows} rows, "
                   f"{len(manifest.exports)} documents.")
        return
    restored = restoring.restore(file, current_app.extensions["settings"], keys)
    click.echo(f"Restored: {restored.manifest.rows} rows of {len(restored.manifest.tables)} tables and "
               f"{len(restored.manifest.exports)} documents, as they were at {restored.manifest.created}.")
    if restored.keyless:
        click.echo(f"{restored.keyless} open secret ballots have no key here and cannot go on.", err=True)
