"""Add the claims of background tasks."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "task_claim",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=22), nullable=False),
        sa.Column("held_until", db.Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_task_claim")),
    )


def downgrade() -> None:
    """Backwards."""
    op.drop_table("task_claim")
