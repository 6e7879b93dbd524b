"""Casting: votes that come in at once are judged one by one and written in one transaction."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from dialogue.accounts.models import Person
from dialogue.core.attribution import ActorSet
from dialogue.core.batches import Batch, in_groups
from dialogue.core.errors import DomainError, NotPermitted
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms.voices import NOWHERE, Place, own_places, set_of_voices
from dialogue.votes import ballot_box, secret_casting
from dialogue.votes.ballot_box import Cast
from dialogue.votes.models import Ballot, Elector
from dialogue.votes.rules import Choice

OFF_ROLL = _("You are not on this ballot’s roll, which was fixed when it opened.")


# Hot statements are built once: building one costs as much as running it.
_BALLOT = select(Ballot).where(Ballot.id == bindparam("id")).with_for_update(read=True, of=Ballot).options(
    joinedload(Ballot.room, innerjoin=True).lazyload("*"))
_ROLL = select(Elector.voice_id, Elector.actor_set).where(
    Elector.ballot_id == bindparam("ballot"), Elector.voice_id.in_(bindparam("voices", expanding=True)))


class Asked(NamedTuple):
    """Somebody's press of a vote."""

    person: Person
    ballot_id: str
    choice: Choice
    key: str | None


def _cast_together(asked: Sequence[Asked]) -> list[str | DomainError]:
    with transaction() as tx:
        return in_groups(asked, lambda one: one.ballot_id, lambda ballot_id, some: _cast_in(tx, ballot_id, some))


def _cast_in(tx: Transaction, ballot_id: str, asked: Sequence[Asked]) -> list[str | DomainError]:
    ballot = _shared(tx, ballot_id)
    held = own_places(ballot.room_id, {one.person.id for one in asked})
    roll = _roll(tx, ballot, [place.voice_id for place in held.values() if place.voice_id])
    found = [_permitted(ballot, one, held.get(one.person.id, NOWHERE), roll) for one in asked]
    put = secret_casting.put if ballot.is_secret else ballot_box.put
    receipts = iter(put(tx, ballot, [one for one in found if isinstance(one, Cast)]))
    return [next(receipts) if isinstance(one, Cast) else one for one in found]


def _permitted(ballot: Ballot, asked: Asked, place: Place, roll: Mapping[str, ActorSet]) -> Cast | DomainError:
    """The vote as it may be cast, or why it may not."""
    try:
        roles = ballot.room.roles_with(asked.person, place.membership)
        permit(asked.person, Permission.BALLOT_CAST, ballot, roles=roles)
        if place.voice_id is None or place.voice_id not in roll:
            raise NotPermitted(OFF_ROLL)
    except DomainError as refusal:
        return refusal
    return Cast(place.voice_id, roll[place.voice_id], asked.choice, asked.key)


def _roll(tx: Transaction, ballot: Ballot, voice_ids: Sequence[str]) -> dict[str, ActorSet]:
    """The set of each of these voices that is on the roll; where the roll holds none, as it is now."""
    found = tx.session.connection().execute(_ROLL, {"ballot": ballot.id, "voices": list(voice_ids)})
    frozen: dict[str, ActorSet | None] = dict(found.all())
    unknown = [voice_id for voice_id, actor_set in frozen.items() if actor_set is None]
    today = set_of_voices(unknown) if unknown else {}
    return {voice_id: actor_set or today[voice_id] for voice_id, actor_set in frozen.items()}


def _shared(tx: Transaction, ballot_id: str) -> Ballot:
    """The ballot, locked against closing but not against other voters. Raises NotFound."""
    return tx.find(_BALLOT, id=ballot_id)


_casting = Batch(_cast_together)
cast = _casting.do
