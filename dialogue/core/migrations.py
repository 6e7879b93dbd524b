"""Where Alembic finds the migrations, and how it compares them with the models."""

import importlib
import pkgutil
from pathlib import Path

from alembic.config import Config
from sqlalchemy import MetaData

import dialogue
from dialogue.core import db


def config() -> Config:
    """Alembic's configuration, without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(dialogue.__file__).parents[1] / "migrations"))
    return made


def every_table() -> MetaData:
    """The tables of all nouns: whatever module is named models or declares its own."""
    for module in pkgutil.walk_packages(dialogue.__path__, "dialogue."):
        if module.name.endswith((".models", ".voices", ".record", ".thread", ".followers", ".idempotency")):
            importlib.import_module(module.name)
    return db.Base.metadata
