"""Have stored texts read anew: their HTML comes from the Markdown reader of before."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# Table, columns of its key, column of its HTML. Earlier wordings of contributions have no text to read.
TEXTS = (("contribution", ("id",), "html"), ("theme", ("id",), "html"), ("question", ("id",), "answer_html"),
         ("explanation", ("ballot_id", "voice_id"), "html"))


def upgrade() -> None:
    """Forwards: note every text, as one that could not be formatted in time is noted."""
    noted = sa.table("unformatted_text", sa.column("kind", sa.String), sa.column("thing_id", sa.String),
                     sa.column("tries", sa.Integer), sa.column("due_at", db.Moment()))
    now = sa.literal(datetime.now(UTC), db.Moment())
    for name, key, html in TEXTS:
        table = sa.table(name, *(sa.column(column, sa.String) for column in (*key, html)))
        thing = table.c[key[0]] if len(key) == 1 else table.c[key[0]] + "/" + table.c[key[1]]
        texts = sa.select(sa.literal(name, sa.String), thing, sa.literal(0, sa.Integer), now).where(
            table.c[html].is_not(None), table.c[html] != "",
            ~sa.exists().where(noted.c.kind == name, noted.c.thing_id == thing))
        op.execute(sa.insert(noted).from_select(["kind", "thing_id", "tries", "due_at"], texts))


def downgrade() -> None:
    """Backwards: nothing to do, because the noted texts are formatted by any version."""
