"""Whether a member's place ended because they left: then they may come back by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.add_column("membership", sa.Column("left_freely", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Backwards."""
    op.drop_column("membership", "left_freely")
