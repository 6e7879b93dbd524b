"""Keep each account's mail address in its one spelling; give the addresses of evidence more room."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import mail_addresses

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    _spell_addresses()
    _resize_evidence(500, 2000)


def _spell_addresses() -> None:
    """Give each address its one spelling, unless an account has that already: the older one keeps it.

    The later account signs in with its exact old spelling (accounts/queries.py: person_by_email).
    """
    person = sa.table("person", *(sa.column(name) for name in ("id", "email", "created_at")))
    connection = op.get_bind()
    query = sa.select(person.c.id, person.c.email).where(person.c.email.is_not(None))
    found = connection.execute(query.order_by(person.c.created_at, person.c.id)).all()
    taken = {email for _id, email in found}
    for id, email in found:
        spelled = mail_addresses.normal(email)
        if spelled not in taken:
            taken.add(spelled)
            connection.execute(sa.update(person).where(person.c.id == id).values(email=spelled))


def downgrade() -> None:
    """Backwards: the spelling stays, because it signs in everywhere."""
    _resize_evidence(2000, 500)


def _resize_evidence(old: int, new: int) -> None:
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column("url", existing_type=sa.String(old), type_=sa.String(new), existing_nullable=False)
