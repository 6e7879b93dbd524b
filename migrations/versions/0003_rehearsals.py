"""The marks by which a rehearsal is known and removed: its hall, its theme, its people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MARKS = (("theme", "is_rehearsal"), ("room", "is_rehearsal"), ("person", "is_rehearsing"))


def upgrade() -> None:
    """Forwards."""
    for table, mark in MARKS:
        op.add_column(table, sa.Column(mark, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Backwards."""
    for table, mark in MARKS:
        op.drop_column(table, mark)
