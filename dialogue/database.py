"""The database's shape: where Alembic finds the migrations, and the operator's `flask db`."""

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import MetaData

from dialogue.core import db

if TYPE_CHECKING:  # Alembic takes a third of a second to import; serving needs none of it.
    from alembic.config import Config

PACKAGE = Path(__file__).parent
DECLARE_TABLES = (".models", ".secret_models", ".voices", ".record", ".thread", ".followers", ".idempotency",
                  ".reformatting")

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
    """The tables of all nouns."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "dialogue."):
        if module.name.endswith(DECLARE_TABLES):
            importlib.import_module(module.name)
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
