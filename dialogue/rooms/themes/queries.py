"""Reading themes."""

from collections.abc import Sequence

from sqlalchemy import Row

from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.folding import in_order
from dialogue.rooms.models import Theme


def themes() -> Sequence[Theme]:
    """All themes by title."""
    return in_order(db.session().scalars(Theme.offered()), lambda theme: theme.title)


def choices() -> Sequence[Row[str, str]]:
    """The id and title of each theme by title, to choose one."""
    found = db.session().execute(Theme.offered().with_only_columns(Theme.id, Theme.title))
    return in_order(found, lambda row: row.title)


def theme(theme_id: str) -> Theme:
    """One theme. Raises NotFound."""
    found = db.session().get(Theme, theme_id)
    if found is None:
        raise NotFound()
    return found
