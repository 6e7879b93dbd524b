"""The database's shape: where Alembic finds the migrations, and the operator's `flask db`."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import MetaData

from dialogue import accounts, agenda, core, exports, halls, notices, outcomes, proposals, rooms, votes
from dialogue.core import db

if TYPE_CHECKING:  # Alembic takes a third of a second to import; serving needs none of it.
    from alembic.config import Config

PACKAGE = Path(__file__).parent
TABLES = (*core.TABLES, *accounts.TABLES, *rooms.TABLES, *halls.TABLES, *proposals.TABLES, *votes.TABLES,
          *outcomes.TABLES, *agenda.TABLES, *notices.TABLES, *exports.TABLES)

database = AppGroup("db", help="The database's shape.")


def config() -> "Config":
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(PACKAGE.parent / "migrations"))
    return made


def head() -> str:
    """The newest shape's revision: what this version of Dialogue works with."""
    from alembic.script import ScriptDirectory

    return ",".join(sorted(ScriptDirectory.from_config(config()).get_heads()))


def bring_up() -> None:
    """Bring the connected database to the newest shape; safe to repeat."""
    from alembic import command

    command.upgrade(config(), "head")


def every_table() -> MetaData:
    """Return the tables of all nouns, each of which lists the modules that declare its own."""
    for module in TABLES:
        importlib.import_module(module)
    return db.Base.metadata


@database.command()
def upgrade() -> None:
    """Bring the database to the newest shape; safe to repeat."""
    bring_up()


@database.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration from what the models say beyond the database."""
    from alembic import command

    command.revision(config(), message, autogenerate=True)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(database)
