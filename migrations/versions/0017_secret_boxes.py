"""Sealed boxes for open secret ballots, and the turnout that all workers tell."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards. Votes of secret ballots that are open are moved by the server, which has their keys."""
    ballot = sa.ForeignKey("ballot.id", name=op.f("fk_secret_box_ballot_id"))
    op.create_table(
        "secret_box",
        sa.Column("ballot_id", sa.String(), ballot, nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "shard", name=op.f("pk_secret_box")))
    if op.get_bind().dialect.name == "postgresql":
        # What is sealed cannot be compressed; PostgreSQL need not try at every vote.
        op.execute("ALTER TABLE secret_box ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "turnout",
        sa.Column("ballot_id", sa.String(), sa.ForeignKey("ballot.id", name=op.f("fk_turnout_ballot_id")),
                  nullable=False),
        sa.Column("told_at", db.Moment(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_turnout")))


def downgrade() -> None:
    """Backwards."""
    op.drop_table("turnout")
    op.drop_table("secret_box")
