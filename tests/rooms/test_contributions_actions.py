"""Who may do what in a discussion, and what becomes of it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from dialogue.core.record import entries
from dialogue.core.transaction import transaction
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions, queries
from dialogue.rooms.contributions.models import Contribution, ContributionSupport
from dialogue.rooms.models import Access, Membership, Room, RoomRole
from dialogue.votes import actions as votes
from dialogue.votes.rules import Choice
from tests.world import World

pytestmark = pytest.mark.each_database("posts share a commit, by upsert and row locks")

Act = Callable[[Person, Contribution], object]
AS_AUTHOR: list[Act] = [
    lambda person, said: actions.edit(person, said.id, text="Another wording"),
    lambda person, said: actions.retract(person, said.id),
]
AS_CHAIR: Act = lambda person, said: actions.hide(person, said.id, reason="Off the point")  # noqa: E731
AS_SPEAKER: list[Act] = [
    lambda person, said: actions.post(person, said.room_id, text="Hello"),
    lambda person, said: actions.support(person, said.id),
    lambda person, said: actions.withdraw_support(person, said.id),
]
EVERY_ACT = [*AS_AUTHOR, AS_CHAIR, *AS_SPEAKER]


def close(room: Room) -> None:
    """Seal the room."""
    with transaction() as tx:
        tx.fetch(Room, room.id).close(now())


def one(world: World, room: Room) -> Contribution:
    """A contribution by a participant."""
    return world.contribution(room, world.member(room))


@pytest.mark.parametrize("act", EVERY_ACT)
def test_to_a_stranger_there_is_nothing(world: World, act: Act) -> None:
    said = one(world, world.room())
    with pytest.raises(NotFound):
        act(world.person(), said)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_a_revoked_member_finds_nothing_any_more(world: World, act: Act) -> None:
    room = world.room()
    said = one(world, room)
    with pytest.raises(NotFound):
        act(world.revoked(room), said)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_who_has_not_acknowledged_the_rule_does_nothing_inside(world: World, act: Act) -> None:
    room = world.room()
    said = one(world, room)
    with pytest.raises((NotFound, NotPermitted)):
        act(world.member(room, entered=False), said)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_an_observer_only_looks(world: World, act: Act) -> None:
    room = world.room()
    said = one(world, room)
    with pytest.raises(NotPermitted):
        act(world.member(room, RoomRole.OBSERVER), said)


@pytest.mark.parametrize("act", [*AS_AUTHOR, AS_CHAIR])
def test_a_participant_cannot_change_another_persons_words(world: World, act: Act) -> None:
    room = world.room()
    said = one(world, room)
    with pytest.raises(NotPermitted):
        act(world.member(room), said)


@pytest.mark.parametrize("act", AS_AUTHOR)
def test_not_even_the_chair_edits_or_retracts_another_persons_words(world: World, act: Act) -> None:
    room = world.room()
    said = one(world, room)
    with pytest.raises(NotPermitted):
        act(world.member(room, RoomRole.CHAIR), said)


@pytest.mark.parametrize("act", [AS_CHAIR, *AS_SPEAKER])
def test_the_chair_hides_speaks_and_supports(world: World, act: Act) -> None:
    room = world.room()
    said = one(world, room)
    act(world.member(room, RoomRole.CHAIR), said)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_in_a_closed_room_nothing_changes_any_more(world: World, act: Act) -> None:
    room = world.room()
    author = world.member(room, RoomRole.CHAIR)
    said = world.contribution(room, author)
    close(room)
    with pytest.raises(Conflict):
        act(author, said)


def test_in_an_open_room_a_reader_without_a_place_may_not_speak(world: World) -> None:
    room = world.room(access=Access.OPEN)
    said = one(world, room)
    with pytest.raises(NotPermitted):
        actions.post(world.person(), said.room_id, text="Hello")


def test_the_same_key_says_the_same_thing_once(world: World) -> None:
    room = world.room()
    person = world.member(room)
    first = actions.post(person, room.id, text="Once", key="k1")
    again = actions.post(person, room.id, text="Once", key="k1")
    assert again.id == first.id
    assert len(db.session().scalars(select(Contribution)).all()) == 1


def test_a_used_key_says_nothing_else(world: World) -> None:
    room = world.room()
    person = world.member(room)
    actions.post(person, room.id, text="Once", key="k1")
    with pytest.raises(Conflict):
        actions.post(person, room.id, text="Something else", key="k1")


def test_a_key_that_was_used_for_another_deed_says_nothing_and_spoils_nobodys_words(world: World) -> None:
    room = world.room()
    chair, person = world.member(room, RoomRole.CHAIR), world.member(room)
    ballot = world.ballot(room, chair)
    votes.cast(person, ballot.id, choice=Choice.YES, key="k1")
    with pytest.raises(Conflict, match="another content"):
        actions.post(person, room.id, text="Once", key="k1")


def test_twenty_presses_at_once_say_it_once(world: World) -> None:
    room = world.room()
    person = world.member(room)
    db.release()
    ids: list[str] = []

    def press() -> None:
        ids.append(actions.post(person, room.id, text="Once", key="k1").id)
        db.release()

    together([press] * 20)
    assert len(ids) == 20
    assert len(set(ids)) == 1


def test_supporting_at_once_counts_each_voice_once(world: World) -> None:
    room = world.room()
    said = one(world, room)
    people = [world.member(room) for _ in range(4)]
    db.release()

    def press(person: Person) -> Callable[[], None]:
        def deed() -> None:
            actions.support(person, said.id)
            db.release()
        return deed

    together([press(person) for person in people for _ in range(5)])
    assert reread(said).supports == 4
    assert len(db.session().scalars(select(ContributionSupport)).all()) == 4


def together(deeds: list[Callable[[], None]]) -> None:
    """Do all of it at the same time."""
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def reread(said: Contribution) -> Contribution:
    """The contribution as the database has it."""
    (id,) = inspect(said).identity or (None,)
    db.release()
    found = db.session().get(Contribution, id)
    assert found is not None
    return found


def test_support_taken_back_is_gone_and_a_second_time_changes_nothing(world: World) -> None:
    room = world.room()
    said = one(world, room)
    person = world.member(room)
    actions.support(person, said.id)
    for _ in range(2):
        actions.withdraw_support(person, said.id)
    assert reread(said).supports == 0
    assert [e.kind for e in entries(room.id, after=0)].count("contribution.supported") == 2


def test_a_reply_goes_to_something_in_the_same_room(world: World) -> None:
    room, elsewhere = world.room(), world.room()
    person = world.member(room)
    foreign = one(world, elsewhere)
    with pytest.raises(Invalid):
        actions.post(person, room.id, text="To you", reply_to=foreign.id)
    mine = actions.post(person, room.id, text="To me")
    assert world.contribution(room, person, "Indeed", reply_to=mine.id).reply_to_id == mine.id


def stored() -> dict[str, list[Any]]:
    """Everything the database holds, by table."""
    return {table.name: list(db.session().execute(select(table))) for table in db.Base.metadata.sorted_tables}


def test_the_earlier_wordings_stay_readable(world: World) -> None:
    room = world.room()
    person = world.member(room)
    said = world.contribution(room, person, "One")
    for wording in ("Two", "Three", "Three"):
        actions.edit(person, said.id, text=wording)
    versions = queries.history(reread(said))
    assert [v.html for v in versions] == ['<p dir="auto">One</p>', '<p dir="auto">Two</p>']
    assert reread(said).html == '<p dir="auto">Three</p>'


def test_what_was_taken_back_is_nowhere_in_the_database(world: World) -> None:
    room = world.room()
    person = world.member(room)
    said = world.contribution(room, person, "Zanzibarian secret")
    actions.edit(person, said.id, text="Zanzibarian secret, mended")
    actions.retract(person, said.id)
    assert not [table for table, rows in stored().items() if "Zanzibarian" in str(rows)]
    with pytest.raises(NotFound):
        queries.history(reread(said))


@pytest.mark.parametrize("act", [*AS_AUTHOR, AS_SPEAKER[1]])
def test_what_was_taken_back_stays_taken_back(world: World, act: Act) -> None:
    room = world.room()
    person = world.member(room)
    said = world.contribution(room, person)
    actions.retract(person, said.id)
    with pytest.raises(Conflict):
        act(person, said)


def test_a_hidden_text_is_not_read_but_its_reason_is(world: World) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room), "Rude words")
    actions.hide(world.member(room, RoomRole.CHAIR), said.id, reason="Rude")
    shown = queries.window(room, None).shown[0]
    assert (shown.html, shown.hidden_reason) == ("", "Rude")


def test_a_bookmark_moves_on_but_never_back(world: World) -> None:
    room = world.room()
    person = world.member(room)
    for reader, seq in ((person, 7), (person, 3), (world.member(world.room()), 9)):
        actions.mark_read(reader, room.id, seq=seq)
    db.release()
    held = db.session().get(Room, room.id).membership_of(person)  # type: ignore[union-attr]
    assert held is not None
    assert held.read_seq == 7


def test_a_bookmark_stays_where_the_reader_left(world: World) -> None:
    room = world.room()
    person = world.member(room)
    rooms.leave(person, room.id)
    actions.mark_read(person, room.id, seq=7)
    db.release()
    left = db.session().scalars(select(Membership).where(Membership.person_id == person.id)).one()
    assert left.read_seq < 7


@pytest.mark.parametrize("rule", [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED])
def test_who_spoke_stands_only_where_identities_are_kept(world: World, rule: AttributionRule) -> None:
    room = world.room(rule)
    person = world.member(room, name="Nobody May Know")
    said = world.contribution(room, person)
    actions.edit(person, said.id, text="Again")
    actions.support(person, said.id)
    holding = {table for table, rows in stored().items() if any(person.id in map(str, row) for row in rows)}
    assert holding == {"person", "membership", "voice_identity"} | ({"entry"} & holding)
    room_entries = [e.data for e in entries(room.id, after=0)]
    assert person.id not in str(room_entries)


def test_a_refusal_leaves_no_entry(world: World) -> None:
    room = world.room()
    said = one(world, room)
    before = len(entries(room.id, after=0))
    with pytest.raises(DomainError):
        actions.edit(world.convenor, said.id, text="No")
    assert len(entries(room.id, after=0)) == before
