"""Putting recorded votes in, inside an open transaction: at most one a voice, whatever races.

An answer is a random receipt of always the same length. Secret votes go another way: see secret_casting.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from dialogue.core import database_clock, idempotency
from dialogue.core.attribution import ActorSet
from dialogue.core.db import new_id
from dialogue.core.errors import DomainError
from dialogue.core.idempotency import Given, Press
from dialogue.core.prepared import Prepared
from dialogue.core.transaction import Transaction
from dialogue.votes.models import Ballot, Vote
from dialogue.votes.rules import Choice


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
    at: datetime

    def press(self, cast: Cast) -> Press:
        return Press(cast.voice_id, cast.key, idempotency.fingerprint(self.ballot.id, cast.choice))

    def row(self, cast: Cast) -> dict[str, Any]:
        return {"ballot_id": self.ballot.id, "actor_set": cast.actor_set, "choice": cast.choice,
                "voice_id": cast.voice_id, "at": self.at, "changes": 0}


def put(tx: Transaction, ballot: Ballot, casts: Sequence[Cast]) -> list[str | DomainError]:
    """Write each vote in the place of an earlier one. Returns its receipt, or why there is none.

    When it is too late, that is said to all.
    """
    box = _Box(ballot, database_clock.database_now(tx.session))
    presses = [box.press(cast) for cast in casts]
    earlier = dict(idempotency.receipts(tx, presses))
    results: list[str | DomainError] = []
    new: list[tuple[Cast, Press, str]] = []
    for cast, press in zip(casts, presses, strict=True):
        answer = _answer(box, press, earlier)
        if isinstance(answer, str) and press.answered(earlier) is None:
            new.append((cast, press, answer))
            _remember(earlier, press, answer)
        results.append(answer)
    _write(tx, box, new)
    return results


def _answer(box: _Box, press: Press, earlier: Mapping[tuple[str, str], Given]) -> str | DomainError:
    """What the press was answered before, or a new receipt, or the refusal."""
    try:
        if known := press.answered(earlier):
            return str(known)
        box.ballot.refuse_unless_taking_votes(box.at)
    except DomainError as refusal:
        return refusal
    return new_id()


def _remember(earlier: dict[tuple[str, str], Given], press: Press, receipt: str) -> None:
    """The same press may be in this very batch twice."""
    if press.key:
        earlier[press.owner_id, press.key] = Given(press.body, receipt)


def _write(tx: Transaction, box: _Box, new: Sequence[tuple[Cast, Press, str]]) -> None:
    if not new:
        return
    # In the order of the voters, so that two processes never wait for each other's rows; one voter's as they came.
    new = sorted(new, key=lambda one: (one[1].owner_id, one[0].voice_id))
    connection = tx.session.connection()
    _upsert(connection.dialect.name).run(connection, [box.row(cast) for cast, _press, _receipt in new])
    idempotency.answer_all(tx, [(press, receipt) for _cast, press, receipt in new])


@cache
def _upsert(database: str) -> Prepared:
    """One statement that puts a vote in or changes it: two at once cannot both put one in."""
    make = sqlite.insert if database == "sqlite" else postgresql.insert
    columns = Vote.metadata.tables["vote"].c
    statement: sqlite.Insert | postgresql.Insert = make(Vote).values({c.name: bindparam(c.name) for c in columns})
    changed: dict[str, Any] = {name: statement.excluded[name] for name in ("actor_set", "choice", "at")}
    changed |= {"changes": Vote.changes + 1}
    return Prepared(statement.on_conflict_do_update(index_elements=["ballot_id", "voice_id"], set_=changed))
