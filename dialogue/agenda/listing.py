"""The agenda as a list: one statement reads it, the pure modules weigh and order it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from dialogue.accounts.models import Actor
from dialogue.agenda.figures import NO_FIGURES, Figures, figures
from dialogue.agenda.filters import Filter, Sort, View
from dialogue.agenda.models import AgendaItem, Champion, Pace, Stage
from dialogue.agenda.scoring import Assessment, Ranked, Weights, rank
from dialogue.core import db, page_addresses
from dialogue.core.folding import holds, in_order
from dialogue.core.record import AGENDA, Stream
from dialogue.rooms.models import Theme

PAGE = 25


class Line(NamedTuple):
    """An item in the list. `next_due` is the day of its next open milestone that is not overdue."""

    id: str
    title: str
    theme: str
    forum: str
    pace: Pace
    stage: Stage
    created_at: datetime
    assessment: Assessment | None
    next_due: date | None
    soon: int
    overdue: int

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.agenda_item(self.id)


@dataclass(frozen=True)
class Listing:
    """One page of the agenda, and the whole of what was asked for in numbers.

    `places` are the page's lines that have a rank; `apart` those that cannot be compared by the chosen order.
    """

    lines: Sequence[Line]
    places: Sequence[Ranked[Line]]
    apart: Sequence[Line]
    champions: dict[str, list[Champion]]
    goals: dict[str, str]
    pages: int

    @property
    def milestones_soon(self) -> int:
        """Milestones due within ninety days."""
        return sum(line.soon for line in self.lines)

    @property
    def milestones_overdue(self) -> int:
        """Milestones whose day has passed without a word."""
        return sum(line.overdue for line in self.lines)


def listing(asked: Filter, view: View, today: date) -> Listing:
    """The agenda as asked for: three statements, whatever its length."""
    found = lines(asked, today)
    places, apart = ordered(found, view.sort, view.weights)
    start = (view.page - 1) * PAGE
    here = places[start:start + PAGE]
    rest = apart[max(0, start - len(places)):max(0, start + PAGE - len(places))]
    ids = [place.item.id for place in here] + [line.id for line in rest]
    return Listing(found, here, rest, _champions(ids), _goals(ids), -(-len(found) // PAGE))


def ordered(found: Iterable[Line], sort: Sort, weights: Weights) -> tuple[list[Ranked[Line]], list[Line]]:
    """The lines that can be compared, ranked with their ties, and the others, which are no worse for it."""
    worth = _worth(sort, weights)
    known, apart = [], []
    for line in found:
        value = worth(line)
        if value is None:
            apart.append(line)
        else:
            known.append((line, value))
    return rank(known), apart


def _worth(sort: Sort, weights: Weights) -> Callable[[Line], Fraction | None]:
    """What a line is worth in an order, most first; None where nothing is known."""

    def rated(value: Callable[[Assessment], Fraction]) -> Callable[[Line], Fraction | None]:
        return lambda line: None if line.assessment is None else value(line.assessment)

    return {
        Sort.SCORE: rated(lambda assessment: assessment.score(weights)),
        Sort.URGENCY: rated(lambda assessment: assessment.urgency.median),
        Sort.FEASIBILITY: rated(lambda assessment: assessment.feasibility.median),
        Sort.COST: rated(lambda assessment: -assessment.cost.median),
        Sort.DUE: lambda line: None if line.next_due is None else Fraction(-line.next_due.toordinal()),
        Sort.NEWEST: lambda line: Fraction(line.created_at.timestamp()),
    }[sort]


def lines(asked: Filter, today: date) -> list[Line]:
    """All items that were asked for, by title, in one statement, or three after the agenda changed."""
    found = db.session().execute(_statement(asked)).all()
    known = figures(db.engine(), found[0].seq, today) if found else {}
    wanted = [_line(row, known.get(row.id, NO_FIGURES)) for row in found
              if holds(row.forum, asked.forum) and _says(row, asked.q)]
    kept = [line for line in wanted if line.overdue] if asked.overdue else wanted
    return in_order(kept, lambda line: line.title)


def _statement(asked: Filter) -> Select[Any]:
    seq = select(Stream.seq).where(Stream.id == AGENDA).scalar_subquery().label("seq")
    texts = (AgendaItem.problem, AgendaItem.goal) if asked.q else ()
    query = select(AgendaItem.id, AgendaItem.title, Theme.title.label("theme"), AgendaItem.forum, AgendaItem.pace,
                   AgendaItem.stage, AgendaItem.created_at, seq, *texts).join(Theme)
    wanted = {AgendaItem.theme_id: asked.theme, AgendaItem.stage: asked.stage, AgendaItem.pace: asked.pace}
    query = query.where(*(column == value for column, value in wanted.items() if value))
    if asked.updated_since:
        query = query.where(AgendaItem.updated_at >= asked.start_of(asked.updated_since))
    if asked.champions:
        led = select(Champion.item_id).join(Actor).where(Actor.actor_set == asked.champions)
        query = query.where(AgendaItem.id.in_(led))
    return query.order_by(AgendaItem.id)


def _line(row: Any, known: Figures) -> Line:
    return Line(row.id, row.title, row.theme, row.forum, row.pace, row.stage, row.created_at, *known)


def _says(row: Any, words: str) -> bool:
    return not words or any(holds(text, words) for text in (row.title, row.problem, row.goal, row.forum))


def _champions(ids: Sequence[str]) -> dict[str, list[Champion]]:
    query = select(Champion).where(Champion.item_id.in_(ids)).order_by(Champion.role.desc(), Champion.actor_id)
    found: dict[str, list[Champion]] = {}
    for champion in db.session().scalars(query):
        found.setdefault(champion.item_id, []).append(champion)
    return found


def _goals(ids: Sequence[str]) -> dict[str, str]:
    query = select(AgendaItem.id, AgendaItem.goal).where(AgendaItem.id.in_(ids))
    return dict(db.session().execute(query).all())
