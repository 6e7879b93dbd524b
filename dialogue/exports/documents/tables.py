"""The agenda and an outcome as rows for a spreadsheet. Column names are for programs and are never translated."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any


class Id(str):
    """A public id of ours, which programs compare: a guard against formulas would make it another."""

    __slots__ = ()


Cell = str | int | float | Decimal | date | None
Data = dict[str, Any]
Rows = Iterator[tuple[Cell, ...]]

ITEMS = ("id", "title", "theme", "stage", "forum", "pace", "legal_route", "score", "urgency", "feasibility", "cost",
         "raters", "champions", "milestones", "milestones_met", "milestones_overdue", "next_due", "review_on",
         "updated_on", "outcomes", "problem", "goal", "url")
MILESTONES = ("id", "item_id", "item", "theme", "statement", "due", "owner", "status", "overdue", "evidence", "url")
# After the columns of the United Nations Digital Library's voting data, with what a rule and a roll add.
FIGURES = ("resolution", "title", "date", "modality", "question", "rule", "group", "yes", "no", "abstention",
           "non_voting", "total", "quorum_needed", "quorum_met", "verdict", "withheld",
           "url", "guest_votes", "reveals")


def items(data: Data) -> Rows:
    """A row for each item, in the order asked for."""
    for item in data["items"]:
        yield (Id(item["id"]), item["title"], item["theme"], item["stage"], item["forum"], item["pace"], item["route"],
               *_rated(item["assessment"]), "; ".join(c["name"] for c in item["champions"]), *_due(item),
               item["review_on"], item["updated_on"], "; ".join(o["symbol"] for o in item["outcomes"]),
               item["problem"], item["goal"], item["url"])


def _rated(made: Data | None) -> tuple[Cell, ...]:
    if made is None:
        return (None, None, None, None, 0)
    return (*(float(made[name]) for name in ("score", "urgency", "feasibility", "cost")), made["raters"])


def _due(item: Data) -> tuple[Cell, ...]:
    """How many milestones, how many met, how many overdue, and the next day that is still open."""
    steps = item["milestones"]
    waiting = [m["due"] for m in steps if m["status"] in ("on_track", "at_risk") and not m["overdue"]]
    met = sum(m["status"] == "met" for m in steps)
    return len(steps), met, sum(m["overdue"] for m in steps), min(waiting, default=None)


def milestones(data: Data) -> Rows:
    """A row for each milestone, by day."""
    pairs = ((m, item) for item in data["items"] for m in item["milestones"])
    for m, item in sorted(pairs, key=lambda pair: (pair[0]["due"], pair[0]["id"])):
        evidence = "; ".join(e["url"] or e["note"] for e in m["evidence"])
        yield (Id(m["id"]), Id(item["id"]), item["title"], item["theme"], m["statement"], m["due"], m["owner"],
               m["status"], "yes" if m["overdue"] else "no", evidence, m["url"])


def figures(data: Data) -> Rows:
    """The vote as a whole, then by actor set as it was published; withheld rows have no figures."""
    decision = data["decision"]
    counted, quorum, last = decision["figures"], decision["quorum"], (decision["guest_votes"], decision["reveals"])
    head = (data["symbol"], data["title"], decision["closed_on"], decision["visibility"], decision["question"],
            decision["rule"])
    yield (*head, "all", *_counted(counted), counted["not_voting"], counted["eligible"], quorum["needed"],
           "yes" if quorum["met"] else "no", data["verdict"], "no", data["url"], *last)
    by_set = decision["by_set"] or {"rows": {}, "remainder": None}
    for group, cells in by_set["rows"].items():
        yield (*head, group, *_counted(cells), *[None] * 5, "no" if cells else "yes", data["url"], *last)
    if by_set["remainder"]:
        yield (*head, "withheld_together", *_counted(by_set["remainder"]), *[None] * 5, "no", data["url"], *last)


def _counted(cells: Data | None) -> tuple[Cell, ...]:
    return (cells["yes"], cells["no"], cells["abstain"]) if cells else (None, None, None)
