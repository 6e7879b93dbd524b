"""Where a reader goes on in a discussion: the window to open, the line before the first unread, the bookmark."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request

from dialogue.accounts.models import Person
from dialogue.core import inputs, paging
from dialogue.core.errors import Invalid
from dialogue.rooms.contributions import actions, queries
from dialogue.rooms.contributions.queries import Window
from dialogue.rooms.models import Membership, Room

# Written by static/src/core/bookmark.js, which tells what was in the viewport; the longer name over HTTPS.
VIEWPORT_COOKIES = frozenset({"bookmark", "__Host-bookmark"})


@dataclass(frozen=True)
class Reading:
    """The window a reader opens and where they had read to; `first_unread` is a seq."""

    window: Window
    read: int
    first_unread: int | None

    @property
    def is_cut_off(self) -> bool:
        """Whether unread contributions stand before the window."""
        return self.first_unread is not None and self.first_unread < self.window.first_seq

    def shown(self, held: Membership | None) -> dict[str, Any]:
        """What the template shows of it. `bookmark` is where the browser reads on from; none while it must not move."""
        here = next((c.seq for c in self.window.shown if c.seq == self.first_unread), None)
        reads_on = held is not None and not self.is_cut_off
        return {"window": self.window, "first_unread_seq": here, "is_cut_off": self.is_cut_off,
                "bookmark": (self.read or max(self.window.first_seq - 1, 0)) if reads_on else None}


def reading(room: Room, held: Membership | None, voice_id: str | None) -> Reading:
    """The window the address asks for; otherwise the newest one, or the one that begins at the first unread."""
    read = held.read_seq if held else 0
    first, is_far = queries.first_unread(room, voice_id, after=read) if read else (None, False)
    before, after, at = _number(paging.before), _number(paging.after), request.args.get("at") or None
    asked = at is not None or before is not None or after is not None or "newest" in request.args
    if first is not None and is_far and not asked:
        after = first - 1
    return Reading(queries.window(room, voice_id, before=before, after=after, at=at), read, first)


def move_bookmark(person: Person | None, held: Membership | None, shown: dict[str, Any]) -> None:
    """Count the whole page as read, where no script tells what of it was in the viewport; not past unread ones."""
    last = shown["window"].last_seq
    if person and held and not shown["is_cut_off"] and last > held.read_seq and (
            not VIEWPORT_COOKIES & request.cookies.keys()):
        actions.mark_read(person, held.room_id, seq=last)


def _number(read: Callable[[inputs.Form], int | None]) -> int | None:
    """The number of an entry in the address; what is none is as if it were not there."""
    try:
        return read(request.args)
    except Invalid:
        return None
