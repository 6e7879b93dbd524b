"""Claims to take part for an actor, focal points, and by which measure a hall's guests get a vote."""

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FLAGS = (("person", "is_focal_point"), ("invitation", "is_vouched"))
MEASURES = ("room", "ballot")
# Links that convenors handed out keep their promise; what chairs handed out is a proposal from now on.
VOUCHED = "UPDATE invitation SET is_vouched = true WHERE invited_by_id IN (SELECT id FROM person WHERE is_convenor)"
# Guests of a rehearsal vote. What guests have voted in so far was open to all who had the code, and says so.
REHEARSALS = "UPDATE room SET guest_votes = 'unverified' WHERE is_rehearsal"
REHEARSING = """UPDATE membership SET verified_by = 'unverified'
    WHERE room_id IN (SELECT id FROM room WHERE is_rehearsal)"""
BALLOTS = """UPDATE ballot SET guest_votes = 'unverified' WHERE id IN (
    SELECT elector.ballot_id FROM elector JOIN voice_identity ON voice_identity.voice_id = elector.voice_id
    JOIN person ON person.id = voice_identity.person_id WHERE person.is_guest)"""


def upgrade() -> None:
    """Forwards."""
    for table, flag in FLAGS:
        op.add_column(table, sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in MEASURES:
        op.add_column(table, sa.Column("guest_votes", sa.String(24), nullable=False, server_default="none"))
    op.add_column("membership", sa.Column("verified_by", sa.String(24), nullable=True))
    _claims()
    _voting_codes()
    for statement in (VOUCHED, REHEARSALS, REHEARSING, BALLOTS):
        op.execute(statement)


def _claims() -> None:
    op.create_table(
        "actor_claim",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("actor_id", sa.String(22), nullable=False),
        sa.Column("capacity", sa.String(24), nullable=False),
        sa.Column("stream_id", sa.String(22), nullable=False),
        sa.Column("proposed_by_id", sa.String(22), nullable=False),
        sa.Column("proposed_at", db.Moment(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("decided_by_id", sa.String(22), nullable=True),
        sa.Column("decided_at", db.Moment(), nullable=True),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_actor_claim_{column}"))
          for column, table in (("person_id", "person"), ("actor_id", "actor"), ("stream_id", "stream"),
                                ("proposed_by_id", "person"), ("decided_by_id", "person"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_claim")),
        sa.UniqueConstraint("person_id", "stream_id", name=op.f("uq_actor_claim_person_id_stream_id")))
    for column in ("actor_id", "person_id"):
        op.create_index(op.f(f"ix_actor_claim_{column}"), "actor_claim", [column])


def _voting_codes() -> None:
    op.create_table(
        "voting_code",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("room_id", sa.String(22), nullable=False),
        sa.Column("batch", sa.String(22), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_voting_code_room_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_voting_code")))
    op.create_index(op.f("ix_voting_code_room_id"), "voting_code", ["room_id"])


def downgrade() -> None:
    """Backwards."""
    op.drop_table("voting_code")
    op.drop_table("actor_claim")
    op.drop_column("membership", "verified_by")
    for table in MEASURES:
        op.drop_column(table, "guest_votes")
    for table, flag in reversed(FLAGS):
        op.drop_column(table, flag)
