"""Note the texts whose Markdown could not be read in time, to try again."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "unformatted_text",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.String(length=60), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "thing_id", name=op.f("pk_unformatted_text")),
    )
    op.create_index(op.f("ix_unformatted_text_due_at"), "unformatted_text", ["due_at"])


def downgrade() -> None:
    """Backwards."""
    op.drop_index(op.f("ix_unformatted_text_due_at"), "unformatted_text")
    op.drop_table("unformatted_text")
