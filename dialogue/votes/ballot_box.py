"""Putting one vote in, inside an open transaction: at most one a voice, whatever races.

Nothing here tells how or whether somebody voted: an answer is a random receipt of always the same length. A
secret vote is kept under a slot, with neither time nor voice, and so is the receipt of the press that sent it.
"""

from typing import Any

from sqlalchemy import Insert
from sqlalchemy import delete as deleting
from sqlalchemy.dialects import postgresql, sqlite

from dialogue.core import idempotency
from dialogue.core.db import Base, new_id
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import Receipt
from dialogue.core.transaction import Transaction
from dialogue.rooms.voices import set_of_voices
from dialogue.votes import keys, moments
from dialogue.votes.models import Ballot, Elector, SecretVote, Vote
from dialogue.votes.rules import Choice

OWNER_LENGTH = 22  # As long as any owner of a receipt.


def put(tx: Transaction, ballot: Ballot, elector: Elector, choice: Choice, key: str | None) -> str:
    """Write the vote in the place of an earlier one and return its receipt. Raises Conflict when it is too late."""
    if ballot.is_secret:
        return _put_secretly(tx, ballot, elector, choice, key)
    body = idempotency.fingerprint(ballot.id, choice)
    if earlier := idempotency.answered(tx, elector.voice_id, key, body):
        return str(earlier)
    at = moments.database_now(tx.session)
    ballot.refuse_unless_taking_votes(at)
    where = {"ballot_id": ballot.id, "voice_id": elector.voice_id}
    new = {"actor_set": elector.actor_set or _set_of(elector), "choice": choice, "at": at}
    tx.session.execute(_upsert(tx, Vote, where, new | {"changes": 0}, new | {"changes": Vote.changes + 1}))
    receipt = new_id()
    idempotency.answer(tx, elector.voice_id, key, body, receipt)
    return receipt


def _put_secretly(tx: Transaction, ballot: Ballot, elector: Elector, choice: Choice, key: str | None) -> str:
    secret = keys.find(ballot.id)
    if secret is None:
        raise Conflict(_("This ballot’s key was lost, so it takes no more votes. Those already in are counted."))
    slot = keys.slot(secret, elector.voice_id)
    body = keys.mac(secret, "body", slot, choice)
    if earlier := idempotency.answered(tx, slot[:OWNER_LENGTH], key, body):
        return str(earlier)
    ballot.refuse_unless_taking_votes(moments.database_now(tx.session))
    new = {"actor_set": elector.actor_set or _set_of(elector), "choice": choice}
    tx.session.execute(_upsert(tx, SecretVote, {"ballot_id": ballot.id, "slot": slot}, new, new))
    return _kept_receipt(tx, ballot, slot, key, body)


def _kept_receipt(tx: Transaction, ballot: Ballot, slot: str, key: str | None, body: str) -> str:
    """Keep the answer under the slot. Its time is that of the opening: the press's own would tell who it was."""
    receipt = new_id()
    if key:
        tx.add(Receipt(owner_id=slot[:OWNER_LENGTH], key=key, body=body, answer=receipt, at=ballot.opened_at))
    return receipt


def forget_receipts(tx: Transaction, slots: list[str]) -> None:
    """Remove the receipts of secret votes."""
    owners = [slot[:OWNER_LENGTH] for slot in slots]
    tx.session.execute(deleting(Receipt).where(Receipt.owner_id.in_(owners)))


def _set_of(elector: Elector) -> str:
    return set_of_voices([elector.voice_id])[elector.voice_id]


def _upsert(tx: Transaction, model: type[Base], where: dict[str, Any], new: dict[str, Any],
            changed: dict[str, Any]) -> Insert:
    """One statement that puts the row in or changes it: two at once cannot both put one in."""
    make = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement: sqlite.Insert | postgresql.Insert = make(model).values(**where, **new)
    return statement.on_conflict_do_update(index_elements=list(where), set_=changed)
