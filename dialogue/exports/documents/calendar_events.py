"""The agenda's days as calendar entries: when milestones are due and items are looked at again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dialogue.exports.documents.locale import DocumentLocale

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something due on a day.

    `uid` never changes; `sequence` rises with every change, so that a program which has the event already
    takes the newer one; `updated_at` (aware) is when the data last changed, not when the file was written.
    """

    uid: str
    title: str
    on: date
    description: str
    url: str
    sequence: int
    updated_at: datetime
    cancelled: bool = False


def events(data: Data, say: DocumentLocale) -> Iterator[Event]:
    """An entry for each milestone and each review. The milestones of a parked item are cancelled, so that
    calendars that have them drop them; its review stays, since that is the day on which it is looked at again.

    The identifiers are for good. The sequence rises with each change of the thing itself and with each move of
    its item to another stage, since a move may cancel an entry or bring it back.
    """
    for item in data["items"]:
        yield Event(f"review-{item['id']}@dialogue", say("review_event", title=item["title"]),
                    date.fromisoformat(item["review_on"]), item["stage_note"], item["url"],
                    item["revision"] + item["moves"],
                    datetime.fromisoformat(item["updated_at"]))
        for milestone in item["milestones"]:
            yield _due(milestone, item, say)


def _due(milestone: Data, item: Data, say: DocumentLocale) -> Event:
    told = say("colon", label=item["title"], value=say.of("status", milestone["status"]))
    changed = max(datetime.fromisoformat(thing["updated_at"]) for thing in (milestone, item))
    return Event(f"milestone-{milestone['id']}@dialogue", say("due_event", statement=milestone["statement"]),
                 date.fromisoformat(milestone["due"]), told, milestone["url"],
                 milestone["sequence"] + item["moves"], changed, cancelled=item["stage"] == "parked")
