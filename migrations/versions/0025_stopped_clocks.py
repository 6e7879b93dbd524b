"""A segment's clock can be stopped and resumed."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.add_column("segment", sa.Column("stopped_at", db.Moment(), nullable=True))
    op.add_column("segment", sa.Column("stopped_seconds", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Backwards."""
    with op.batch_alter_table("segment") as segment:
        segment.drop_column("stopped_seconds")
        segment.drop_column("stopped_at")
