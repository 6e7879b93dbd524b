"""Commands for the operator: the database."""

import click
from alembic import command
from flask import Flask
from flask.cli import AppGroup

from dialogue.core.migrations import config

database = AppGroup("db", help="The database's shape.")


@database.command()
def upgrade() -> None:
    """Bring the database to the newest shape; safe to repeat."""
    command.upgrade(config(), "head")


@database.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration from what the models say beyond the database."""
    command.revision(config(), message, autogenerate=True)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(database)
