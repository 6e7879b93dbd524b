"""Putting secret votes in, inside an open transaction: at most one a voice, whatever races.

Nothing here tells how or whether a person voted. A vote, and the idempotency key it came under, lie in the ballot's
sealed box. A receipt is derived from the key of the ballot, so that it is stored nowhere and is always the same.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime

from dialogue.core import database_clock
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, DomainError
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import Press
from dialogue.core.transaction import Transaction
from dialogue.votes import keys, secret_box
from dialogue.votes.ballot_box import Cast
from dialogue.votes.entries import PRESS
from dialogue.votes.models import Ballot, BallotState
from dialogue.votes.rules import Choice
from dialogue.votes.secret_box import Box

MAX_PRESSES = 1000  # One voter's: their digests are read at every vote, until the closing.


def put(tx: Transaction, ballot: Ballot, casts: Sequence[Cast]) -> list[str | DomainError]:
    """Write each vote in the place of an earlier one. Returns its receipt, or why there is none.

    The ballot's state is judged before its key is looked for. Raises Unavailable.
    """
    key = keys.find(ballot.id) if ballot.state is BallotState.OPEN else None
    if key is None:
        return [_refusal(tx, ballot)] * len(casts)
    try:
        box = secret_box.locked(tx, ballot, key, {cast.voice_id for cast in casts}) if casts else None
    except Conflict as lost:
        return [lost] * len(casts)
    at = database_clock.database_now(tx.session)
    results = [_put(ballot, box, cast, at) for cast in casts] if box else []
    if box:
        box.save(tx)
    return results


def _refusal(tx: Transaction, ballot: Ballot) -> DomainError:
    try:
        ballot.refuse_unless_taking_votes(database_clock.database_now(tx.session))
    except DomainError as late:
        return late
    return secret_box.key_lost()


def _put(ballot: Ballot, box: Box, cast: Cast, at: datetime) -> str | DomainError:
    """Put one vote in and return its receipt, or what the press was answered before, or the refusal."""
    shard, place = box.entry(cast.voice_id)
    try:
        if cast.key and (chosen := shard.earlier(_press(box, cast.voice_id, cast.key))):
            Press(cast.voice_id, cast.key, cast.choice).refuse_another(chosen)
            return _receipt(box.key, cast)
        ballot.refuse_unless_taking_votes(at)
        if shard.presses_of(place) >= MAX_PRESSES:
            raise Conflict(_("You have changed this vote too often. The last one recorded counts."))
    except DomainError as refusal:
        return refusal
    shard, place = box.entry(cast.voice_id, changes=True)
    shard.vote(place, cast.choice, cast.actor_set)
    if cast.key:
        remember(box, cast.voice_id, cast.key, cast.choice)
    return _receipt(box.key, cast)


def remember(box: Box, voice_id: str, press: str, choice: Choice) -> None:
    """Note that the voice used this idempotency key for this choice."""
    shard, place = box.entry(voice_id)
    shard.remember(place, _press(box, voice_id, press), choice)


def _press(box: Box, voice_id: str, press: str) -> bytes:
    return keys.digest(box.key, "press", voice_id, press)[:PRESS]


def _receipt(key: bytes, cast: Cast) -> str:
    """As long as any other receipt, and the same for the same press."""
    if not cast.key:
        return new_id()
    return urlsafe_b64encode(keys.digest(key, "receipt", cast.voice_id, cast.key)[:16]).decode().rstrip("=")
