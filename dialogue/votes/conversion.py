"""Secret ballots that an earlier version opened: their votes, rows in the clear, go into a sealed box.

Done at each start and sweep, since the ballot's key is needed. Without the key the rows stay, uncounted, until the
ballot is called off.
"""

import logging

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from dialogue.core import db, idempotency
from dialogue.core.idempotency import Receipt
from dialogue.core.transaction import Transaction, transaction
from dialogue.votes import keys, turnout
from dialogue.votes.models import Ballot, BallotState, Elector, Visibility
from dialogue.votes.rules import Choice
from dialogue.votes.secret_box import Box
from dialogue.votes.secret_casting import remember
from dialogue.votes.secret_models import SecretBox, SecretVote

log = logging.getLogger(__name__)
OWNER_LENGTH = 22  # Of a slot, as the owner of a receipt.


def convert_all() -> int:
    """Give each open secret ballot its box that has none. Returns how many there were."""
    is_boxed = exists().where(SecretBox.ballot_id == Ballot.id)
    query = select(Ballot.id).where(Ballot.state == BallotState.OPEN, Ballot.visibility == Visibility.SECRET, ~is_boxed)
    return sum(_convert(ballot_id) for ballot_id in db.session().scalars(query).all() if keys.find(ballot_id))


def _convert(ballot_id: str) -> bool:
    with transaction() as tx:
        ballot = tx.fetch(Ballot, ballot_id)
        key = keys.find(ballot_id)
        if ballot.state is not BallotState.OPEN or key is None or _has_box(tx.session, ballot):
            return False
        roll = tx.session.scalars(select(Elector.voice_id).where(Elector.ballot_id == ballot_id)).all()
        box = Box.made(ballot, key, roll)
        for voice_id in roll:
            _move(tx, ballot, box, voice_id)
        box.put(tx)
        turnout.begin(tx, ballot)
        remove(tx, ballot)
    log.info("the votes of an open secret ballot were sealed", extra={"ballot": ballot_id})
    return True


def _has_box(session: Session, ballot: Ballot) -> bool:
    return session.scalar(select(SecretBox.shard).where(SecretBox.ballot_id == ballot.id).limit(1)) is not None


def _move(tx: Transaction, ballot: Ballot, box: Box, voice_id: str) -> None:
    """Move the vote of one voice, and the keys it was cast under."""
    slot = keys.mac(box.key, "slot", voice_id)
    earlier = tx.session.get(SecretVote, (ballot.id, slot))
    if earlier is None:
        return
    shard, place = box.entry(voice_id)
    shard.vote(place, earlier.choice, earlier.actor_set)
    for press, body in tx.session.execute(select(Receipt.key, Receipt.body).where(
            Receipt.owner_id == slot[:OWNER_LENGTH], Receipt.at == idempotency.UNTIL_REMOVED)):
        chosen = next(choice for choice in Choice if keys.mac(box.key, "body", slot, choice) == body)
        remember(box, voice_id, press, chosen)


def remove(tx: Transaction, ballot: Ballot) -> None:
    """Remove a ballot's votes and receipts of the earlier version."""
    mine = SecretVote.ballot_id == ballot.id
    owners = select(func.substr(SecretVote.slot, 1, OWNER_LENGTH)).where(mine)
    tx.session.execute(delete(Receipt).where(Receipt.owner_id.in_(owners)).execution_options(
        synchronize_session=False))
    tx.session.execute(delete(SecretVote).where(mine))
