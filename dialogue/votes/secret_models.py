"""What the database holds of secret ballots: sealed boxes while they are open, shuffled votes once they are closed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.db import stored
from dialogue.votes.rules import Choice


class SecretBox(db.Base):
    """A sealed part of an open secret ballot's box: the entries of some electors, see secret_box.py."""

    __tablename__ = "secret_box"
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Turnout(db.Base):
    """How many have voted in an open secret ballot, as every worker tells it, and since when."""

    __tablename__ = "turnout"
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    told_at: Mapped[datetime]
    told: Mapped[int] = mapped_column(default=0)


class SecretVote(db.Base):
    """A secret vote of an open ballot as an earlier version kept it, in the clear; see conversion.py."""

    __tablename__ = "secret_vote"
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    slot: Mapped[str] = mapped_column(String(64), primary_key=True)
    actor_set: Mapped[ActorSet] = mapped_column(stored(ActorSet))
    choice: Mapped[Choice] = mapped_column(stored(Choice))
    __table_args__ = {"sqlite_with_rowid": False}


class SealedVote(db.Base):
    """A secret vote after closing: a shuffled row that leads back to no voter."""

    __tablename__ = "sealed_vote"
    id: Mapped[db.Key]
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), index=True)
    choice: Mapped[Choice] = mapped_column(stored(Choice))
    __table_args__ = {"sqlite_with_rowid": False}
