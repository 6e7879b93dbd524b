"""Reading themes, rooms and places. Every reading of rooms begins with the reader."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from dialogue.accounts.models import Actor, Person
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.errors import NotFound
from dialogue.core.folding import in_order
from dialogue.core.permissions import Role
from dialogue.core.record import Audience, Entry
from dialogue.rooms.models import Membership, Room
from dialogue.rooms.tracks.arithmetic import track_of

PAGE = 30
MAX_OWN = 100


def visible_to(person: Person | None, kind: str | None = "room") -> Select[Room]:
    """The rooms the person may know of; of one kind ("room", "hall"), or of every kind if that is None."""
    query = select(Room).where(Room.listed_for(person))
    return query if kind is None else query.where(Room.kind == kind)


def real() -> Select[Room]:
    """All rooms and halls but rehearsals, which are on no list."""
    return select(Room).where(~Room.is_rehearsal)


def seen(room_id: str, person: Person | None) -> tuple[Room, frozenset[Role]]:
    """A room or hall and what the person is in it. Raises NotFound when they may not know of it."""
    room = db.session().get(Room, room_id)
    roles = room.roles_of(person) if room else frozenset()
    if room is None or not room.is_seen_by(roles):
        raise NotFound()
    return room, roles


def mine(person: Person | None) -> Sequence[Room]:
    """The open rooms in which the person holds a place, newest first."""
    if person is None:
        return []
    query = select(Room).where(Room.kind == "room", Room.closed_at.is_(None), Room.held_by(person))
    return db.session().scalars(query.order_by(Room.created_at.desc(), Room.id).limit(MAX_OWN)).all()


def others(person: Person | None, page: int) -> tuple[Sequence[Room], bool]:
    """The other open rooms the person may know of, newest first, and whether there are more."""
    query = visible_to(person).where(Room.closed_at.is_(None), ~Room.held_by(person))
    return paged(query.order_by(Room.created_at.desc(), Room.id), page)


def closed(person: Person | None, page: int) -> tuple[Sequence[Room], bool]:
    """The sealed rooms the person may know of, last sealed first, and whether there are more."""
    return paged(visible_to(person).where(Room.closed_at.is_not(None)).order_by(Room.closed_at.desc(), Room.id), page)


def all_rooms(page: int) -> tuple[Sequence[Room], bool]:
    """Every room and hall by title, for convenors, and whether there are more."""
    query = real().with_only_columns(Room.id, Room.title).order_by(Room.id)
    ids = [id for id, _title in in_order(db.session().execute(query), lambda row: row.title)]
    here = ids[(page - 1) * PAGE:page * PAGE]
    found = {room.id: room for room in db.session().scalars(select(Room).where(Room.id.in_(here)))}
    return [found[id] for id in here], len(ids) > page * PAGE


def paged(query: Select[Any], page: int) -> tuple[Sequence[Any], bool]:
    """One page (from 1) of a query, and whether another follows."""
    found = db.session().scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return found[:PAGE], len(found) > PAGE


def titles() -> Sequence[str]:
    """The titles of all rooms and halls, to be compared with a new one's."""
    return db.session().scalars(real().with_only_columns(Room.title)).all()


def rooms_of_theme(theme_id: str, person: Person | None, page: int) -> tuple[Sequence[Room], bool]:
    """The theme's rooms the person may know of, open ones first, and whether there are more."""
    query = visible_to(person).where(Room.theme_id == theme_id)
    return paged(query.order_by(Room.closed_at.is_not(None), Room.created_at.desc(), Room.id), page)


def rooms_by_theme(person: Person | None) -> Mapping[str, int]:
    """How many rooms of each theme the person may know of."""
    visible = visible_to(person).with_only_columns(Room.theme_id, func.count()).group_by(Room.theme_id)
    return dict(db.session().execute(visible).all())


def tracks(room_ids: Collection[str]) -> dict[str, str]:
    """Return the track of each room that has participants."""
    taking_part = defaultdict(list)
    query = _places(Membership.room_id.in_(room_ids))
    for room_id, actor_set in db.session().execute(
            query.with_only_columns(Membership.room_id, Actor.actor_set).distinct()):
        taking_part[room_id].append(actor_set or ActorSet.PUBLIC)
    return {room_id: track_of(places) for room_id, places in taking_part.items()}


def how_many(room_ids: Collection[str]) -> dict[str, int]:
    """How many people hold a place in each room."""
    query = _places(Membership.room_id.in_(room_ids)).with_only_columns(Membership.room_id, func.count())
    return dict(db.session().execute(query.group_by(Membership.room_id)).all())


def _places(where: ColumnElement[bool]) -> Select[Any]:
    return (select(Membership).outerjoin(Actor, Actor.id == Membership.actor_id)
            .where(where, Membership.ended_at.is_(None)))


def present_places(found: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """On the wire a coming or going is the new number of people, and nothing about who."""
    numbers = how_many({entry.stream_id for entry in found})
    return {entry.seq: {"people": numbers.get(entry.stream_id, 0)} for entry in found}


def present_rooms(found: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """On the wire a change of the room is its present rule and whether it is closed: the page asks for the rest."""
    query = select(Room).where(Room.id.in_({entry.stream_id for entry in found}))
    rooms = {room.id: room for room in db.session().scalars(query)}
    return {entry.seq: {"rule": rooms[entry.stream_id].attribution, "closed": rooms[entry.stream_id].is_closed}
            for entry in found}
