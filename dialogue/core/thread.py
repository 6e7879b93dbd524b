"""The thread: typed links between things of any noun, walkable in both directions.

contribution → proposal → ballot → outcome → agenda item → milestone → evidence. Links are written in the
transaction of the deed that makes them and are never dropped.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Index, String, select, tuple_
from sqlalchemy.orm import Mapped, aliased, mapped_column

from dialogue.core import db
from dialogue.core.application import PerApp
from dialogue.core.clock import now
from dialogue.core.transaction import Transaction


class Link(StrEnum):
    """How one thing came from another."""

    ORIGINATES = "originates"  # contribution or question → proposal
    DECIDES = "decides"  # proposal → ballot
    RECORDS = "records"  # ballot → outcome
    CITES = "cites"  # contribution or question → outcome
    BECOMES = "becomes"  # outcome → agenda item
    TRACKS = "tracks"  # agenda item → milestone
    EVIDENCES = "evidences"  # milestone → evidence
    MERGED_INTO = "merged_into"


class Ref(NamedTuple):
    """A thing of any noun: its kind and its id."""

    kind: str
    id: str


class ThreadLink(db.Base):
    """One step of the thread, from the earlier thing to the later one."""

    __tablename__ = "thread_link"
    earlier_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    earlier_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    later_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    later_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    link: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    __table_args__ = (Index("ix_thread_link_later", "later_kind", "later_id"),)


@dataclass(frozen=True)
class Node:
    """How a thing shows itself to one reader. A hidden one has no title and no address."""

    ref: Ref
    title: str = ""
    address: str = ""
    state: str = ""
    hidden: bool = False


Presenter = Callable[[list[str], Any], Mapping[str, Node]]
_presenters = PerApp(dict[str, Presenter])
ORDER = ("contribution", "question", "proposal", "ballot", "outcome", "agenda_item", "milestone", "evidence")


def shows(kind: str, presenter: Presenter) -> None:
    """Register how a noun's things present themselves: `(ids, reader) -> {id: Node}`, unseen ones left out."""
    _presenters()[kind] = presenter


def relate(tx: Transaction, earlier: Ref, link: Link, later: Ref) -> None:
    """Tie the later thing to the earlier one it came from; once."""
    if tx.session.get(ThreadLink, (earlier.kind, earlier.id, later.kind, later.id)) is None:
        tx.add(ThreadLink(earlier_kind=earlier.kind, earlier_id=earlier.id, later_kind=later.kind,
                          later_id=later.id, link=link, at=now()))


def walk(start: Ref, reader: Any) -> dict[str, list[Node]]:
    """Everything the thing came from and everything that came of it, by kind in the order of the story."""
    return _in_order(reached(start), reader)


def reached(start: Ref) -> set[Ref]:
    """The same as ids, the thing itself included: for pages that know already how most of them show themselves."""
    return {start, *_steps(start, back=True), *_steps(start, back=False)}


def walk_back(start: Ref, reader: Any) -> dict[str, list[Node]]:
    """What the thing came from, without itself: for pages that hold all that came of it already."""
    return _in_order(set(_steps(start, back=True)), reader)


def _in_order(found: set[Ref], reader: Any) -> dict[str, list[Node]]:
    nodes = present(found, reader)
    return {kind: [nodes[r] for r in sorted(found) if r.kind == kind] for kind in ORDER
            if any(r.kind == kind for r in found)}


def beside(things: Iterable[Ref], *, back: bool) -> dict[Ref, list[tuple[Link, Ref]]]:
    """The direct neighbours of many things at once, earlier ones if `back`."""
    wanted = list(things)
    near, far = ("later", "earlier") if back else ("earlier", "later")
    columns = [getattr(ThreadLink, f"{side}_{part}") for side in (near, far) for part in ("kind", "id")]
    query = select(*columns, ThreadLink.link).where(tuple_(columns[0], columns[1]).in_(wanted))
    result: dict[Ref, list[tuple[Link, Ref]]] = {}
    for row in db.session().execute(query.order_by(ThreadLink.at)):
        result.setdefault(Ref(row[0], row[1]), []).append((Link(row[4]), Ref(row[2], row[3])))
    return result


def present(refs: Iterable[Ref], reader: Any) -> dict[Ref, Node]:
    """Each thing as this reader may see it; one query a kind."""
    by_kind: dict[str, list[str]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, []).append(ref.id)
    shown: dict[Ref, Node] = {}
    for kind, ids in by_kind.items():
        seen = _presenters()[kind](ids, reader)
        shown.update({Ref(kind, id): seen.get(id) or Node(Ref(kind, id), hidden=True) for id in ids})
    return shown


def _steps(start: Ref, *, back: bool) -> list[Ref]:
    """All things reached from `start` in one direction, by one recursive query."""
    near, far = ("later", "earlier") if back else ("earlier", "later")

    def columns(table: Any, side: str) -> tuple[Any, Any]:
        return getattr(table, f"{side}_kind"), getattr(table, f"{side}_id")

    kind, id = columns(ThreadLink, far)
    first = select(kind.label("kind"), id.label("id")).where(
        columns(ThreadLink, near)[0] == start.kind, columns(ThreadLink, near)[1] == start.id)
    reached = first.cte("reached", recursive=True)
    step = aliased(ThreadLink)
    onward = select(*columns(step, far)).where(
        columns(step, near)[0] == reached.c.kind, columns(step, near)[1] == reached.c.id)
    # UNION, not UNION ALL: a circle of merges must end.
    return [Ref(*row) for row in db.session().execute(select(reached.union(onward)))]
