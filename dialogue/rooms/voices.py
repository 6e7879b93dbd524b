"""Voices: who speaks in a room is a handle; whose voice it is, is asked here and nowhere else."""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, bindparam, func, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from dialogue.accounts.models import Actor, Person
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule, Byline, Identity, byline
from dialogue.core.prepared import Prepared, among
from dialogue.rooms.handles import HANDLES
from dialogue.rooms.models import Membership, Room, RoomRole
from dialogue.rooms.namesakes import namesakes_before

NUMBERS = 9000  # A word may be followed by a number from 1000 to 9999.


class Voice(db.Base):
    """A speaker in a room: a handle, and no more. Everything said refers to the voice, never to the person."""

    __tablename__ = "voice"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    handle: Mapped[str] = mapped_column(String(40))
    __table_args__ = (UniqueConstraint("room_id", "handle"),)


class VoiceIdentity(db.Base):
    """Whose voice it is. Read only by dialogue/rooms/voices.py."""

    __tablename__ = "voice_identity"
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (UniqueConstraint("room_id", "person_id"),)


def give_voice(session: Session, room_id: str, person_id: str) -> Voice:
    """The person's voice in the room, made at the first call with a handle drawn by lot."""
    found = session.scalars(
        select(Voice).join(VoiceIdentity).where(
            VoiceIdentity.room_id == room_id, VoiceIdentity.person_id == person_id)).one_or_none()
    if found is not None:
        return found
    voice = Voice(room_id=room_id, handle=_free_handle(session, room_id))
    session.add(voice)
    session.flush()
    session.add(VoiceIdentity(voice_id=voice.id, room_id=room_id, person_id=person_id))
    session.flush()
    return voice


def give_voices(session: Session, room_id: str, person_ids: Collection[str]) -> None:
    """A voice for each of many people who have none in the room, with numbered handles drawn by lot."""
    drawn = secrets.SystemRandom().sample(range(len(HANDLES) * NUMBERS), len(person_ids))
    voices = [{"id": db.new_id(), "room_id": room_id, "handle": _numbered(n)} for n in drawn]
    session.execute(insert(Voice), voices)
    session.execute(insert(VoiceIdentity), [
        {"voice_id": voice["id"], "room_id": room_id, "person_id": person_id}
        for voice, person_id in zip(voices, person_ids, strict=True)])


def _numbered(lot: int) -> str:
    word, number = divmod(lot, NUMBERS)
    return f"{HANDLES[word]} {number + 1000}"


def _free_handle(session: Session, room_id: str) -> str:
    # Drawn, never counted: a number in order of arrival would tell who came when.
    taken = set(session.scalars(select(Voice.handle).where(Voice.room_id == room_id)))
    free = [word for word in HANDLES if word not in taken]
    while not free:
        free = [name for name in (_numbered(secrets.randbelow(len(HANDLES) * NUMBERS)),) if name not in taken]
    return secrets.choice(free)


def voice_id_of(room_id: str, person: Person | None) -> str | None:
    """The id of this person's own voice in the room: for the person's own requests only."""
    return None if person is None else db.session().scalar(own_voice(room_id, person))


def own_voice(room_id: str | InstrumentedAttribute[str], person: Person) -> Select[str]:
    """The query for this person's own voice, for use inside another of the person's own queries."""
    return voices_of(person).where(VoiceIdentity.room_id == room_id)


def voices_of(person: Person) -> Select[str]:
    """The query for all of this person's voices, for the same purpose."""
    return select(VoiceIdentity.voice_id).where(VoiceIdentity.person_id == person.id)


def own_place(room_id: str, person: Person | None) -> tuple[Membership | None, str | None]:
    """The person's own place and voice, in one query: for the person's own requests only."""
    if person is None:
        return None, None
    found = db.session().execute(_OWN_PLACE, {"room": room_id, "person": person.id}).one_or_none()
    return (found[0], found[1]) if found else (None, None)


class Place(NamedTuple):
    """A person's present place in a room as it is judged by, their voice there, and the set they are counted in."""

    role: RoomRole
    acknowledged: AttributionRule | None
    voice_id: str | None
    actor_set: ActorSet


def own_places(room_id: str, person_ids: Collection[str]) -> dict[str, Place]:
    """The places of several people who are asking something at the same moment, by person."""
    rows = _OWN_PLACES.rows(db.session().connection(), room=room_id, people=list(person_ids))
    return {person_id: Place(role, acknowledged, voice_id, actor_set or ActorSet.PUBLIC)
            for person_id, role, acknowledged, voice_id, actor_set in rows}


def persons_behind(voice_ids: Collection[str]) -> dict[str, str]:
    """Voice id to person id, to deliver something to them; never to show it."""
    query = select(VoiceIdentity.voice_id, VoiceIdentity.person_id).where(VoiceIdentity.voice_id.in_(voice_ids))
    return dict(db.session().execute(query).all())


def still_inside(voice_ids: Collection[str]) -> dict[str, str]:
    """The same for those alone who hold their place now: what happens in a room is not told to who has left it."""
    place = (Membership.room_id == VoiceIdentity.room_id) & (Membership.person_id == VoiceIdentity.person_id)
    query = select(VoiceIdentity.voice_id, VoiceIdentity.person_id).join(Membership, place).where(
        VoiceIdentity.voice_id.in_(voice_ids), Membership.ended_at.is_(None))
    return dict(db.session().execute(query).all())


def bylines(room: Room, voice_ids: Collection[str]) -> dict[str, Byline]:
    """How each voice is printed in the room, in one query; under a hiding rule no identity is read."""
    connection, voices = db.session().connection(), list(voice_ids)
    if room.attribution.hides_people:
        handles = _HANDLES.rows(connection, voices=voices)
        return {id: byline(room.attribution, handle, None) for id, handle in handles}
    rows = _NAMES.rows(connection, voices=voices)
    return {id: byline(room.attribution, handle,
                       Identity(name, actor, actor_set or ActorSet.PUBLIC, capacity, role, namesakes))
            for id, handle, name, actor, actor_set, capacity, role, namesakes in rows}


def own_byline(room: Room, voice_id: str | None) -> Byline | None:
    """How the person's own voice is printed in the room, told before they speak: for their own requests only."""
    return bylines(room, {voice_id}).get(voice_id) if voice_id else None


def actor_sets(voice_ids: Collection[str]) -> Mapping[str, int]:
    """How many of the voices belong to each actor set: numbers only, for breakdowns."""
    return Counter(set_of_voices(voice_ids).values())


def set_of_voices(voice_ids: Collection[str]) -> dict[str, ActorSet]:
    """The actor set each voice counts in: where people are hidden, the one of its first entry."""
    query = _places().where(VoiceIdentity.voice_id.in_(voice_ids)).with_only_columns(
        VoiceIdentity.voice_id, _COUNTED_AS)
    return {id: actor_set or ActorSet.PUBLIC for id, actor_set in db.session().execute(query)}


def sizes_of_sets(room: Room) -> Mapping[str, int]:
    """How many of those who have entered count in each actor set."""
    inside = (Membership.room_id == room.id) & Membership.ended_at.is_(None)
    query = (select(_COUNTED_AS, func.count()).select_from(Membership)
             .outerjoin(Actor, Actor.id == Membership.actor_id)
             .where(inside, Membership.acknowledged == room.attribution).group_by(_COUNTED_AS))
    return {actor_set or ActorSet.PUBLIC: number for actor_set, number in db.session().execute(query)}


def electorate(room: Room) -> dict[str, ActorSet]:
    """The voices of those who have entered and may vote, with their actor sets: the roll of a ballot opened now."""
    query = _entitled(room).with_only_columns(VoiceIdentity.voice_id, _COUNTED_AS)
    return {id: actor_set or ActorSet.PUBLIC for id, actor_set in db.session().execute(query)}


def voting_guests(room: Room) -> int:
    """How many of them are guests."""
    query = _entitled(room).where(Person.is_guest).with_only_columns(func.count())
    return db.session().scalar(query) or 0


def awaited_voters(room: Room) -> int:
    """How many hold a place with a vote and have not entered."""
    outside = or_(Membership.acknowledged.is_(None), Membership.acknowledged != room.attribution)
    return db.session().scalar(_with_a_vote(room).where(outside).with_only_columns(func.count())) or 0


def _entitled(room: Room) -> Select[Any]:
    """The places with a vote whose holders have entered."""
    return _with_a_vote(room).where(Membership.acknowledged == room.attribution)


def _with_a_vote(room: Room) -> Select[Any]:
    """The places with a vote; a guest's, by the room's measure alone (as `Membership.gives_vote`)."""
    return _places().where(
        VoiceIdentity.room_id == room.id, Membership.ended_at.is_(None), Membership.may_vote,
        Membership.role != RoomRole.OBSERVER, Person.disabled_at.is_(None),
        or_(~Person.is_guest, Membership.verified_by.in_(room.guest_votes.accepted)))


def _places() -> Select[Any]:
    same = (Membership.room_id == VoiceIdentity.room_id) & (Membership.person_id == VoiceIdentity.person_id)
    return (select(VoiceIdentity).join(Person, Person.id == VoiceIdentity.person_id)
            .join(Membership, same).outerjoin(Actor, Actor.id == Membership.actor_id))


_COUNTED_AS = func.coalesce(Membership.counted_as, Actor.actor_set, type_=Actor.actor_set.type)
# Hot statements are built once: building one costs as much as running it.
_SAME = (VoiceIdentity.room_id == Membership.room_id) & (VoiceIdentity.person_id == Membership.person_id)
_HERE_NOW = (Membership.room_id == bindparam("room")) & Membership.ended_at.is_(None)
_OWN_PLACE = select(Membership, VoiceIdentity.voice_id).outerjoin(VoiceIdentity, _SAME).where(
    _HERE_NOW, Membership.person_id == bindparam("person"))
_OWN_PLACES = Prepared(
    select(Membership.person_id, Membership.role, Membership.acknowledged, VoiceIdentity.voice_id, _COUNTED_AS)
    .outerjoin(VoiceIdentity, _SAME).outerjoin(Actor, Actor.id == Membership.actor_id)
    .where(_HERE_NOW, among(Membership.person_id, "people")))
_THESE = among(Voice.id, "voices")
_HANDLES = Prepared(select(Voice.id, Voice.handle).where(_THESE))
_NAMES = Prepared(_places().join(Voice, Voice.id == VoiceIdentity.voice_id).where(_THESE).with_only_columns(
    Voice.id, Voice.handle, Person.name, Actor.name, Actor.actor_set, Membership.capacity, Membership.role,
    namesakes_before()))
