"""The operator's command that loads the sample dialogue."""

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from dialogue.settings import Settings


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there is somebody already.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Load the sample dialogue: invented people, real reforms."""
    from dialogue.demo import loading  # Its texts and models are of no use to a server.

    settings: Settings = current_app.extensions["settings"]
    if loading.is_inhabited():
        if if_empty:
            return
        raise click.ClickException("There are people here already. The sample is loaded into an empty database only.")
    click.echo("Loading the sample dialogue …")
    try:
        stage = loading.load_sample()
    except loading.StoppedMidwayError as stop:
        raise click.ClickException(_explained(stop)) from stop
    _keep(settings.sample_sign_ins, loading.sign_ins(stage, settings.url))
    click.echo(f"Loaded. As whom you can sign in is written in {settings.sample_sign_ins}.")


def _explained(stop: Exception) -> str:
    return (f"The sample was loaded in part only; it stopped at {stop}\n"
            "Nobody was given a password. Remove this database, run “flask db upgrade” and load the sample again.")


def _keep(path: Path, text: str) -> None:
    """Write the file for its owner alone: it holds a password."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
