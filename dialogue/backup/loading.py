"""What a restore needs of a database: either kind loads, is verified and takes over in its own way."""

from typing import Any, Protocol

from sqlalchemy import Table

from dialogue.backup.archive import Archive


class Target(Protocol):
    """A database that is being filled and that no one uses yet."""

    @property
    def refusals(self) -> tuple[type[Exception], ...]:
        """What it raises for rows that its tables refuse."""

    def load(self, table: Table, archive: Archive) -> None:
        """Put a table's rows in."""

    def finish(self) -> None:
        """Check the constraints that were not checked row by row."""

    def select(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in it."""

    def first_column(self, query: str) -> list[str]:
        """The first column of what a query finds."""

    def take_over(self) -> None:
        """Become the installation's database, in one step."""
