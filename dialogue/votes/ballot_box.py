"""Putting votes in, inside an open transaction: at most one a voice, whatever races.

Nothing here tells how or whether somebody voted: an answer is a random receipt of always the same length. A
secret vote is kept under a slot, with neither time nor voice, and so is the receipt of the press that sent it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as deleting
from sqlalchemy.dialects import postgresql, sqlite

from dialogue.core import idempotency
from dialogue.core.attribution import ActorSet
from dialogue.core.db import Base, new_id
from dialogue.core.errors import Conflict, DomainError
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import Asked, Given, Receipt
from dialogue.core.prepared import Prepared
from dialogue.core.transaction import Transaction
from dialogue.votes import keys, moments
from dialogue.votes.models import Ballot, SecretVote, Vote
from dialogue.votes.rules import Choice

OWNER_LENGTH = 22  # As long as any owner of a receipt.


class Cast(NamedTuple):
    """One vote as it came: whose voice, of which set, for what, under which key."""

    voice_id: str
    actor_set: ActorSet
    choice: Choice
    key: str | None


@dataclass(frozen=True)
class _Box:
    """Where the votes of a ballot go, and how its receipts are found again."""

    ballot: Ballot
    secret: bytes | None
    at: datetime

    def press(self, cast: Cast) -> Asked:
        if self.secret is None:
            return Asked(cast.voice_id, cast.key, idempotency.fingerprint(self.ballot.id, cast.choice))
        slot = keys.slot(self.secret, cast.voice_id)
        return Asked(slot[:OWNER_LENGTH], cast.key, keys.mac(self.secret, "body", slot, cast.choice))

    def row(self, cast: Cast) -> dict[str, Any]:
        common = {"ballot_id": self.ballot.id, "actor_set": cast.actor_set, "choice": cast.choice}
        if self.secret is None:
            return common | {"voice_id": cast.voice_id, "at": self.at, "changes": 0}
        return common | {"slot": keys.slot(self.secret, cast.voice_id)}


def put(tx: Transaction, ballot: Ballot, casts: Sequence[Cast]) -> list[str | DomainError]:
    """Write each vote in the place of an earlier one. Returns its receipt, or why there is none.

    When it is too late, that is said to all. Raises Conflict when a secret ballot's key was lost.
    """
    box = _open_box(tx, ballot)
    presses = [box.press(cast) for cast in casts]
    earlier = dict(idempotency.receipts(tx, presses))
    results: list[str | DomainError] = []
    new: list[tuple[Cast, Asked, str]] = []
    for cast, press in zip(casts, presses, strict=True):
        answer = _answer(box, press, earlier)
        if isinstance(answer, str) and press.answered(earlier) is None:
            new.append((cast, press, answer))
            _remember(earlier, press, answer)
        results.append(answer)
    _write(tx, box, new)
    return results


def _open_box(tx: Transaction, ballot: Ballot) -> _Box:
    secret = keys.find(ballot.id) if ballot.is_secret else None
    if ballot.is_secret and secret is None:
        raise Conflict(_("This ballot’s key was lost, so it takes no more votes. Those already in are counted."))
    return _Box(ballot, secret, moments.database_now(tx.session))


def _answer(box: _Box, press: Asked, earlier: Mapping[tuple[str, str], Given]) -> str | DomainError:
    """What the press was answered before, or a new receipt, or the refusal."""
    try:
        if known := press.answered(earlier):
            return str(known)
        box.ballot.refuse_unless_taking_votes(box.at)
    except DomainError as refusal:
        return refusal
    return new_id()


def _remember(earlier: dict[tuple[str, str], Given], press: Asked, receipt: str) -> None:
    """The same press may be in this very batch twice."""
    if press.key:
        earlier[press.owner_id, press.key] = Given(press.body, receipt)


def _write(tx: Transaction, box: _Box, new: Sequence[tuple[Cast, Asked, str]]) -> None:
    if not new:
        return
    # In the order of the voters, so that two processes never wait for each other's rows; one voter's as they came.
    new = sorted(new, key=lambda one: (one[1].owner_id, one[0].voice_id))
    upsert = _upsert(tx.session.connection().dialect.name, SecretVote if box.secret else Vote)
    upsert.run(tx.session.connection(), [box.row(cast) for cast, _press, _receipt in new])
    # A secret receipt has no time, the press's own would tell who it was. It is removed at the closing.
    idempotency.answer_all(tx, [(press, receipt) for _cast, press, receipt in new],
                           at=idempotency.UNTIL_REMOVED if box.secret else None)


def forget_receipts(tx: Transaction, ballot: Ballot) -> None:
    """Remove the receipts of a ballot's secret votes."""
    owners = select(func.substr(SecretVote.slot, 1, OWNER_LENGTH)).where(SecretVote.ballot_id == ballot.id)
    tx.session.execute(deleting(Receipt).where(Receipt.owner_id.in_(owners)).execution_options(
        synchronize_session=False))


@cache
def _upsert(database: str, model: type[Base]) -> Prepared:
    """One statement that puts a vote in or changes it: two at once cannot both put one in."""
    columns = list(model.metadata.tables[model.__tablename__].c)
    make = sqlite.insert if database == "sqlite" else postgresql.insert
    statement: sqlite.Insert | postgresql.Insert = make(model).values({c.name: bindparam(c.name) for c in columns})
    changed: dict[str, Any] = {name: statement.excluded[name] for name in ("actor_set", "choice")}
    if model is Vote:
        changed |= {"at": statement.excluded["at"], "changes": Vote.changes + 1}
    where = ("ballot_id", "voice_id" if model is Vote else "slot")
    return Prepared(statement.on_conflict_do_update(index_elements=list(where), set_=changed))
