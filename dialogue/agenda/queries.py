"""Reading the agenda: an item, its days, a glance at the whole, and how its things show themselves elsewhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from dialogue.accounts.models import Person
from dialogue.agenda.events import (
    ChampionJoined,
    ChampionLeft,
    ItemAdded,
    ItemEdited,
    ItemMoved,
    ItemRated,
    MilestoneAdded,
    MilestoneEdited,
    MilestoneReported,
    OutcomeLinked,
)
from dialogue.agenda.filters import Filter, Sort
from dialogue.agenda.listing import Line, lines, ordered
from dialogue.agenda.models import OPEN, AgendaItem, Champion, Evidence, Milestone, Rating, Stage
from dialogue.agenda.scoring import EQUAL_WEIGHTS, Ranked
from dialogue.core import db, page_addresses, thread
from dialogue.core.folding import in_order
from dialogue.core.record import AGENDA, Audience, Entry, Stream
from dialogue.core.thread import Node, Ref
from dialogue.core.transaction import scalar_or_not_found

MAX_OF_A_KIND = 5
EVENTS = (ItemAdded, ItemEdited, ItemMoved, ItemRated, ChampionJoined, ChampionLeft, OutcomeLinked, MilestoneAdded,
          MilestoneEdited, MilestoneReported)


@dataclass(frozen=True)
class Glance:
    """The agenda in a few numbers and names."""

    by_stage: Mapping[Stage, int]
    best: Sequence[Ranked[Line]]
    next_milestones: Sequence[Milestone]

    @property
    def items(self) -> int:
        """How many items there are."""
        return sum(self.by_stage.values())


def item(item_id: str) -> AgendaItem:
    """An item with its champions, raters, milestones and evidence: three statements. Raises NotFound."""
    return scalar_or_not_found(select(AgendaItem).where(AgendaItem.id == item_id).options(  # type: ignore[no-any-return]
        joinedload(AgendaItem.champions).joinedload(Champion.actor),
        selectinload(AgendaItem.ratings).joinedload(Rating.person).joinedload(Person.actor),
        selectinload(AgendaItem.milestones).joinedload(Milestone.evidence),
    ).execution_options(populate_existing=True))


def milestone(item_id: str, milestone_id: str) -> Milestone:
    """A milestone of the item, with its owner. Raises NotFound."""
    return scalar_or_not_found(  # type: ignore[no-any-return]
        select(Milestone).where(Milestone.id == milestone_id, Milestone.item_id == item_id))


@dataclass(frozen=True)
class Strand:
    """What an item came from, of one kind: the first few of it, and how many are not shown, or not to be seen."""

    kind: str
    nodes: Sequence[Node]
    more: int
    hidden: int


def came_from(found: AgendaItem, reader: Any) -> list[Strand]:
    """What the item came from as the reader may see it, in the order of the story."""
    strands = []
    for kind, nodes in thread.walk_back(Ref("agenda_item", found.id), reader).items():
        seen = [node for node in nodes if not node.hidden]
        strands.append(Strand(kind, seen[:MAX_OF_A_KIND], max(0, len(seen) - MAX_OF_A_KIND), len(nodes) - len(seen)))
    return strands


def of_theme(theme_id: str, most: int) -> Sequence[Row[str, str, str, Stage]]:
    """Id, title, forum and stage of a theme's first items, by title."""
    query = select(AgendaItem.id, AgendaItem.title, AgendaItem.forum, AgendaItem.stage)
    found = db.session().execute(query.where(AgendaItem.theme_id == theme_id).order_by(AgendaItem.id))
    return in_order(found, lambda row: row.title)[:most]


def forums() -> Sequence[str]:
    """The forums named so far, to be named alike again."""
    return in_order(db.session().scalars(select(AgendaItem.forum).distinct()), str)


def titles() -> Sequence[str]:
    """The titles of all items, to be compared with a new one's."""
    return db.session().scalars(select(AgendaItem.title)).all()


def record_seq() -> int:
    """The number of the agenda's last entry."""
    return db.session().scalars(select(Stream.seq).where(Stream.id == AGENDA)).one()


def at_a_glance(today: date, *, best: int = 5, ahead: int = 5) -> Glance:
    """Counts by stage, the items with the best score and the next milestones; two statements,
    or four after the agenda changed."""
    found = lines(Filter(), today)
    counted = Counter(line.stage for line in found)
    places, _unrated = ordered(found, Sort.SCORE, EQUAL_WEIGHTS)
    coming = select(Milestone).where(Milestone.due >= today, Milestone.status.in_(OPEN)).options(
        joinedload(Milestone.item, innerjoin=True).raiseload("*"), raiseload(Milestone.evidence))
    following = db.session().scalars(coming.order_by(Milestone.due, Milestone.id).limit(ahead)).unique().all()
    return Glance({stage: counted[stage] for stage in Stage if counted[stage]}, places[:best], following)


def show_items(ids: list[str], _reader: Any) -> dict[str, Node]:
    """Items are public."""
    query = select(AgendaItem.id, AgendaItem.title, AgendaItem.stage).where(AgendaItem.id.in_(ids))
    return {id: Node(Ref("agenda_item", id), title, page_addresses.agenda_item(id), stage)
            for id, title, stage in db.session().execute(query)}


def show_milestones(ids: list[str], _reader: Any) -> dict[str, Node]:
    """So are their milestones …"""
    query = select(Milestone.id, Milestone.item_id, Milestone.statement, Milestone.status)
    return {id: Node(Ref("milestone", id), statement, page_addresses.milestone(item_id, id), status)
            for id, item_id, statement, status in db.session().execute(query.where(Milestone.id.in_(ids)))}


def show_evidence(ids: list[str], _reader: Any) -> dict[str, Node]:
    """… and the evidence."""
    query = select(Evidence, Milestone.item_id).join(Milestone, Milestone.id == Evidence.milestone_id)
    return {each.id: evidence_node(each, item_id)
            for each, item_id in db.session().execute(query.where(Evidence.id.in_(ids)))}


def evidence_node(each: Evidence, item_id: str) -> Node:
    """How a piece of evidence shows itself."""
    return Node(Ref("evidence", each.id), each.publisher or each.note, page_addresses.evidence(item_id, each.id),
                each.status)


def present_entries(found: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """An entry with its item as it is now, in one statement."""
    known = _titles({entry.data["item_id"] for entry in found})
    return {entry.seq: entry.data | known.get(entry.data["item_id"], {}) for entry in found}


def _titles(ids: Iterable[str]) -> dict[str, dict[str, str]]:
    query = select(AgendaItem.id, AgendaItem.title, AgendaItem.stage).where(AgendaItem.id.in_(list(ids)))
    return {id: {"title": title, "stage": stage, "address": page_addresses.agenda_item(id)}
            for id, title, stage in db.session().execute(query)}
