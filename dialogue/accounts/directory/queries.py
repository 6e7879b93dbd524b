"""Reading people and actors, for convenors."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from dialogue.accounts import queries
from dialogue.accounts.models import Actor, Person
from dialogue.core import db, mail_addresses
from dialogue.core.errors import NotFound
from dialogue.core.folding import holds, in_order

PAGE = 50


def people(search: str, page: int) -> tuple[Sequence[Person], bool]:
    """Account holders by name, whose name or address contains `search`, and whether there are more."""
    known = select(Person.id, Person.name, Person.email).where(Person.is_guest.is_(False)).order_by(Person.id)
    wanted = [row for row in db.session().execute(known) if _is_found(search, row.name, row.email or "")]
    here, more = _page([row.id for row in in_order(wanted, lambda row: row.name)], page)
    query = select(Person).where(Person.id.in_(here)).options(selectinload(Person.actor))
    found = {each.id: each for each in db.session().scalars(query)}
    return [found[id] for id in here], more


def _is_found(search: str, name: str, more: str) -> bool:
    return holds(name, search) or holds(more, search) or holds(more, mail_addresses.normal(search))


def _page(ids: Sequence[str], page: int) -> tuple[Sequence[str], bool]:
    return ids[(page - 1) * PAGE:page * PAGE], len(ids) > page * PAGE


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
    """Return actors by name, each with its number of people, and whether there are more."""
    wanted = [each for each in queries.actors() if _is_found(search, each.name, each.country)]
    here, more = _page([each.id for each in wanted], page)
    count = select(Person.actor_id, func.count()).where(Person.actor_id.in_(here)).group_by(Person.actor_id)
    counts: dict[str | None, int] = dict(db.session().execute(count).all())
    found = {each.id: each for each in wanted}
    return [(found[id], counts.get(id, 0)) for id in here], more
