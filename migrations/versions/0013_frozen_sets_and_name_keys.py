"""Freeze the actor set of those who entered where people are hidden; compare names by what they look like."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import lookalikes

revision = "0013"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.add_column("membership", sa.Column("counted_as", sa.String(24), nullable=True))
    op.add_column("proposal", sa.Column("sets_told", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("proposal", sa.Column("sets_judged_at", sa.Integer(), nullable=True, server_default="0"))
    op.add_column("person", sa.Column("name_key", sa.String(lookalikes.KEY_LENGTH), nullable=False, server_default=""))
    op.create_index("ix_person_name_key", "person", ["name_key"])
    _freeze()
    _key()


def _freeze() -> None:
    """Count those who are inside as they are counted now."""
    op.execute("""UPDATE membership SET counted_as = COALESCE(
        (SELECT actor.actor_set FROM actor WHERE actor.id = membership.actor_id), 'public')
        WHERE acknowledged IN ('chatham_house', 'closed')""")
    # Their figures were told from moment to moment: a table told later would differ from the last one seen.
    op.execute("UPDATE proposal SET sets_judged_at = NULL WHERE id IN (SELECT proposal_id FROM endorsement)")


def _key() -> None:
    person = sa.table("person", *(sa.column(name, sa.String) for name in ("id", "name", "name_key")))
    connection = op.get_bind()
    found = connection.execute(sa.select(person.c.id, person.c.name)).all()
    keys = [{"of": id, "key": lookalikes.key(name)} for id, name in found]
    if keys:
        connection.execute(sa.update(person).where(person.c.id == sa.bindparam("of")).values(
            name_key=sa.bindparam("key")), keys)


def downgrade() -> None:
    """Backwards."""
    op.drop_index("ix_person_name_key", "person")
    op.drop_column("person", "name_key")
    op.drop_column("proposal", "sets_judged_at")
    op.drop_column("proposal", "sets_told")
    op.drop_column("membership", "counted_as")
