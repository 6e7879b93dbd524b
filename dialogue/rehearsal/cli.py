"""The operator's command for rehearsals: a hall full of invented guests to try the installation with."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from dialogue.core.errors import DomainError
from dialogue.settings import Settings


@click.command()
@click.option("--people", type=int, help="How many guests, 1 to 100,000.")
@click.option("--tokens", type=click.Path(path_type=Path), help="The file that gets one join token a line.")
@click.option("--clean", is_flag=True, help="Remove all rehearsals and everything that came of them.")
@with_appcontext
def rehearse(people: int | None, tokens: Path | None, clean: bool) -> None:
    """Set up a rehearsal: a marked town hall with guests and an open ballot, which leaves nothing behind.

    Prints one line of JSON: the hall's address, its stream and its ballot.
    """
    if clean and people is None and tokens is None:
        _clean()
    elif not clean and people is not None and tokens is not None:
        _rehearse(people, tokens)
    else:
        raise click.ClickException("Give --people and --tokens to set a rehearsal up, or --clean to remove them all.")


def _clean() -> None:
    from dialogue.rehearsal.clearing import clear  # Of no use to a server.

    try:
        click.echo(f"Rehearsals removed: {clear()}")
    except DomainError as refusal:
        raise click.ClickException(str(refusal.message)) from refusal


def _rehearse(people: int, path: Path) -> None:
    from dialogue.rehearsal import actions

    settings: Settings = current_app.extensions["settings"]
    try:
        actions.refuse_unless_fitting(people)
        descriptor = _opened(path)  # Before creating a hall that could not be joined.
        made = actions.rehearse(people)
    except OSError as error:
        raise click.ClickException(f"The tokens cannot be written to {path}: {error.strerror}.") from error
    except DomainError as refusal:
        raise click.ClickException(str(refusal.message)) from refusal
    _write(descriptor, made.tokens)
    click.echo(json.dumps({"url": settings.url + made.hall.address, "stream": made.hall.id, "ballot": made.ballot.id}))


def _opened(path: Path) -> int:
    """Open the file for its owner alone, because a token is enough to join."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor


def _write(descriptor: int, tokens: Sequence[str]) -> None:
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.truncate()
        file.writelines(f"{token}\n" for token in tokens)
