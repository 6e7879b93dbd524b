"""Casting: votes that come in at once are judged one by one and written in one transaction."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import bindparam, select

from dialogue.accounts.models import Person
from dialogue.core.application import PerApp
from dialogue.core.attribution import ActorSet
from dialogue.core.coalescing import Coalescer, in_groups, lock_of
from dialogue.core.errors import DomainError, NotFound, NotPermitted
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.prepared import Prepared, among
from dialogue.core.transaction import Transaction, transaction
from dialogue.live.streams import ephemeral
from dialogue.rooms.models import Room
from dialogue.rooms.voices import Place, own_places, set_of_voices
from dialogue.votes import ballot_box, secret_casting
from dialogue.votes.ballot_box import Cast
from dialogue.votes.models import Ballot, Elector
from dialogue.votes.rules import Choice
from dialogue.votes.turnout import TALLY

OFF_ROLL = _("You joined after voting opened, or have no vote here, so you cannot vote in this one.")


_BALLOTS, _ROOMS = Ballot.metadata.tables["ballot"], Room.metadata.tables["room"]
_BALLOT = Prepared(select(_BALLOTS, _ROOMS).join(_ROOMS, _ROOMS.c.id == _BALLOTS.c.room_id).where(
    _BALLOTS.c.id == bindparam("ballot")).with_for_update(read=True, of=_BALLOTS))
_ROLL = Prepared(select(Elector.voice_id, Elector.actor_set).where(
    Elector.ballot_id == bindparam("ballot"), among(Elector.voice_id, "voices")))


class CastRequest(NamedTuple):
    """One request to cast a vote."""

    person: Person
    ballot_id: str
    choice: Choice
    key: str | None


def cast(request: CastRequest) -> str:
    """Cast a vote, together with others of the same ballot at this moment; return its receipt. Raises DomainError."""
    return _casting().submit(request)


def _cast_together(requests: Sequence[CastRequest]) -> list[str | DomainError]:
    with transaction() as tx:
        return in_groups(requests, lambda one: one.ballot_id, lambda ballot_id, some: _cast_in(tx, ballot_id, some))


def _cast_in(tx: Transaction, ballot_id: str, requests: Sequence[CastRequest]) -> list[str | DomainError]:
    """Lock the ballot, permit each voter, write the votes. No entry is recorded: it would tell who votes when."""
    ballot = _shared(tx, ballot_id)
    judged = _judged(tx, ballot, requests)
    put = secret_casting.put if ballot.is_secret else ballot_box.put
    receipts = iter(put(tx, ballot, [one for one in judged if isinstance(one, Cast)]))
    results = [next(receipts) if isinstance(one, Cast) else one for one in judged]
    if any(isinstance(one, str) for one in results):
        tx.after_commit(partial(ephemeral.changed, TALLY, ballot.room_id))
    return results


def _judged(tx: Transaction, ballot: Ballot, requests: Sequence[CastRequest]) -> list[Cast | DomainError]:
    """Permit each request by itself: the vote as it may be cast, or the refusal."""
    held = own_places(ballot.room_id, {one.person.id for one in requests})
    roll = _roll(tx, ballot, [place.voice_id for place in held.values() if place.voice_id])
    return [_permitted(ballot, one, held.get(one.person.id), roll) for one in requests]


def _permitted(ballot: Ballot, asked: CastRequest, place: Place | None,
               roll: Mapping[str, ActorSet]) -> Cast | DomainError:
    """The vote as it may be cast, or why it may not."""
    try:
        roles = ballot.room.roles_with(asked.person, place)
        permit(asked.person, Permission.BALLOT_CAST, ballot, roles=roles)
        if place is None or place.voice_id is None or place.voice_id not in roll:
            raise NotPermitted(OFF_ROLL)
    except DomainError as refusal:
        return refusal
    return Cast(place.voice_id, roll[place.voice_id], asked.choice, asked.key)


def _roll(tx: Transaction, ballot: Ballot, voice_ids: Sequence[str]) -> dict[str, ActorSet]:
    """The set of each of these voices that is on the roll; where the roll holds none, as it is now."""
    found = _ROLL.rows(tx.session.connection(), ballot=ballot.id, voices=list(voice_ids))
    frozen: dict[str, ActorSet | None] = {row[0]: row[1] for row in found}
    unknown = [voice_id for voice_id, actor_set in frozen.items() if actor_set is None]
    today = set_of_voices(unknown) if unknown else {}
    return {voice_id: actor_set or today[voice_id] for voice_id, actor_set in frozen.items()}


def _shared(tx: Transaction, ballot_id: str) -> Ballot:
    """The ballot, locked against closing but not against other voters. Raises NotFound.

    It and its room are in no session: to be asked, never changed.
    """
    rows = _BALLOT.rows(tx.session.connection(), ballot=ballot_id)
    if not rows:
        raise NotFound()
    ballot, room = rows[0][:len(_BALLOTS.c)], rows[0][len(_BALLOTS.c):]
    return Ballot(**dict(zip(_BALLOTS.c.keys(), ballot, strict=True)),
                  room=Room(**dict(zip(_ROOMS.c.keys(), room, strict=True))))


_casting = PerApp(lambda: Coalescer(_cast_together, turn_of=lambda one: lock_of(one.ballot_id)))
