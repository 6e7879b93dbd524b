"""Run by Alembic: applies migrations to the connected database."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from dialogue.core import db
from dialogue.database import every_table


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types so that a migration needs none of tomorrow's models."""
    if kind == "type" and isinstance(item, db.Moment):
        return "db.Moment()"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    return False


def run() -> None:
    """Migrate in one transaction, rebuilding tables where SQLite cannot alter them."""
    with db.engine().connect() as connection:
        context.configure(connection=connection, target_metadata=every_table(), render_as_batch=True,
                          render_item=plain)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
