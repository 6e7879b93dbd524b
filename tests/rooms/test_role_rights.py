"""A role's rights follow the role: who only reads along has no vote, however the place came about."""

import re
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from dialogue.accounts.invitations.actions import redeem
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import Capacity
from dialogue.core.errors import Invalid
from dialogue.halls.guests import actions as guests
from dialogue.rooms import actions
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, Membership, PlaceOffer, Room, RoomRole
from dialogue.rooms.people import actions as people
from dialogue.rooms.voices import electorate
from tests.world import World

VOTES = [(RoomRole.OBSERVER, False), (RoomRole.PARTICIPANT, True), (RoomRole.CHAIR, False),
         (RoomRole.CO_CHAIR, False), (RoomRole.RAPPORTEUR, False)]


def held(room: Room, person: Person) -> Membership:
    """The place as it is stored."""
    with Session(db.engine(), expire_on_commit=False) as own:
        return own.get_one(Membership, (room.id, person.id))


@pytest.mark.parametrize(("role", "votes"), VOTES)
def test_a_place_has_the_vote_of_its_role_unless_the_form_says_otherwise(
        world: World, role: RoomRole, votes: bool) -> None:
    room, person = world.room(), world.person()
    browser = world.browser(world.convenor)
    answer = browser.post(f"/rooms/{room.id}/people/add", email=person.email, role=role.value, may_vote="role")
    assert answer.status_code == 302
    assert held(room, person).may_vote is votes


@pytest.mark.parametrize(("role", "votes"), VOTES)
def test_an_invitation_carries_the_vote_of_its_role(world: World, role: RoomRole, votes: bool) -> None:
    room = world.room()
    answer = world.browser(world.convenor).post(f"/rooms/{room.id}/invite", role=role.value, days="7", key="k")
    assert answer.status_code == 200
    with Session(db.engine()) as own:
        assert own.query(PlaceOffer).one().may_vote is votes


@pytest.mark.parametrize("page", ["people/add", "invite"])
def test_the_forms_offer_the_vote_of_the_role(world: World, page: str) -> None:
    text = world.browser(world.convenor).get(f"/rooms/{world.room().id}/{page}").text
    assert re.search(r'name="may_vote" value="role"[^>]* checked', text)


@pytest.mark.parametrize("page", ["people/add", "invite", "place"])
def test_an_observer_with_a_vote_is_refused_at_the_field(world: World, page: str) -> None:
    room, person = world.room(), world.person()
    member = world.member(room)
    address = f"people/{member.id}" if page == "place" else page
    answer = world.browser(world.convenor).post(
        f"/rooms/{room.id}/{address}", email=person.email, role="observer", may_vote="1", days="7", key="k")
    assert answer.status_code == 422
    assert 'id="field-may_vote-error"' in answer.text
    assert "An observer reads along and has no vote." in answer.text
    assert held(room, member).role is RoomRole.PARTICIPANT


def test_the_actions_refuse_an_observer_with_a_vote(world: World) -> None:
    room = world.room()
    person, member = world.person(), world.member(room)
    deeds: list[Any] = [
        lambda: actions.give_place(world.convenor, room.id, to=person.id, role=RoomRole.OBSERVER, may_vote=True),
        lambda: actions.change_place(world.convenor, room.id, member_id=member.id, role=RoomRole.OBSERVER,
                                     actor_id=None, capacity=Capacity.PERSONAL, may_vote=True),
        lambda: people.invite(world.convenor, room.id, people.Guest(), role=RoomRole.OBSERVER, may_vote=True, key="k"),
    ]
    for deed in deeds:
        with pytest.raises(Invalid) as refused:
            deed()
        assert refused.value.field == "may_vote"


def test_a_member_who_becomes_an_observer_loses_the_vote(world: World) -> None:
    room = world.room()
    member = world.member(room)
    browser = world.browser(world.convenor)
    page = browser.get(f"/rooms/{room.id}/people/{member.id}").text
    assert re.search(r'name="may_vote" value="role"[^>]* checked', page)
    browser.post(f"/rooms/{room.id}/people/{member.id}", role="observer", may_vote="role")
    assert (held(room, member).role, held(room, member).may_vote) == (RoomRole.OBSERVER, False)


def test_a_vote_that_differs_from_the_role_stays_as_it_was_chosen(world: World) -> None:
    room = world.room()
    chair, silent = world.member(room, RoomRole.CHAIR, may_vote=True), world.member(room, may_vote=False)
    browser = world.browser(world.convenor)
    for person, value in ((chair, "1"), (silent, "0")):
        page = browser.get(f"/rooms/{room.id}/people/{person.id}").text
        assert re.search(rf'name="may_vote" value="{value}"[^>]* checked', page)


@pytest.mark.parametrize("role", [RoomRole.OBSERVER])
def test_an_observer_stored_with_a_vote_is_on_no_roll(world: World, role: RoomRole) -> None:
    room = world.room()
    voter, observer = world.member(room), world.member(room, role)
    with Session(db.engine()) as own:
        own.execute(update(Membership).where(Membership.person_id == observer.id).values(may_vote=True))
        own.commit()
    assert len(electorate(room)) == 1
    page = world.browser(world.convenor).get(f"/rooms/{room.id}/people").text
    assert len(re.findall(r'data-label="Votes">yes', page)) == 1
    assert voter.id in page


def test_an_offer_stored_with_an_observers_vote_gives_a_place_without_one(world: World) -> None:
    room, person = world.room(), world.person()
    made, secret = people.invite(world.convenor, room.id, people.Guest(), role=RoomRole.OBSERVER, may_vote=None,
                                 key="k")
    with Session(db.engine()) as own:
        own.execute(update(PlaceOffer).where(PlaceOffer.invitation_id == made.id).values(may_vote=True))
        own.commit()
    redeem(person, secret)
    assert (held(room, person).role, held(room, person).may_vote) == (RoomRole.OBSERVER, False)


def test_an_observer_who_comes_back_has_no_vote(world: World) -> None:
    room = world.room(access=Access.OPEN)
    person = world.member(room, RoomRole.OBSERVER)
    with Session(db.engine()) as own:
        own.execute(update(Membership).where(Membership.person_id == person.id).values(may_vote=True))
        own.commit()
    actions.leave(person, room.id)
    actions.join(person, room.id)
    assert held(room, person).may_vote is False


@pytest.mark.parametrize("page", ["people/add", "invite"])
def test_an_account_holder_is_no_guest(world: World, page: str) -> None:
    room, person = world.room(), world.person()
    answer = world.browser(world.convenor).post(
        f"/rooms/{room.id}/{page}", email=person.email, role="guest", days="7", key="k")
    assert answer.status_code == 422
    assert 'id="field-role-error"' in answer.text


def test_a_guest_who_only_reads_along_is_given_no_vote_at_the_door(world: World) -> None:
    hall = world.hall(guest_votes=GuestVotes.DOOR)
    guest = world.guest(hall)
    actions.change_place(world.convenor, hall.id, member_id=guest.id, role=RoomRole.OBSERVER, actor_id=None,
                         capacity=Capacity.PERSONAL, may_vote=None)
    with pytest.raises(Invalid):
        guests.check_in(world.convenor, hall.id, guest_id=guest.id)
    assert held(hall, guest).may_vote is False


def test_a_voter_who_becomes_an_observer_casts_no_more(world: World) -> None:
    room = world.room()
    chair, voter = world.member(room, RoomRole.CHAIR), world.member(room)
    ballot = world.ballot(room, chair)
    browser = world.browser(voter)
    assert f"{ballot.address}/votes" in browser.get(ballot.address).text
    actions.change_place(chair, room.id, member_id=voter.id, role=RoomRole.OBSERVER, actor_id=None,
                         capacity=Capacity.PERSONAL, may_vote=None)
    for page in (ballot.address, room.address):
        assert f"{ballot.address}/votes" not in browser.get(page).text
    assert "No open vote is waiting for you." in browser.get("/").text
    assert browser.post(f"{ballot.address}/votes", choice="yes").status_code == 403
