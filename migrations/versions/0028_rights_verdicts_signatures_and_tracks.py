"""Observers without votes, verdicts of proposals, signatures of summaries, unknown rolls, intervals of tracks."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from dialogue.core import db

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None

# An observer has no vote. Rolls that are frozen stay as they are.
OBSERVERS = ("UPDATE membership SET may_vote = false WHERE role = 'observer'",
             "UPDATE place_offer SET may_vote = false WHERE role = 'observer'",
             # No invitation makes a guest; such an offer would stop all that are redeemed after it.
             "UPDATE place_offer SET role = 'participant' WHERE role = 'guest'")
VERDICTS = """UPDATE proposal SET verdict = COALESCE((
    SELECT ballot.verdict FROM ballot WHERE ballot.proposal_id = proposal.id AND ballot.state = 'closed'
    ORDER BY ballot.closed_at DESC LIMIT 1), '') WHERE state = 'decided'"""

OFFICIAL = ("state", "intl_civil_service")
PLACES = ("member.joined", "member.left", "member.removed", "place.changed")
# A roll that was not known was written down as the number of votes cast.
UNKNOWN = "UPDATE precedent SET eligible = NULL WHERE eligible = yes + no + abstain"
KNOWN = "UPDATE precedent SET eligible = yes + no + abstain WHERE eligible IS NULL"


def upgrade() -> None:
    """Forwards."""
    op.add_column("proposal", sa.Column("verdict", sa.String(24), nullable=False, server_default=""))
    _signatures()
    _tracks()
    with op.batch_alter_table("precedent") as precedent:
        precedent.alter_column("eligible", existing_type=sa.Integer(), nullable=True)
    for statement in (*OBSERVERS, VERDICTS, UNKNOWN):
        op.execute(statement)
    _begin_intervals()


def _signatures() -> None:
    op.create_table(
        "summary_signature",
        sa.Column("outcome_id", sa.String(22), nullable=False),
        sa.Column("voice_id", sa.String(22), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_summary_signature_{column}"))
          for column, table in (("outcome_id", "outcome"), ("voice_id", "voice"))),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_summary_signature")))


def _tracks() -> None:
    op.create_table(
        "room_track",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("room_id", sa.String(22), nullable=False),
        sa.Column("track", sa.String(4), nullable=False),
        sa.Column("began_at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_track_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_track")))
    op.create_index(op.f("ix_room_track_room_id"), "room_track", ["room_id"])
    present = sa.text("ended_at IS NULL")
    op.create_index("uq_room_track_present", "room_track", ["room_id"], unique=True, sqlite_where=present,
                    postgresql_where=present)


def _begin_intervals() -> None:
    """Begin the present interval of each room at the last coming, going or change of a place in its record."""
    members = sa.table("membership", sa.column("room_id"), sa.column("actor_id"), sa.column("ended_at"))
    actors, rooms = sa.table("actor", sa.column("id"), sa.column("actor_set")), sa.table(
        "room", sa.column("id"), sa.column("kind"))
    entries = sa.table("entry", sa.column("stream_id"), sa.column("kind"), sa.column("at", db.Moment()))
    taking_part = defaultdict(set)
    for room_id, actor_set in op.get_bind().execute(
            sa.select(members.c.room_id, actors.c.actor_set).distinct()
            .join(rooms, rooms.c.id == members.c.room_id)
            .outerjoin(actors, actors.c.id == members.c.actor_id)
            .where(members.c.ended_at.is_(None), rooms.c.kind == "room")):
        taking_part[room_id].add(actor_set in OFFICIAL)
    since = dict(op.get_bind().execute(
        sa.select(entries.c.stream_id, sa.func.max(entries.c.at, type_=db.Moment()))
        .where(entries.c.kind.in_(PLACES)).group_by(entries.c.stream_id)).all())
    table = sa.table("room_track", sa.column("id"), sa.column("room_id"), sa.column("track"),
                     sa.column("began_at", db.Moment()))
    rows = [{"id": db.new_id(), "room_id": room_id, "track": _track(found), "began_at": since[room_id]}
            for room_id, found in taking_part.items() if room_id in since]
    op.bulk_insert(table, rows)


def _track(officials: set[bool]) -> str:
    return {frozenset({True}): "1", frozenset({False}): "2"}.get(frozenset(officials), "1.5")


def downgrade() -> None:
    """Backwards."""
    op.drop_table("room_track")
    op.execute(KNOWN)
    with op.batch_alter_table("precedent") as precedent:
        precedent.alter_column("eligible", existing_type=sa.Integer(), nullable=False)
    op.drop_table("summary_signature")
    op.drop_column("proposal", "verdict")
