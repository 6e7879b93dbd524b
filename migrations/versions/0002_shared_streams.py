"""The two streams that belong to no room: the agenda's and the house's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

stream = sa.table("stream", sa.column("id", sa.String), sa.column("seq", sa.Integer))


def upgrade() -> None:
    """Forwards."""
    op.bulk_insert(stream, [{"id": "agenda", "seq": 0}, {"id": "house", "seq": 0}])


def downgrade() -> None:
    """Backwards."""
    op.execute(stream.delete().where(stream.c.id.in_(["agenda", "house"])))
