"""Observers without votes, and proposals with the verdict of their ballot."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None

# An observer has no vote. Rolls that are frozen stay as they are.
OBSERVERS = ("UPDATE membership SET may_vote = false WHERE role = 'observer'",
             "UPDATE place_offer SET may_vote = false WHERE role = 'observer'")
VERDICTS = """UPDATE proposal SET verdict = COALESCE((
    SELECT ballot.verdict FROM ballot WHERE ballot.proposal_id = proposal.id AND ballot.state = 'closed'
    ORDER BY ballot.closed_at DESC LIMIT 1), '') WHERE state = 'decided'"""

# A roll that was not known was written down as the number of votes cast.
UNKNOWN = "UPDATE precedent SET eligible = NULL WHERE eligible = yes + no + abstain"
KNOWN = "UPDATE precedent SET eligible = yes + no + abstain WHERE eligible IS NULL"


def upgrade() -> None:
    """Forwards."""
    op.add_column("proposal", sa.Column("verdict", sa.String(24), nullable=False, server_default=""))
    op.create_table(
        "summary_signature",
        sa.Column("outcome_id", sa.String(22), nullable=False),
        sa.Column("voice_id", sa.String(22), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_summary_signature_{column}"))
          for column, table in (("outcome_id", "outcome"), ("voice_id", "voice"))),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_summary_signature")))
    with op.batch_alter_table("precedent") as precedent:
        precedent.alter_column("eligible", existing_type=sa.Integer(), nullable=True)
    for statement in (*OBSERVERS, VERDICTS, UNKNOWN):
        op.execute(statement)


def downgrade() -> None:
    """Backwards."""
    op.execute(KNOWN)
    with op.batch_alter_table("precedent") as precedent:
        precedent.alter_column("eligible", existing_type=sa.Integer(), nullable=False)
    op.drop_table("summary_signature")
    op.drop_column("proposal", "verdict")
