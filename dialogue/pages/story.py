"""One real thread, from something said to a milestone, told as an example on the first page."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import aliased

from dialogue.agenda.models import AgendaItem, Milestone, MilestoneStatus
from dialogue.core import db, page_addresses
from dialogue.core.richtext import excerpt
from dialogue.core.thread import ThreadLink
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import Proposal
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room
from dialogue.votes.models import Ballot

EXCERPT = 90  # characters


TOLD: tuple[Any, ...] = (
    Contribution.id, Contribution.text, Proposal.id, Proposal.title, Ballot.id, Ballot.verdict, Outcome.id,
    Outcome.title, AgendaItem.id, AgendaItem.title, Milestone.statement, Milestone.status)


def story() -> list[dict[str, Any]]:
    """Return the nodes of a thread that is public as a whole, or none; one statement."""
    found = db.session().execute(_threads().limit(1)).one_or_none()
    return _nodes(found) if found else []


@cache  # Eleven joins take as long to put together as to answer.
def _threads() -> Select[Any]:
    """Whole threads from open rooms on the record, told by a milestone that was met."""
    to_proposal, to_ballot, to_outcome, to_item, to_milestone = (aliased(ThreadLink) for _link in range(5))
    query = (
        select(*TOLD).select_from(Contribution)
        .join(Room, (Room.id == Contribution.room_id) & Room.read_by(None))
        .join(to_proposal, _leads(to_proposal, "contribution", Contribution.id, "proposal"))
        .join(Proposal, Proposal.id == to_proposal.later_id)
        .join(to_ballot, _leads(to_ballot, "proposal", Proposal.id, "ballot"))
        .join(Ballot, Ballot.id == to_ballot.later_id)
        .join(to_outcome, _leads(to_outcome, "ballot", Ballot.id, "outcome"))
        .join(Outcome, Outcome.id == to_outcome.later_id)
        .join(to_item, _leads(to_item, "outcome", Outcome.id, "agenda_item"))
        .join(AgendaItem, AgendaItem.id == to_item.later_id)
        .join(to_milestone, _leads(to_milestone, "agenda_item", AgendaItem.id, "milestone"))
        .join(Milestone, Milestone.id == to_milestone.later_id)
        .where(Contribution.retracted_at.is_(None), Contribution.hidden_reason == "")
    )
    return query.order_by(
        (Milestone.status == MilestoneStatus.MET).desc(), Milestone.updated_at.desc(), Contribution.supports.desc())


def _leads(link: type[ThreadLink], earlier: str, earlier_id: Any, later: str) -> ColumnElement[bool]:
    """Only an adopted outcome that is published becomes an item: what leads there is readable to its end."""
    return and_(link.earlier_kind == earlier, link.earlier_id == earlier_id, link.later_kind == later)


def _nodes(found: Row[Any]) -> list[dict[str, Any]]:
    said, text, proposal, title, ballot, verdict, outcome, record, item, reform, milestone, status = tuple(found)
    return [
        _node("contribution", excerpt(text, EXCERPT), page_addresses.contribution(said)),
        _node("proposal", title, page_addresses.proposal(proposal)),
        _node("ballot", title, page_addresses.ballot(ballot), verdict),
        _node("outcome", record, page_addresses.outcome(outcome)),
        _node("agenda_item", reform, page_addresses.agenda_item(item)),
        _node("milestone", milestone, page_addresses.agenda_item(item), status),
    ]


def _node(kind: str, title: str, url: str, state: str = "") -> dict[str, str]:
    return {"kind": kind, "title": title, "url": url, "state": state}
