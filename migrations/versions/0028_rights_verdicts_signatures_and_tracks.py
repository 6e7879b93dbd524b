"""Observers without votes, and proposals with the verdict of their ballot."""

import sqlalchemy as sa
from alembic import op

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


def upgrade() -> None:
    """Forwards."""
    op.add_column("proposal", sa.Column("verdict", sa.String(24), nullable=False, server_default=""))
    for statement in (*OBSERVERS, VERDICTS):
        op.execute(statement)


def downgrade() -> None:
    """Backwards."""
    op.drop_column("proposal", "verdict")
