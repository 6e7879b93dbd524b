"""The names of people and actors, for the checks that keep them out of a text; never to be shown."""

from typing import NamedTuple

from sqlalchemy import select

from dialogue.accounts.models import Actor, Person
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.rooms.models import Membership


class Affiliation(NamedTuple):
    """An actor's name, and whether it is a State's, which is called by other names than an organisation."""

    name: str
    is_state: bool


class NamesIn(NamedTuple):
    """The names of those with a place in a room, past or present. Guests chose theirs themselves."""

    people: frozenset[str]
    guests: frozenset[str]
    actors: frozenset[Affiliation]


def names_in(room_id: str) -> NamesIn:
    """Return the names of people and of actors with a place here: to keep them out; never to show them."""
    ours = Actor.id.in_((Membership.actor_id, Person.actor_id))
    query = (select(Person.name, Person.is_guest, Actor.name, Actor.actor_set)
             .join(Membership, Membership.person_id == Person.id)
             .outerjoin(Actor, ours).where(Membership.room_id == room_id))
    found = db.session().execute(query).all()
    return NamesIn(frozenset(row[0] for row in found if not row[1]), frozenset(row[0] for row in found if row[1]),
                 frozenset(_affiliation(row[2], row[3]) for row in found if row[2]))


def names_of_all() -> tuple[set[str], set[str], set[Affiliation]]:
    """The names of all account holders, guests and actors there are: to keep them out; never to show them."""
    people = db.session().execute(select(Person.name, Person.is_guest).where(~Person.is_rehearsing)).all()
    return {name for name, guest in people if not guest}, {name for name, guest in people if guest}, actors_of_all()


def actors_of_all() -> set[Affiliation]:
    """The names of all actors there are, which are public."""
    return {_affiliation(name, kind) for name, kind in db.session().execute(select(Actor.name, Actor.actor_set))}


def _affiliation(name: str, kind: ActorSet) -> Affiliation:
    return Affiliation(name, kind is ActorSet.STATE)
