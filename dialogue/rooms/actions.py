"""What changes themes, rooms and places."""

from collections.abc import Sequence
from datetime import date

from dialogue.accounts.claims.actions import Standing, confer, of_account
from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule, Capacity
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import answer, answered, fingerprint
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import Stream
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms.events import MemberJoined, MemberLeft, MemberRemoved, PlaceChanged, RoomOpened
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, Goal, Membership, Room, RoomRole, Theme
from dialogue.rooms.tracks.keeping import keep
from dialogue.rooms.voices import give_voice

MAX_GOALS = 3
GoalText = tuple[str, str, date | None]


def open_room(person: Person, *, theme_id: str, title: str, purpose: str = "", attribution: AttributionRule,
              access: Access, goals: Sequence[GoalText], own_role: RoomRole | None = None,
              key: str | None = None) -> Room:
    """Open a dialogue room with one to three goals, each (text, owner, due). The same key opens it once.

    `own_role` gives the maker a place in it at once, under the rule the maker chose.
    """
    refuse_unless_achievable(goals)
    asked = fingerprint("room", theme_id, title, purpose, attribution, access, goals, own_role)
    with transaction() as tx:
        permit(person, Permission.ROOM_CREATE)
        if earlier := answered(tx, person.id, key, asked):
            return tx.fetch(Room, earlier)
        tx.fetch(Theme, theme_id)
        room = Room(id=new_id(), theme_id=theme_id, title=title, purpose=purpose, attribution=attribution,
                    access=access, created_at=now())
        tx.add(Stream(id=room.id))
        tx.add(room, *numbered(room.id, goals))
        answer(tx, person.id, key, asked, room.id)
        tx.record(RoomOpened(stream_id=room.id, room_id=room.id))
        if own_role is not None:
            place(tx, room, person, role=own_role).acknowledge(attribution)
    return room


def refuse_unless_achievable(goals: Sequence[GoalText]) -> None:
    """Raise Invalid unless there are one to three goals: more would not be reached."""
    if not 1 <= len(goals) <= MAX_GOALS:
        raise Invalid("goals", _("Give one to three achievable goals."))


def numbered(room_id: str, goals: Sequence[GoalText]) -> list[Goal]:
    """The goals as rows, in their order."""
    return [Goal(room_id=room_id, position=n, text=text, owner=owner, due=due)
            for n, (text, owner, due) in enumerate(goals, 1)]


def join(person: Person, room_id: str) -> Membership:
    """Take a participant's place in an open room, or come back to the one that was given up."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_JOIN, room)
        room.refuse_if_closed()
        if room.access is not Access.OPEN or room.kind != "room":
            raise Conflict(_("Places in this room are by invitation."))
        left = tx.session.get(Membership, (room.id, person.id), populate_existing=True)
        return _come_back(tx, room, person, left) if left else place(tx, room, person, role=RoomRole.PARTICIPANT)


def _come_back(tx: Transaction, room: Room, person: Person, left: Membership) -> Membership:
    """Take the place up again as it was, but for an office. Raises Conflict for a person removed by a chair."""
    if left.ended_at is not None and not left.left_freely:
        raise Conflict(_("Your place here has ended. Ask a chair for a new one."))
    role = left.role if left.role is RoomRole.OBSERVER else RoomRole.PARTICIPANT
    may_vote = left.may_vote and role is not RoomRole.OBSERVER
    return place(tx, room, person, role=role, actor_id=left.actor_id, capacity=left.capacity, may_vote=may_vote)


def give_place(person: Person, room_id: str, *, to: str, role: RoomRole, actor_id: str | None = None,
               capacity: Capacity | None = None, may_vote: bool | None = None) -> Membership:
    """Give an account holder a place, as convenor or chair. Who may not vouch for the actor proposes it."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.refuse_if_closed()
        other = tx.fetch(Person, to)
        given = of_account(other)
        if actor_id:
            wanted = Standing(actor_id, capacity or other.capacity)
            given = confer(tx, person, other, wanted, held=given, stream_id=room.id)
        return place(tx, room, other, role=role, actor_id=given.actor_id, capacity=given.capacity, may_vote=may_vote)


def place(tx: Transaction, room: Room, person: Person, *, role: RoomRole, actor_id: str | None = None,
          capacity: Capacity | None = None, may_vote: bool | None = None) -> Membership:
    """Within an open transaction: give the person a place and a voice; an ended place is taken up again.

    The vote is the role's own unless `may_vote` says otherwise (a guest is verified for it, see halls/guests).
    """
    room.refuse_rehearsing(person)
    _refuse_role(person, role)
    votes = role.vote(may_vote)
    held = tx.session.get(Membership, (room.id, person.id))
    if held is not None and held.ended_at is None:
        raise Conflict(_("This person has a place here already."))
    if held is None:
        held = Membership(room_id=room.id, person_id=person.id)
        tx.session.add(held)
    held.role, held.joined_at, held.ended_at, held.acknowledged = role, now(), None, None
    held.left_freely, held.verified_by = False, None
    held.actor_id = actor_id or person.actor_id
    held.capacity = (capacity or person.capacity) if held.actor_id else Capacity.PERSONAL
    held.may_vote = votes
    give_voice(tx.session, room.id, person.id)
    keep(tx, room)
    tx.record(MemberJoined(stream_id=room.id))
    return held


def _refuse_role(person: Person, role: RoomRole) -> None:
    """Raise Invalid where an account holder would be a guest: guests have no account."""
    if role is RoomRole.GUEST and not person.is_guest:
        raise Invalid("role", _("A guest has no account. Choose another role for an account holder."))


def change_place(person: Person, room_id: str, *, member_id: str, role: RoomRole, actor_id: str | None,
                 capacity: Capacity, may_vote: bool | None) -> Membership:
    """Change a place's role, actor, capacity and right to vote. Rolls already frozen stay as they are.

    The vote follows the role where `may_vote` is None; a guest keeps the vote that the room's measure gave.
    Who may not vouch for another actor, or for a higher capacity, proposes it: the place keeps what it holds.
    """
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.refuse_if_closed()
        held = _held(tx, room, member_id)
        other = tx.fetch(Person, member_id)
        _refuse_role(other, role)
        _set_vote(room, held, other, role=role, may_vote=may_vote)
        held.role = role
        held.actor_id, held.capacity = confer(
            tx, person, other, Standing(actor_id, capacity),
            held=Standing(held.actor_id, held.capacity), stream_id=room.id)
        keep(tx, room)
        tx.record(PlaceChanged(stream_id=room.id))
    return held


def _set_vote(room: Room, held: Membership, person: Person, *, role: RoomRole, may_vote: bool | None) -> None:
    """Give or take the right to vote. A guest gets one here by check-in at the door alone. Raises Invalid."""
    if may_vote is None and person.is_guest:
        may_vote = held.gives_vote(room, person) and role is not RoomRole.OBSERVER
    may_vote = role.vote(may_vote)
    if may_vote and person.is_guest and not held.gives_vote(room, person):
        if room.guest_votes is not GuestVotes.DOOR:
            raise Invalid("may_vote", _("This guest has no vote by the measure a convenor chose for guests here."))
        held.verified_by = GuestVotes.DOOR
    held.may_vote = may_vote


def acknowledge(person: Person, room_id: str, *, rule: AttributionRule) -> Membership:
    """Enter the room under its attribution rule, as the person read it."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_ENTER, room)
        if rule is not room.attribution:
            raise Conflict(_("The attribution rule changed. Read it again before you enter."))
        held = _held(tx, room, person.id)
        held.acknowledge(rule)
    return held


def leave(person: Person, room_id: str) -> Membership:
    """Give one's own place up."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_ENTER, room)
        held = _held(tx, room, person.id)
        held.leave(now())
        keep(tx, room)
        tx.record(MemberLeft(stream_id=room.id))
    return held


def remove(person: Person, room_id: str, *, member_id: str) -> Membership:
    """Revoke a person's place."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        held = _held(tx, room, member_id)
        held.end(now())
        keep(tx, room)
        tx.record(MemberRemoved(stream_id=room.id))
    return held


def _held(tx: Transaction, room: Room, person_id: str) -> Membership:
    held = room.membership_of(tx.fetch(Person, person_id))
    if held is None:
        raise Conflict(_("This person's place has ended."))
    return held
