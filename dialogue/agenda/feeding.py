"""Adopted outcomes on their way to the agenda: which may come, what they say, which items they may join."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from dialogue.accounts.models import Person
from dialogue.agenda.models import AgendaItem, Champion
from dialogue.core import db
from dialogue.core.attribution import Capacity
from dialogue.core.errors import NotFound
from dialogue.core.folding import in_order
from dialogue.core.permissions import Permission, allows, house_roles
from dialogue.core.thread import Link, Ref, beside
from dialogue.core.transaction import scalar_or_not_found
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.rooms import naming
from dialogue.rooms.models import Room


def outcome_to_feed(outcome_id: str, person: Person) -> Outcome:
    """The outcome, if the person may see it and it may feed the agenda. Raises NotFound."""
    query = select(Outcome).where(Outcome.id == outcome_id, Outcome.state == OutcomeState.PUBLISHED)
    outcome: Outcome = scalar_or_not_found(query)
    if not outcome.is_adopted or not outcome.is_seen_by(outcome.roles_of(person)):
        raise NotFound()
    return outcome


def hiding_rooms(item_id: str) -> Sequence[Room]:
    """The rooms that hide people and whose outcomes feed the item: what is written in it may not tell of them."""
    item = Ref("agenda_item", item_id)
    fed_by = [ref.id for link, ref in beside([item], back=True).get(item, ()) if link is Link.BECOMES]
    query = select(Room).join(Outcome, Outcome.room_id == Room.id).where(Outcome.id.in_(fed_by)).distinct()
    return [room for room in db.session().scalars(query) if room.attribution.hides_people] if fed_by else []


def refuse_names(person: Person, item_id: str, texts: naming.Texts, *, vouched: bool = True) -> None:
    """Raise Named for a public text of an item, by its field, that names a person of a hiding room that feeds it.

    With `vouched` the writer answers for the names of States and organisations in it, as in naming.py.
    """
    for room in hiding_rooms(item_id):
        naming.refuse_subjects(person, room, texts, vouched=vouched)


def adopted_text(outcome: Outcome) -> str:
    """What was adopted, a clause a paragraph; empty for a session's outcome."""
    text = outcome.decision.get("text") or {}
    return "\n\n".join(clause["text"] for clause in text.get("clauses", []))


def items_open_to(person: Person) -> Sequence[Row[str, str]]:
    """Id and title of the items the person may change: all for a convenor, theirs for a champion."""
    query = select(AgendaItem.id, AgendaItem.title).order_by(AgendaItem.id)
    if not allows(house_roles(person), Permission.AGENDA_EDIT):
        if person.actor_id is None or person.capacity is not Capacity.OFFICIAL:
            return []
        query = query.join(Champion).where(Champion.actor_id == person.actor_id)
    return in_order(db.session().execute(query), lambda row: row.title)
