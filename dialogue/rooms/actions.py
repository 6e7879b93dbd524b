"""What changes themes, rooms and places."""

from collections.abc import Sequence
from datetime import date

from dialogue.accounts.models import Person
from dialogue.core import richtext
from dialogue.core.attribution import AttributionRule, Capacity
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE, Stream
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms.events import MemberJoined, MemberRemoved, RoomOpened, ThemeAdded
from dialogue.rooms.models import Access, Goal, Membership, Room, RoomRole, Theme
from dialogue.rooms.voices import give_voice

MOST_GOALS = 3
VOTING_ROLES = frozenset({RoomRole.PARTICIPANT, RoomRole.GUEST})


def add_theme(person: Person, *, title: str, description: str = "") -> Theme:
    """Add a thematic priority."""
    html = richtext.render(description)
    with transaction() as tx:
        permit(person, Permission.THEME_EDIT)
        theme = Theme(title=title, description=description, html=html, created_at=now())
        tx.add(theme)
        tx.record(ThemeAdded(stream_id=HOUSE, theme_id=theme.id))
    return theme


def open_room(person: Person, *, theme_id: str, title: str, purpose: str = "", attribution: AttributionRule,
              access: Access, goals: Sequence[tuple[str, str, date | None]]) -> Room:
    """Open a dialogue room with one to three goals, each (text, owner, due)."""
    if not 1 <= len(goals) <= MOST_GOALS:
        raise Invalid("goals", _("Give one to three achievable goals."))
    with transaction() as tx:
        permit(person, Permission.ROOM_CREATE)
        tx.fetch(Theme, theme_id)
        room = Room(id=new_id(), theme_id=theme_id, title=title, purpose=purpose, attribution=attribution,
                    access=access, created_at=now())
        tx.add(Stream(id=room.id))
        tx.add(room)
        tx.add(*(Goal(room_id=room.id, position=n, text=text, owner=owner, due=due)
                 for n, (text, owner, due) in enumerate(goals, 1)))
        tx.record(RoomOpened(stream_id=room.id, room_id=room.id))
    return room


def join(person: Person, room_id: str) -> Membership:
    """Take a participant's place in an open room."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_JOIN, room)
        room.refuse_if_closed()
        if room.access is not Access.OPEN or room.kind != "room":
            raise Conflict(_("Places in this room are by invitation."))
        return place(tx, room, person, role=RoomRole.PARTICIPANT)


def give_place(person: Person, room_id: str, *, to: str, role: RoomRole, actor_id: str | None = None,
               capacity: Capacity = Capacity.PERSONAL, may_vote: bool | None = None) -> Membership:
    """Give somebody with an account a place, as convenor or chair."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.refuse_if_closed()
        return place(tx, room, tx.fetch(Person, to), role=role, actor_id=actor_id, capacity=capacity,
                     may_vote=may_vote)


def place(tx: Transaction, room: Room, person: Person, *, role: RoomRole, actor_id: str | None = None,
          capacity: Capacity | None = None, may_vote: bool | None = None) -> Membership:
    """Within an open transaction: give the person a place and a voice; an ended place is taken up again."""
    held = tx.session.get(Membership, (room.id, person.id))
    if held is not None and held.ended_at is None:
        raise Conflict(_("This person has a place here already."))
    if held is None:
        held = Membership(room_id=room.id, person_id=person.id)
        tx.session.add(held)
    held.role, held.joined_at, held.ended_at, held.acknowledged = role, now(), None, None
    held.actor_id = actor_id or person.actor_id
    held.capacity = capacity or person.capacity
    held.may_vote = role in VOTING_ROLES if may_vote is None else may_vote
    voice = give_voice(tx.session, room.id, person.id)
    tx.record(MemberJoined(stream_id=room.id, voice_id=voice.id))
    return held


def acknowledge(person: Person, room_id: str, *, rule: AttributionRule) -> Membership:
    """Enter the room under its attribution rule, as the person read it."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_ENTER, room)
        if rule is not room.attribution:
            raise Conflict(_("The attribution rule changed. Read it again before you enter."))
        held = room.membership_of(person)
        if held is None:
            raise Conflict(_("Your place here has ended."))
        held.acknowledge(rule)
    return held


def remove(person: Person, room_id: str, *, member_id: str) -> Membership:
    """Take somebody's place away."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        held = room.membership_of(tx.fetch(Person, member_id))
        if held is None:
            raise Conflict(_("This person's place has already ended."))
        held.end(now())
        voice = give_voice(tx.session, room.id, member_id)
        tx.record(MemberRemoved(stream_id=room.id, voice_id=voice.id))
    return held
