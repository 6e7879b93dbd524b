"""Reading people and actors, for convenors."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from dialogue.accounts.models import Actor, Person
from dialogue.core import db, mail_addresses
from dialogue.core.errors import NotFound

PAGE = 50


def people(search: str, page: int) -> tuple[Sequence[Person], bool]:
    """Account holders by name, whose name or address contains `search`, and whether there are more."""
    query = select(Person).where(Person.is_guest.is_(False)).options(selectinload(Person.actor))
    if search:
        query = query.where(or_(Person.name.icontains(search, autoescape=True),
                                Person.email.icontains(mail_addresses.normal(search), autoescape=True)))
    found = db.session().scalars(query.order_by(Person.name, Person.id).offset((page - 1) * PAGE).limit(PAGE + 1))
    rows = found.all()
    return rows[:PAGE], len(rows) > PAGE


def person(person_id: str) -> Person:
    """One account holder with their actor. Raises NotFound."""
    query = select(Person).where(Person.id == person_id, Person.is_guest.is_(False))
    found = db.session().scalars(query.options(selectinload(Person.actor))).one_or_none()
    if found is None:
        raise NotFound()
    return found


def actor(actor_id: str) -> Actor:
    """One actor. Raises NotFound."""
    found = db.session().get(Actor, actor_id)
    if found is None:
        raise NotFound()
    return found


def actors_with_people(search: str, page: int) -> tuple[Sequence[tuple[Actor, int]], bool]:
    """Actors by name, each with the number of people who come for it, and whether there are more."""
    count = func.count(Person.id)
    query = select(Actor, count).outerjoin(Person, Person.actor_id == Actor.id).group_by(Actor.id)
    if search:
        query = query.where(or_(Actor.name.icontains(search, autoescape=True),
                                Actor.country.icontains(search, autoescape=True)))
    found = db.session().execute(query.order_by(Actor.name).offset((page - 1) * PAGE).limit(PAGE + 1))
    rows = [(row[0], row[1]) for row in found]
    return rows[:PAGE], len(rows) > PAGE
