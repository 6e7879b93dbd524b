"""The agenda as plain data for a document: what its public pages show, and no more."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from dialogue.agenda.events import ItemMoved
from dialogue.agenda.filters import Filter
from dialogue.agenda.listing import lines
from dialogue.agenda.models import AgendaItem, Milestone, Stage
from dialogue.agenda.scoring import Rating, median_rating, shown
from dialogue.core import db, page_addresses
from dialogue.core.folding import sort_key
from dialogue.core.record import AGENDA, Entry
from dialogue.core.thread import Ref, beside
from dialogue.exports.selection import Order, Wanted
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.rooms.models import Theme

AT_A_TIME = 50  # Items read at once; others may go on in between.
MAX_CHANGES = 1000
LAST_YEAR = timedelta(days=365)
Data = dict[str, Any]
OnProgress = Callable[[int, int], None]


def matching(wanted: Filter) -> list[str]:
    """The ids of the items asked for, by title: those that the agenda's page shows for the same filter."""
    return [line.id for line in lines(wanted, wanted.today())]


def gathered(wanted: Wanted, site: str, on_progress: OnProgress = lambda _done, _of: None) -> Data:
    """Everything the document may need. `site` is the address of ours that permalinks begin with.

    `on_progress(done, of)` is called as the items are read. Days are ISO; nothing is finer than a day but `updated_at`
    of what stands in a calendar.
    """
    asked = wanted.filter
    ids = matching(asked)
    items = sorted(_items(ids, site, asked, on_progress), key=_ORDERS[wanted.order])
    since = wanted.changes_since or asked.today() - LAST_YEAR
    return {
        "items": items, "filter": _filter(asked),
        "changes": _changes({i["id"]: i for i in items}, since, asked),
        "changes_since": since.isoformat() if wanted.changes_since else "", "site": site,
    }


def _items(ids: Sequence[str], site: str, asked: Filter, on_progress: OnProgress) -> Iterator[Data]:
    moves = _moves()
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        found = db.session().scalars(select(AgendaItem).where(AgendaItem.id.in_(part))).unique().all()
        fed = _outcomes(part, site)
        for item in found:
            yield _item(item, site, asked) | {"outcomes": fed.get(item.id, []), "moves": moves[item.id]}
        db.session().expunge_all()  # A long agenda need not be held twice.
        on_progress(min(start + AT_A_TIME, len(ids)), len(ids))


def _item(item: AgendaItem, site: str, asked: Filter) -> Data:
    return {
        "id": item.id, "url": site + item.address, "title": item.title, "theme": item.theme.title,
        "forum": item.forum, "pace": item.pace.value, "route": item.legal_route.value, "stage": item.stage.value,
        "stage_note": item.stage_note, "problem": item.problem, "goal": item.goal,
        "review_on": item.review_on.isoformat(), "updated_on": asked.day_of(item.updated_at).isoformat(),
        "updated_at": item.updated_at.isoformat(), "revision": item.revision,
        "across_sets": item.is_championed_across_sets,
        "champions": [{"name": c.actor.name, "set": c.actor.actor_set.value, "role": c.role.value}
                      for c in sorted(item.champions, key=lambda c: (c.role.value != "lead", c.actor.name))],
        "assessment": _assessment(item), "rationales": [r.rationale for r in item.ratings if r.rationale],
        "milestones": [_milestone(m, site, asked) for m in item.milestones],
    }  # fmt: skip


def _assessment(item: AgendaItem) -> Data | None:
    """The medians and the score they make; empty without ratings."""
    if not item.ratings:
        return None
    made = median_rating([Rating(r.urgency, r.feasibility, r.cost) for r in item.ratings])
    return {"urgency": _median(made.urgency.median), "feasibility": _median(made.feasibility.median),
            "cost": _median(made.cost.median), "raters": made.raters, "score": shown(made.score()),
            "exact": str(made.score())}


def _median(value: Fraction) -> str:
    """A median is a whole number or ends in a half."""
    return str(value) if value.denominator == 1 else f"{float(value):.1f}"


def _milestone(milestone: Milestone, site: str, asked: Filter) -> Data:
    return {
        "id": milestone.id, "url": site + milestone.address,
        "statement": milestone.statement,
        "due": milestone.due.isoformat(), "owner": milestone.owner.name if milestone.owner else "",
        "status": milestone.status.value, "overdue": milestone.is_overdue(asked.today()),
        "sequence": milestone.sequence,
        "updated_at": milestone.updated_at.isoformat(),
        "evidence": [{"status": e.status.value, "note": e.note, "publisher": e.publisher, "url": e.url,
                      "on": asked.day_of(e.at).isoformat()} for e in milestone.evidence],
    }  # fmt: skip


def _outcomes(item_ids: Sequence[str], site: str) -> Mapping[str, list[Data]]:
    """The published outcomes that each item came from."""
    near = beside([Ref("agenda_item", id) for id in item_ids], back=True)
    ids = {ref.id for steps in near.values() for _link, ref in steps if ref.kind == "outcome"}
    public = select(Outcome.id, Outcome.symbol, Outcome.title, Outcome.verdict, Outcome.published_at)
    public = public.where(Outcome.id.in_(ids), Outcome.state == OutcomeState.PUBLISHED)
    # Days of UTC for every reader: where people are hidden, days in several zones would tell the hour.
    shown = {id: {"symbol": symbol, "title": title, "verdict": verdict, "url": site + page_addresses.outcome(id),
                  "on": at.date().isoformat() if at else ""}
             for id, symbol, title, verdict, at in db.session().execute(public)}
    return {item.id: [shown[ref.id] for _link, ref in steps if ref.id in shown] for item, steps in near.items()}


def _moves() -> Counter[str]:
    """How often each item was put in another stage."""
    query = select(Entry.data).where(Entry.stream_id == AGENDA, Entry.kind == ItemMoved.kind)
    return Counter(data["item_id"] for data in db.session().scalars(query))


def _filter(asked: Filter) -> Data:
    """The filter in words and codes, for the head of the document."""
    theme = db.session().get(Theme, asked.theme) if asked.theme else None
    return {"theme": theme.title if theme else "", "stage": asked.stage.value if asked.stage else "",
            "forum": asked.forum, "champions": asked.champions.value if asked.champions else "",
            "updated_since": asked.updated_since.isoformat() if asked.updated_since else "",
            "q": asked.q, "pace": asked.pace.value if asked.pace else "", "overdue": "yes" if asked.overdue else ""}


def _changes(items: Mapping[str, Data], since: date, asked: Filter) -> list[Data]:
    """What the record says of these items since a day, newest first."""
    query = select(Entry).where(Entry.stream_id == AGENDA, Entry.at >= asked.start_of(since)).order_by(Entry.seq.desc())
    found: Iterable[Entry] = db.session().scalars(query.limit(MAX_CHANGES))
    return [{"on": asked.day_of(entry.at).isoformat(), "kind": entry.kind, "stage": entry.data.get("stage", ""),
             "item": items[entry.data["item_id"]]["title"]}
            for entry in found if entry.data.get("item_id") in items]


def _score(item: Data) -> Fraction:
    """What is not rated comes last."""
    return Fraction(item["assessment"]["exact"]) if item["assessment"] else Fraction(-1)


_ORDERS: dict[Order, Callable[[Data], Any]] = {
    Order.SCORE: lambda item: (-_score(item), sort_key(item["title"])),
    Order.STAGE: lambda item: (list(Stage).index(Stage(item["stage"])), sort_key(item["title"])),
    Order.REVIEW: lambda item: (item["review_on"], sort_key(item["title"])),
    Order.UPDATED: lambda item: (-datetime.fromisoformat(item["updated_at"]).timestamp(), sort_key(item["title"])),
    Order.TITLE: lambda item: sort_key(item["title"]),
}
