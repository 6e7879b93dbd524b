"""Find a voice's contributions without reading all of them."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_index("ix_contribution_voice_id", "contribution", ["voice_id"])


def downgrade() -> None:
    """Backwards."""
    op.drop_index("ix_contribution_voice_id", "contribution")
