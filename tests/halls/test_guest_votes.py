"""Guests take part, and vote only by the measure a convenor chose; ballots and results name it."""

import re

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.core import db, limits
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid, NotPermitted
from dialogue.core.record import entries
from dialogue.exports.documents import tables
from dialogue.exports.documents.labels import in_language
from dialogue.exports.documents.locale import DocumentLocale
from dialogue.exports.documents.outcome import _facts
from dialogue.exports.documents.outcome_data import gathered
from dialogue.halls import actions as halls
from dialogue.halls.codes import shown
from dialogue.halls.guests import actions as guests
from dialogue.halls.guests import door
from dialogue.halls.models import Hall
from dialogue.outcomes.models import Outcome
from dialogue.rooms import actions as rooms
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Membership, RoomRole
from dialogue.rooms.voices import electorate, voting_guests
from dialogue.votes import actions as votes
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Choice
from tests.world import Browser, World

pytestmark = pytest.mark.each_database("a voting code is used once")

NOT_VERIFIED = "Open registration, not verified"


@pytest.fixture(autouse=True)
def long_windows(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count over a day what is counted over minutes, so that a slow machine changes nothing."""
    assert app
    for what in ("guest_vote", "wrong_code"):
        monkeypatch.setitem(limits.LIMITS, what, parse(f"{limits.LIMITS[what].amount} per day"))


def hall_with(world: World, measure: GuestVotes) -> Hall:
    """A hall with this measure."""
    return world.hall(guest_votes=measure)


def held(hall: Hall, person: Person) -> Membership:
    """The person's place, as it is now."""
    return db.session().get_one(Membership, (hall.id, person.id), populate_existing=True)


def has_vote(hall: Hall, person: Person) -> bool:
    """Whether the person would be on the roll of a ballot opened now."""
    found = db.session().get_one(Hall, hall.id, populate_existing=True)
    return held(hall, person).gives_vote(found, person)


def come_in(world: World, hall: Hall, name: str = "Guest Example") -> Browser:
    """A browser that came in by the code."""
    browser = world.browser()
    answer = browser.post("/halls/join", code=hall.code, name=name, rule=hall.attribution.value)
    assert answer.status_code == 302
    return browser


@pytest.mark.parametrize("measure", list(GuestVotes))
def test_forty_guests_from_one_machine_do_not_fill_the_roll(world: World, measure: GuestVotes) -> None:
    hall = hall_with(world, measure)
    for n in range(40):
        come_in(world, hall, f"Guest {n}")
    db.release()
    found = db.session().get_one(Hall, hall.id)
    most = 30 if measure is GuestVotes.UNVERIFIED else 0
    assert len(electorate(found)) == voting_guests(found) == most


def test_guests_have_no_vote_unless_a_convenor_says_so(world: World) -> None:
    hall = world.hall()
    guest = world.guest(hall)
    assert not has_vote(hall, guest)
    with pytest.raises(Conflict):
        guests.take_vote(guest, hall.id)
    page = come_in(world, hall).get(hall.address).text
    assert "You have no vote here." in page
    assert "Only people with an account and a voting place vote." in page


def test_an_account_holder_votes_whatever_the_measure(world: World) -> None:
    for measure in GuestVotes:
        hall, person = hall_with(world, measure), world.person()
        halls.join(person, code=hall.code, rule=hall.attribution)
        assert has_vote(hall, person)
        with pytest.raises(Conflict):
            guests.take_vote(person, hall.id)


def test_only_a_convenor_chooses_the_measure(world: World) -> None:
    hall = world.hall()
    chair = world.member(hall, RoomRole.CHAIR)
    with pytest.raises(NotPermitted):
        guests.set_measure(chair, hall.id, measure=GuestVotes.UNVERIFIED)
    hall_id, browser = hall.id, world.browser(chair)
    assert browser.post(f"/halls/{hall_id}/guest-votes", guest_votes="unverified").status_code == 403
    assert "A convenor chooses the measure." in browser.get(f"/halls/{hall_id}/console").text
    world.come_back()
    convenor = world.browser(world.convenor)
    assert convenor.post(f"/halls/{hall_id}/guest-votes", guest_votes="door").status_code == 302
    assert db.session().get_one(Hall, hall_id, populate_existing=True).guest_votes is GuestVotes.DOOR
    assert "guest_votes.changed" in [entry.kind for entry in entries(hall_id, after=0)]


def test_a_hall_is_set_up_with_its_measure(world: World) -> None:
    browser = world.browser(world.convenor)
    fields = {"theme_id": world.theme.id, "title": "A hall", "attribution": "on_record", "access": "open",
              "title-1": "Opening", "kind-1": "opening", "minutes-1": "5", "key": "k"}
    answer = browser.post("/halls/new", **fields, guest_votes="codes")
    assert answer.status_code == 302
    assert db.session().get_one(Hall, answer.headers["Location"].rsplit("/", 1)[1]).guest_votes is GuestVotes.CODES


def test_a_moderator_checks_a_guest_in_at_the_door(world: World) -> None:
    hall = hall_with(world, GuestVotes.DOOR)
    chair, guest = world.member(hall, RoomRole.CHAIR), world.guest(hall, "Guest Twice")
    other = world.guest(hall, "Guest Twice")
    browser = world.browser(chair)
    number = door.number(hall.id, guest.id)
    page = browser.get(f"/halls/{hall.id}/door?q={door.shown(number)}").text
    assert f"/door/{guest.id}/check-in" in page
    assert f"/door/{other.id}/check-in" not in page
    assert browser.post(f"/halls/{hall.id}/door/{guest.id}/check-in").status_code == 302
    assert has_vote(hall, guest)
    assert not has_vote(hall, other)
    assert browser.post(f"/halls/{hall.id}/door/{guest.id}/take-back").status_code == 302
    assert not has_vote(hall, guest)
    told = [entry.data for entry in entries(hall.id, after=0) if entry.kind == "guest.verified"]
    assert told == [{"hall_id": hall.id}] * 2


def test_a_guest_sees_their_number_for_the_door(world: World) -> None:
    hall = hall_with(world, GuestVotes.DOOR)
    browser = come_in(world, hall)
    page = browser.get(hall.address).text
    guest = db.session().scalars(select(Person).where(Person.is_guest)).one()
    assert door.shown(door.number(hall.id, guest.id)) in page


def test_check_in_is_for_moderators_and_for_that_measure_alone(world: World) -> None:
    hall = hall_with(world, GuestVotes.DOOR)
    guest, member = world.guest(hall), world.member(hall)
    for person in (guest, member):
        with pytest.raises(NotPermitted):
            guests.check_in(person, hall.id, guest_id=guest.id)
    with pytest.raises(Conflict):
        guests.take_vote(guest, hall.id)
    chair = world.member(hall, RoomRole.CHAIR)
    with pytest.raises(Conflict):
        guests.check_in(chair, hall.id, guest_id=member.id)
    guests.set_measure(world.convenor, hall.id, measure=GuestVotes.CODES)
    with pytest.raises(Conflict):
        guests.check_in(chair, hall.id, guest_id=guest.id)
    address = f"/halls/{hall.id}/door/{guest.id}/check-in"
    answer = world.browser(chair).post(address)
    assert answer.status_code == 409
    assert "Guests are not checked in at the door here" in answer.text


@pytest.mark.parametrize("measure", [GuestVotes.NONE, GuestVotes.CODES, GuestVotes.UNVERIFIED])
def test_a_chair_cannot_tick_a_vote_for_a_guest_against_the_measure(world: World, measure: GuestVotes) -> None:
    hall = hall_with(world, measure)
    guest = halls.register(person_id=new_id(), name="Guest", code=hall.code, rule=hall.attribution)
    chair = world.member(hall, RoomRole.CHAIR)
    answer = world.browser(chair).post(f"/rooms/{hall.id}/people/{guest.id}", role="participant", may_vote="1")
    assert answer.status_code == 422
    assert 'id="field-may_vote-error"' in answer.text
    assert not has_vote(hall, guest)


def test_a_chair_who_makes_a_guest_a_participant_gives_no_vote(world: World) -> None:
    hall = world.hall()
    guest, chair = world.guest(hall), world.member(hall, RoomRole.CHAIR)
    assert world.browser(chair).post(f"/rooms/{hall.id}/people/{guest.id}", role="participant").status_code == 302
    assert not has_vote(hall, guest)


def test_ticking_the_vote_on_the_people_page_is_a_check_in_where_that_is_the_measure(world: World) -> None:
    hall = hall_with(world, GuestVotes.DOOR)
    guest, chair = world.guest(hall), world.member(hall, RoomRole.CHAIR)
    browser = world.browser(chair)
    browser.post(f"/rooms/{hall.id}/people/{guest.id}", role="participant", may_vote="1")
    assert has_vote(hall, guest)


def test_a_voting_code_works_once_and_names_no_guest(world: World) -> None:
    hall = hall_with(world, GuestVotes.CODES)
    code, second = guests.make_codes(world.convenor, hall.id, number=2, key="k")
    first, other = world.guest(hall), world.guest(hall)
    guests.take_vote(first, hall.id, code=shown(code).lower())
    assert has_vote(hall, first)
    with pytest.raises(Invalid):
        guests.take_vote(other, hall.id, code=code)
    assert not has_vote(hall, other)
    elsewhere = hall_with(world, GuestVotes.CODES)
    with pytest.raises(Invalid):
        guests.take_vote(world.guest(elsewhere), elsewhere.id, code=second)


def test_a_guest_types_the_code_on_the_halls_page(world: World) -> None:
    hall = hall_with(world, GuestVotes.CODES)
    (code,) = guests.make_codes(world.convenor, hall.id, number=1, key="k")
    browser = come_in(world, hall)
    wrong = browser.post(f"/halls/{hall.id}/vote", voting_code="ABCDE-FGHJK")
    assert wrong.status_code == 422
    assert 'id="field-voting_code-error"' in wrong.text
    assert browser.post(f"/halls/{hall.id}/vote", voting_code=shown(code)).status_code == 302
    assert "You have a vote in ballots opened from now on." in browser.get(hall.address).text


def test_guessing_voting_codes_is_slowed_down(world: World) -> None:
    hall = hall_with(world, GuestVotes.CODES)
    browser = come_in(world, hall)
    codes = [browser.post(f"/halls/{hall.id}/vote", voting_code="ABCDE-FGHJK").status_code for _ in range(31)]
    assert codes[-1] == 429


def test_a_convenor_prints_or_saves_voting_codes_and_a_chair_does_not(world: World) -> None:
    hall = hall_with(world, GuestVotes.CODES)
    browser = world.browser(world.convenor)
    page = browser.post(f"/halls/{hall.id}/voting-codes", number="3", key="a").text
    assert len(re.findall(r"<code[^>]*>\w{5}-\w{5}</code>", page)) == 3
    again = browser.post(f"/halls/{hall.id}/voting-codes", number="3", key="a").text
    assert "3 codes were made" in again
    sent = browser.post(f"/halls/{hall.id}/voting-codes", **{"number": "2", "key": "b", "as": "file"})
    assert sent.mimetype == "text/plain"
    assert len(sent.text.split()) == 2
    assert "5 codes were made" in browser.get(f"/halls/{hall.id}/voting-codes").text
    chair = world.browser(world.member(hall, RoomRole.CHAIR))
    assert chair.get(f"/halls/{hall.id}/voting-codes").status_code == 403
    assert chair.post(f"/halls/{hall.id}/voting-codes", number="3", key="c").status_code == 403


def test_a_guest_beyond_the_limit_comes_in_and_is_told_why_there_is_no_vote(world: World) -> None:
    hall = hall_with(world, GuestVotes.UNVERIFIED)
    *_some, last = [come_in(world, hall, f"Guest {n}") for n in range(31)]
    page = last.get(hall.address).text
    assert "Many people registered from your network at once." in page
    assert last.post(f"/halls/{hall.id}/vote").status_code == 429
    elsewhere = world.browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    elsewhere.post("/halls/join", code=hall.code, name="Guest Afar", rule=hall.attribution.value)
    assert "You have a vote in ballots opened from now on." in elsewhere.get(hall.address).text


def test_a_vote_taken_back_is_not_taken_again_by_pressing(world: World) -> None:
    hall = hall_with(world, GuestVotes.UNVERIFIED)
    guest = world.guest(hall)
    guests.take_back(world.convenor, hall.id, guest_id=guest.id)
    with pytest.raises(Conflict):
        guests.take_vote(guest, hall.id)


def test_a_stricter_measure_takes_effect_at_the_next_ballot(world: World) -> None:
    hall = hall_with(world, GuestVotes.UNVERIFIED)
    chair, guest = world.member(hall, RoomRole.CHAIR, may_vote=True), world.guest(hall)
    first = world.ballot(hall, chair)
    assert (first.eligible, first.guest_votes) == (2, GuestVotes.UNVERIFIED)
    guests.set_measure(world.convenor, hall.id, measure=GuestVotes.DOOR)
    votes.cast(guest, first.id, choice=Choice.YES)
    second = world.ballot(hall, chair)
    assert (second.eligible, second.guest_votes) == (1, GuestVotes.NONE)
    guests.check_in(chair, hall.id, guest_id=guest.id)
    third = world.ballot(hall, chair)
    assert (third.eligible, third.guest_votes) == (2, GuestVotes.DOOR)
    guests.set_measure(world.convenor, hall.id, measure=GuestVotes.UNVERIFIED)
    assert world.ballot(hall, chair).guest_votes is GuestVotes.UNVERIFIED


def test_the_form_of_a_ballot_tells_the_measure_and_the_guests_on_the_roll(world: World) -> None:
    hall = hall_with(world, GuestVotes.UNVERIFIED)
    chair = world.member(hall, RoomRole.CHAIR, may_vote=True)
    world.guest(hall)
    page = world.browser(chair).get(f"/rooms/{hall.id}/ballots/new").text
    assert "1 of them is a guest." in page
    assert NOT_VERIFIED in page


def test_the_result_says_that_registration_was_open_on_page_and_outcome_and_in_exports_and_interface(
        world: World) -> None:
    hall = hall_with(world, GuestVotes.UNVERIFIED)
    chair = world.member(hall, RoomRole.CHAIR, may_vote=True)
    voters = [world.guest(hall) for _ in range(5)]
    ballot = world.ballot(hall, chair, visibility=Visibility.SECRET)
    browser = world.browser(chair)
    assert NOT_VERIFIED in browser.get(ballot.address).text
    for voter in voters:
        votes.cast(voter, ballot.id, choice=Choice.YES)
    ballot = votes.close_ballot(chair, ballot.id)
    hall_id = hall.id
    assert NOT_VERIFIED in browser.get(ballot.address).text
    assert NOT_VERIFIED in browser.get(hall.address).text
    assert browser.get(f"/api/v1/ballots/{ballot.id}").json["ballot"]["guest_votes"] == "unverified"
    assert "unverified" in browser.get(f"{ballot.address}.csv").text
    outcome = db.session().scalars(select(Outcome).where(Outcome.room_id == hall_id)).one()
    outcome_id = outcome.id
    assert NOT_VERIFIED in browser.get(outcome.address).text
    data = gathered(db.session().get_one(Outcome, outcome_id), "")
    assert data["decision"]["guest_votes"] == "unverified"
    row = dict(zip(tables.FIGURES, next(iter(tables.figures(data))), strict=True))
    assert row["guest_votes"] == "unverified"
    with world.app.app_context():
        facts = dict(_facts(data["decision"], DocumentLocale(in_language("en"), "en")))
    assert facts["Guests"] == NOT_VERIFIED


def test_a_ballot_without_guests_says_nothing_of_them(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR, may_vote=True)
    ballot = world.ballot(room, chair)
    votes.cast(chair, ballot.id, choice=Choice.YES)
    votes.close_ballot(chair, ballot.id)
    browser = world.browser(chair)
    assert NOT_VERIFIED not in browser.get(ballot.address).text
    assert "guest" not in browser.get(f"{ballot.address}.csv").text.lower()


def test_a_straw_poll_says_that_who_answers_is_not_verified(world: World) -> None:
    hall = world.hall()
    page = world.browser(world.member(hall, RoomRole.CHAIR)).get(f"{hall.address}/console").text
    assert "without a check of who they are" in page


def test_the_way_in_tells_a_guest_the_measure(world: World) -> None:
    for measure, words in ((GuestVotes.NONE, "Guests have no vote"), (GuestVotes.UNVERIFIED, NOT_VERIFIED)):
        hall = hall_with(world, measure)
        assert words in world.browser().get(f"/halls/join?code={hall.code}").text


def test_a_removed_guest_does_not_count(world: World) -> None:
    hall = hall_with(world, GuestVotes.UNVERIFIED)
    guest = world.guest(hall)
    rooms.remove(world.convenor, hall.id, member_id=guest.id)
    assert voting_guests(db.session().get_one(Hall, hall.id)) == 0
