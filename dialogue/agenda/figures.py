"""What raters and milestones say of each item, counted once for all readers."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Engine, case, cast, func, select

from dialogue.agenda.models import OPEN, Milestone, Rating
from dialogue.agenda.scoring import HIGHEST, LOWEST, Assessment, tallied_rating
from dialogue.core import db

SOON = timedelta(days=90)
SCALE = range(LOWEST, HIGHEST + 1)
MAX_RATERS = 4096  # Five counts below it fit a 64-bit number.


class Figures(NamedTuple):
    """Of an item. `next_due` is the day of its next open milestone that is not overdue."""

    assessment: Assessment | None = None
    next_due: date | None = None
    soon: int = 0
    overdue: int = 0


NO_FIGURES = Figures()


@lru_cache(maxsize=3)  # At any moment up to three days are today somewhere on Earth.
def figures(_engine: Engine, _seq: int, today: date) -> dict[str, Figures]:
    """The figures of each item that has any, as they stand at this entry of the agenda's record; two statements.

    Each rating and each change of a milestone is an entry, so the same number means the same figures.
    """
    rated = {id: _assessment(*packed) for id, *packed in db.session().execute(_tallies())}
    due = {id: days for id, *days in db.session().execute(_dues(today))}
    return {id: Figures(rated.get(id), *due.get(id, ())) for id in rated.keys() | due.keys()}


def _tallies() -> Any:
    """How many raters gave each value, an item a row: a dozen ratings an item need not travel."""
    counts = [_packed(getattr(Rating, name)) for name in ("urgency", "feasibility", "cost")]
    return select(Rating.item_id, *counts).group_by(Rating.item_id)


def _packed(column: Any) -> Any:
    # Five counts in one whole number: a column each is thrice the work for SQLite and for us.
    return cast(func.sum(case({value: MAX_RATERS ** (value - LOWEST) for value in SCALE}, value=column)), BigInteger)


def _assessment(urgency: int, feasibility: int, cost: int) -> Assessment:
    return tallied_rating(_tally(urgency), _tally(feasibility), _tally(cost))


def _tally(packed: int) -> tuple[int, ...]:
    """The five counts again, for 1 to 5."""
    return tuple(packed // MAX_RATERS ** (value - LOWEST) % MAX_RATERS for value in SCALE)


def _dues(today: date) -> Any:
    late, soon = Milestone.due < today, Milestone.due.between(today, today + SOON)
    return select(
        Milestone.item_id, func.min(case((~late, Milestone.due))), func.sum(case((soon, 1), else_=0)),
        func.sum(case((late, 1), else_=0)),
    ).where(Milestone.status.in_(OPEN)).group_by(Milestone.item_id)
