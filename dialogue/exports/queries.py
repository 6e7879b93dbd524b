"""Reading exports: one's own, what can be chosen, and whether a file may still be handed out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from dialogue.accounts.models import Person
from dialogue.agenda.filters import Filter
from dialogue.agenda.models import Milestone
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import NotFound
from dialogue.core.transaction import scalar_or_not_found
from dialogue.exports.documents import agenda_data, outcome_data
from dialogue.exports.jobs.queue import KEPT
from dialogue.exports.models import UNFINISHED, Export
from dialogue.exports.selection import Subject, Wanted
from dialogue.outcomes.models import Outcome
from dialogue.outcomes.queries import visible_to
from dialogue.rooms.models import Theme

RECENT = 20
MAX_CHOICES = 200


@dataclass(frozen=True)
class Owner:
    """The owner of exports: a person, or a browser without a sign-in."""

    person: Person | None
    visitor_id: str = ""

    @property
    def key(self) -> str:
        """One id for both."""
        return self.person.id if self.person else self.visitor_id


def _of(owner: Owner) -> ColumnElement[bool]:
    if owner.person is not None:
        return Export.owner_id == owner.person.id
    # A browser without a session has exported nothing: nothing may match an empty id.
    return (Export.visitor_id == owner.visitor_id) & (Export.visitor_id != "") & Export.owner_id.is_(None)


def export_for(owner: Owner, export_id: str) -> Export:
    """One's own export, as long as it is kept. Raises NotFound."""
    query = select(Export).where(Export.id == export_id, _of(owner), Export.created_at > now() - KEPT)
    return scalar_or_not_found(query)  # type: ignore[no-any-return]


def file_for(owner: Owner, export_id: str) -> Export:
    """One's own finished export, if what it holds may still be read by its owner. Raises NotFound."""
    export = export_for(owner, export_id)
    wanted = Wanted.restored(export.what)
    if wanted.subject is Subject.OUTCOME and outcome_data.readable(owner.person, wanted.outcome_id) is None:
        raise NotFound()
    return export


def recent(owner: Owner) -> Sequence[Export]:
    """One's own exports of the last day, newest first."""
    query = select(Export).where(_of(owner), Export.created_at > now() - KEPT)
    return db.session().scalars(query.order_by(Export.created_at.desc(), Export.id).limit(RECENT)).all()


def unfinished(owner: Owner) -> int:
    """How many of one's own are not finished yet."""
    query = select(func.count()).select_from(Export).where(_of(owner), Export.state.in_(UNFINISHED))
    return db.session().scalar(query) or 0


def outcomes(person: Person | None) -> list[tuple[str, str]]:
    """Id and name of what a reader may export, newest first: what is published, and their rooms' drafts."""
    query = visible_to(person).with_only_columns(Outcome.id, Outcome.symbol, Outcome.title)
    found = db.session().execute(query.order_by(Outcome.created_at.desc()).limit(MAX_CHOICES))
    return [(id, f"{symbol} · {title}") for id, symbol, title in found]


def count_items(asked: Filter) -> int:
    """How many items of the agenda a filter lets through."""
    return len(agenda_data.matching(asked))


def count_milestones(asked: Filter) -> int:
    """How many milestones these items have."""
    query = select(func.count()).select_from(Milestone).where(Milestone.item_id.in_(agenda_data.matching(asked)))
    return db.session().scalar(query) or 0


def is_theme(theme_id: str) -> bool:
    """Whether there is such a theme."""
    return db.session().get(Theme, theme_id) is not None
