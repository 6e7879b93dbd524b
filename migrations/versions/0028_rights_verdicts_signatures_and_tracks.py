"""Observers without votes."""

from alembic import op

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None

# An observer has no vote. Rolls that are frozen stay as they are.
OBSERVERS = ("UPDATE membership SET may_vote = false WHERE role = 'observer'",
             "UPDATE place_offer SET may_vote = false WHERE role = 'observer'")


def upgrade() -> None:
    """Forwards."""
    for statement in OBSERVERS:
        op.execute(statement)


def downgrade() -> None:
    """Backwards."""
