"""A room with everything in it: its discussion, its proposals, its ballots."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dialogue.accounts import identity
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, Role, allows
from dialogue.core.record import Stream
from dialogue.pages import reading
from dialogue.proposals import queries as proposals
from dialogue.rooms.attendance import attendance
from dialogue.rooms.contributions.queries import Window
from dialogue.rooms.contributions.web import ANY_ID, SELECTION, offers
from dialogue.rooms.models import Access, Membership, Room
from dialogue.rooms.voices import own_place
from dialogue.votes.papers import board


def room(room_id: str) -> str:
    """The room as this reader may see it: inside, at its gate, or from the street."""
    person = identity.current_person()
    found, seq = _room(room_id)
    held, voice_id = own_place(room_id, person)
    roles = found.roles_with(person, held)
    if not found.is_seen_by(roles):
        raise NotFound()
    gate, reads = Role.INVITED in roles, found.is_read_by(roles)
    shown = _frame(found, person, roles) | {
        "gate": gate, "reads": reads, "seq": seq, "voice_id": voice_id, "membership": held}
    if not reads or gate:
        return render_template("pages/room.html", **shown)
    shown |= _inside(found, person, held, roles, voice_id)
    page = render_template("pages/room.html", **shown)
    reading.move_bookmark(person, held, shown)
    return page


def _room(room_id: str) -> tuple[Room, int]:
    """The room and the number of its last entry: what is said from here on arrives live, after it."""
    query = select(Room, Stream.seq).join(Stream, Stream.id == Room.id).options(joinedload(Room.goals))
    rows = db.session().execute(query.where(Room.id == room_id, Room.kind == "room")).unique().all()
    if not rows:
        raise NotFound()
    return rows[0][0], rows[0][1]


def _frame(room: Room, person: Person | None, roles: frozenset[Role]) -> dict[str, Any]:
    """Return what all people see who may see the room."""
    outside = roles.isdisjoint({Role.MEMBER, Role.INVITED}) and not room.is_closed
    return {"room": room, "person": person, "attendance": attendance(room),
            "manages": allows(roles, Permission.ROOM_MANAGE),
            "joinable": outside and room.access is Access.OPEN and allows(roles, Permission.ROOM_JOIN)}


def _inside(room: Room, person: Person | None, held: Membership | None, roles: frozenset[Role],
            voice_id: str | None) -> dict[str, Any]:
    """What those see who may read the room."""
    texts = proposals.in_room(room, person, roles)
    read_on = reading.reading(room, held, voice_id)
    return {
        **replace(read_on, window=_with_origins(read_on.window, texts)).shown(held),
        "links_of": offers(room, roles, voice_id), "any_id": ANY_ID, "selection": SELECTION,
        "speaks": allows(roles, Permission.CONTRIBUTION_POST) and not room.is_closed, "own_byline": read_on.window.own,
        "selects": allows(roles, Permission.PROPOSAL_DRAFT) and not room.is_closed,
        "key": secrets.token_urlsafe(12), "replied": None, "proposals": texts,
        "board": board(room, voice_id if allows(roles, Permission.BALLOT_CAST) else None,
                       has_vote=person is not None and held is not None and held.gives_vote(room, person)
                       and Role.MEMBER in roles),
        "may_open_ballot": allows(roles, Permission.BALLOT_OPEN) and not room.is_closed,
        "may_draft_outcome": allows(roles, Permission.OUTCOME_DRAFT) and not room.is_closed,
    }


def _with_origins(window: Window, texts: Iterable[Any]) -> Window:
    """The window, each contribution with those proposals it led to that this reader may see."""
    seen = {text.id: text for text in texts}
    return replace(window, shown=[
        replace(c, origins=[seen[id] for id in c.origin_of if id in seen]) for c in window.shown])
