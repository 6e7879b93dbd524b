"""What changes the items of the agenda; their milestones have a folder of their own."""

from datetime import date
from typing import Any

from dialogue.accounts.models import Actor, Person
from dialogue.agenda.changes import assign, keep
from dialogue.agenda.events import (
    ChampionJoined,
    ChampionLeft,
    ItemAdded,
    ItemEdited,
    ItemMoved,
    ItemRated,
    OutcomeLinked,
)
from dialogue.agenda.feeding import refuse_names
from dialogue.agenda.models import AgendaItem, Champion, ChampionRole, LegalRoute, Pace, Rating, Stage
from dialogue.agenda.scoring import Rating as Scale
from dialogue.core import idempotency
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import AGENDA
from dialogue.core.thread import Link, Ref, ThreadLink, relate
from dialogue.core.transaction import Transaction, transaction
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.rooms import naming
from dialogue.rooms.models import Theme

TOLD = ("title", "problem", "goal", "forum")


def add_item(person: Person, *, theme_id: str, title: str, problem: str, goal: str, forum: str, pace: Pace,
             legal_route: LegalRoute, stage: Stage, review_on: date, outcome_id: str | None = None,
             vouched: bool = False, key: str | None = None) -> AgendaItem:
    """Bring a reform onto the agenda, from an adopted outcome or without one.

    Raises Named for a name in it where the outcome's room hides people (`vouched`: as in naming.py).
    """
    fields = {"title": title, "problem": problem, "goal": goal, "forum": forum, "pace": pace,
              "legal_route": legal_route, "stage": stage, "review_on": review_on, "theme_id": theme_id}
    body = idempotency.fingerprint("agenda.add_item", fields, outcome_id)
    with transaction() as tx:
        permit(person, Permission.AGENDA_EDIT)
        if earlier := idempotency.answered(tx, person.id, key, body):
            return tx.fetch(AgendaItem, earlier)
        theme = tx.fetch(Theme, theme_id)
        item = AgendaItem(id=new_id(), theme=theme, created_at=now(), updated_at=now(), **fields)
        tx.add(item)
        keep(tx, item, ItemAdded(stream_id=AGENDA, item_id=item.id), after={"title": title, "stage": stage})
        if outcome_id is not None:
            _feed(tx, person, item, outcome_id, vouched=vouched)
        idempotency.answer(tx, person.id, key, body, item.id)
    return item


def join_outcome(person: Person, item_id: str, *, outcome_id: str) -> AgendaItem:
    """Have an adopted outcome feed an item that is on the agenda already."""
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        _feed(tx, person, item, outcome_id, vouched=True)
    return item


def _feed(tx: Transaction, person: Person, item: AgendaItem, outcome_id: str, *, vouched: bool) -> None:
    outcome = tx.fetch(Outcome, outcome_id)
    if not outcome.is_seen_by(outcome.roles_of(person)):
        raise NotFound()
    if outcome.state is not OutcomeState.PUBLISHED or not outcome.is_adopted:
        raise Conflict(_("Only an adopted outcome that is published can feed the agenda."))
    if tx.session.get(ThreadLink, ("outcome", outcome.id, "agenda_item", item.id)) is not None:
        raise Conflict(_("This outcome feeds the item already."))
    told = {name: getattr(item, name) for name in TOLD}
    naming.refuse_subjects(person, outcome.room, told, vouched=vouched)
    relate(tx, Ref("outcome", outcome.id), Link.BECOMES, Ref("agenda_item", item.id))
    keep(tx, item, OutcomeLinked(stream_id=AGENDA, item_id=item.id, outcome_id=outcome.id),
         after={"outcome": outcome.title, "symbol": outcome.symbol})


def edit_item(person: Person, item_id: str, *, base: int, theme_id: str, title: str, problem: str, goal: str,
              forum: str, pace: Pace, legal_route: LegalRoute, review_on: date, vouched: bool = False) -> AgendaItem:
    """Change the item's description; `base` is the revision the editor saw. Raises Named as `add_item` does."""
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        item.edit(base, now())
        was, becomes = _move_to_theme(tx, item, theme_id)
        new = {name: text for name, text in zip(TOLD, (title, problem, goal, forum), strict=True)
               if text != getattr(item, name)}
        refuse_names(person, item.id, new, vouched=vouched)
        before, after = assign(item, {"title": title, "problem": problem, "goal": goal, "forum": forum, "pace": pace,
                                      "legal_route": legal_route, "review_on": review_on})
        if before | was:
            keep(tx, item, ItemEdited(stream_id=AGENDA, item_id=item.id), before=before | was, after=after | becomes)
    return item


def _move_to_theme(tx: Transaction, item: AgendaItem, theme_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if theme_id == item.theme_id:
        return {}, {}
    before, theme = item.theme.title, tx.fetch(Theme, theme_id)
    item.theme = theme
    return {"theme": before}, {"theme": theme.title}


def move(person: Person, item_id: str, *, stage: Stage, note: str = "",
         review_on: date | None = None) -> AgendaItem:
    """Put the item in another stage. Parking it needs a reason and the day it is looked at again."""
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        refuse_names(person, item.id, {"note": note})
        before = {"stage": item.stage}
        item.move(stage, note, review_on, now())
        after = {"stage": stage, "note": note} | ({"review_on": review_on} if review_on else {})
        keep(tx, item, ItemMoved(stream_id=AGENDA, item_id=item.id, stage=stage), before=before, after=after)
    return item


def rate(person: Person, item_id: str, *, urgency: int, feasibility: int, cost: int, rationale: str) -> Rating:
    """Say how urgent, feasible and costly the item is, 1 to 5 each, and why. One rating a person, changeable."""
    given = {"urgency": urgency, "feasibility": feasibility, "cost": cost}
    for name, value in given.items():
        _refuse_off_scale(name, value)
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_RATE, item)
        refuse_names(person, item.id, {"rationale": rationale})
        rating = tx.session.get(Rating, (item.id, person.id))
        before = {} if rating is None else {name: getattr(rating, name) for name in given}
        if rating is None:
            rating = Rating(item_id=item.id, person_id=person.id)
            tx.session.add(rating)
        assign(rating, given | {"rationale": rationale, "at": now()})
        keep(tx, item, ItemRated(stream_id=AGENDA, item_id=item.id), before=before, after=given)
    return rating


def _refuse_off_scale(name: str, value: int) -> None:
    try:
        Scale(urgency=value, feasibility=value, cost=value)
    except ValueError as error:
        raise Invalid(name, _("Choose a value from 1 to 5.")) from error


def add_champion(person: Person, item_id: str, *, actor_id: str, role: ChampionRole) -> Champion:
    """Have an actor lead the item, alone or beside others. One-sided leadership is shown, not refused."""
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        actor = tx.fetch(Actor, actor_id)
        if tx.session.get(Champion, (item.id, actor.id)) is not None:
            raise Conflict(_("This actor champions the item already."))
        champion = Champion(item_id=item.id, actor=actor, role=role)
        tx.add(champion)
        keep(tx, item, ChampionJoined(stream_id=AGENDA, item_id=item.id, actor_id=actor.id),
             after={"actor": actor.name, "role": role})
    return champion


def remove_champion(person: Person, item_id: str, *, actor_id: str) -> AgendaItem:
    """Take an actor off the item's champions."""
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        champion = tx.session.get(Champion, (item.id, actor_id))
        if champion is None:
            raise Conflict(_("This actor does not champion the item any more."))
        before = {"actor": champion.actor.name, "role": champion.role}
        tx.session.delete(champion)
        keep(tx, item, ChampionLeft(stream_id=AGENDA, item_id=item.id, actor_id=actor_id), before=before)
    return item
