"""Keep each account's mail address in its one spelling; keep reset links; give the addresses of evidence more room."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db, mail_addresses

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    _spell_addresses()
    _resize_evidence(500, 2000)
    _add_reset_links()


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


def _add_reset_links() -> None:
    op.create_table(
        "reset_link",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("issued_by_id", sa.String(22), nullable=True),
        *(sa.Column(name, db.Moment(), nullable=name.startswith(("used", "revoked")))
          for name in ("created_at", "expires_at", "used_at", "revoked_at")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_reset_link_person_id_person"),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name="fk_reset_link_issued_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_reset_link"),
        sa.UniqueConstraint("digest", name="uq_reset_link_digest"),
    )
    op.create_index("ix_reset_link_person_id", "reset_link", ["person_id"])


def downgrade() -> None:
    """Backwards: the spelling stays, because it signs in everywhere."""
    op.drop_table("reset_link")
    _resize_evidence(2000, 500)


def _resize_evidence(old: int, new: int) -> None:
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column("url", existing_type=sa.String(old), type_=sa.String(new), existing_nullable=False)
