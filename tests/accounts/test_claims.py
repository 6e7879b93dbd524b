"""Who takes part for an actor: a chair proposes it, a convenor or the actor's focal point confirms it."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from dialogue.accounts.claims import actions as claims
from dialogue.accounts.claims.models import Claim, ClaimState
from dialogue.accounts.directory import actions as directory
from dialogue.accounts.invitations.actions import Guest
from dialogue.accounts.models import Actor, Person
from dialogue.agenda import actions as agenda
from dialogue.agenda.models import AgendaItem, ChampionRole, LegalRoute, Pace, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.permissions import Role
from dialogue.core.record import HOUSE, entries
from dialogue.rooms import actions as rooms
from dialogue.rooms.attendance import attendance
from dialogue.rooms.models import Membership, Room, RoomRole
from dialogue.rooms.people import actions as places
from dialogue.rooms.voices import bylines, electorate, own_place
from tests.world import PASSWORD, Browser, World

pytestmark = pytest.mark.each_database("a claim is decided once, under its lock")

NEWCOMER = {"name": "New Example", "email": "new@example.org", "password": PASSWORD, "language": "en",
            "time_zone": "UTC"}


@pytest.fixture
def state(world: World) -> Actor:
    """A State."""
    return world.actor(ActorSet.STATE)


@pytest.fixture
def room(world: World) -> Room:
    """A room on the record."""
    return world.room()


@pytest.fixture
def chair(world: World, room: Room) -> Person:
    """Its chair, who has no actor."""
    return world.member(room, RoomRole.CHAIR)


@pytest.fixture
def item(world: World, state: Actor) -> AgendaItem:
    """An agenda item the State champions."""
    made = agenda.add_item(world.convenor, theme_id=world.theme.id, title="Item", problem="Old", goal="New",
                           forum="Assembly", pace=Pace.FAST, legal_route=LegalRoute.RESOLUTION, stage=Stage.IDEA,
                           review_on=now().date())
    agenda.add_champion(world.convenor, made.id, actor_id=state.id, role=ChampionRole.LEAD)
    return made


def focal_point(world: World, actor: Actor) -> Person:
    """The actor's focal point."""
    person = world.person(actor=actor, capacity=Capacity.OFFICIAL)
    return directory.appoint_focal_point(world.convenor, person.id)


def newcomer(world: World, inviter: Person, room: Room, actor: Actor) -> Browser:
    """A browser of a person who made an account by this inviter's link, as the actor's official."""
    _made, secret = places.invite(inviter, room.id, Guest(actor_id=actor.id, capacity=Capacity.OFFICIAL),
                                  role=RoomRole.PARTICIPANT, may_vote=True, key="k")
    browser = world.browser()
    assert browser.post(f"/invitations/{secret}/account", **NEWCOMER).status_code == 302
    db.release()
    return browser


def account(email: str = NEWCOMER["email"]) -> Person:
    """The account of an address, as it is now."""
    db.release()
    return db.session().scalars(select(Person).where(Person.email == email)).one()


def held(room: Room, person: Person) -> Membership:
    """The person's place, as it is now."""
    db.release()
    return db.session().get_one(Membership, (room.id, person.id))


def pending() -> Sequence[Claim]:
    """The undecided claims."""
    db.release()
    return db.session().scalars(select(Claim).where(Claim.state == ClaimState.PENDING)).all()


def is_champion(item: AgendaItem, person: Person) -> bool:
    """Whether the person has the rights of a champion of the item."""
    return Role.CHAMPION in db.session().get_one(AgendaItem, item.id).roles_of(person)


def kinds() -> list[str]:
    """The kinds of the house's entries."""
    return [entry.kind for entry in entries(HOUSE, after=0)]


def test_a_chairs_invitation_makes_no_official(
        world: World, room: Room, chair: Person, state: Actor, item: AgendaItem) -> None:
    browser = newcomer(world, chair, room, state)
    person = account()
    assert (person.actor_id, person.capacity) == (None, Capacity.PERSONAL)
    place = held(room, person)
    assert (place.actor_id, place.capacity, place.may_vote) == (None, Capacity.PERSONAL, True)
    assert not is_champion(item, person)
    assert browser.get(f"/agenda/{item.id}/edit").status_code == 403
    assert [(claim.person_id, claim.actor_id, claim.capacity) for claim in pending()] == [
        (person.id, state.id, Capacity.OFFICIAL)]


def test_an_unconfirmed_member_is_counted_and_named_without_the_actor(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    newcomer(world, chair, room, state)
    person = account()
    rooms.acknowledge(person, room.id, rule=room.attribution)
    _membership, voice_id = own_place(room.id, person)
    assert voice_id
    assert electorate(room)[voice_id] is ActorSet.PUBLIC
    assert bylines(room, [voice_id])[voice_id].affiliation == ""
    assert attendance(room).track == "2"


def test_a_convenors_invitation_confers_the_actor_at_once(
        world: World, room: Room, state: Actor, item: AgendaItem) -> None:
    newcomer(world, world.convenor, room, state)
    person = account()
    assert (person.actor_id, person.capacity) == (state.id, Capacity.OFFICIAL)
    assert held(room, person).actor_id == state.id
    assert is_champion(item, person)
    assert pending() == []


@pytest.mark.parametrize("by", ["convenor", "focal point"])
def test_a_confirmed_claim_confers_the_actor(
        world: World, room: Room, chair: Person, state: Actor, item: AgendaItem, by: str) -> None:
    newcomer(world, chair, room, state)
    confirmer = world.convenor if by == "convenor" else focal_point(world, state)
    claims.confirm(confirmer, pending()[0].id)
    person = account()
    assert (person.actor_id, person.capacity) == (state.id, Capacity.OFFICIAL)
    place = held(room, person)
    assert (place.actor_id, place.capacity) == (state.id, Capacity.OFFICIAL)
    assert is_champion(item, person)
    assert {"claim.proposed", "claim.confirmed"} <= set(kinds())


def test_a_refused_claim_confers_nothing_and_chair_and_person_see_it(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    browser = newcomer(world, chair, room, state)
    claims.refuse(world.convenor, pending()[0].id)
    person = account()
    assert person.actor_id is None
    assert held(room, person).actor_id is None
    assert "claim.refused" in kinds()
    assert "Refused" in world.browser(chair).get(f"/rooms/{room.id}/people").text
    assert "Refused" in browser.get("/account").text


def test_a_claim_is_decided_once(world: World, room: Room, chair: Person, state: Actor) -> None:
    newcomer(world, chair, room, state)
    claim = pending()[0].id
    claims.refuse(world.convenor, claim)
    with pytest.raises(Conflict):
        claims.confirm(world.convenor, claim)


def test_only_a_convenor_or_the_actors_own_focal_point_decides(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    newcomer(world, chair, room, state)
    claim = pending()[0].id
    official = world.person(actor=state, capacity=Capacity.OFFICIAL)
    elsewhere = focal_point(world, world.actor(ActorSet.STATE))
    for person in (chair, official, elsewhere, account(), world.guest(world.hall())):
        with pytest.raises(NotFound):
            claims.confirm(person, claim)
    directory.dismiss_focal_point(world.convenor, (own := focal_point(world, state)).id)
    with pytest.raises(NotFound):
        claims.confirm(db.session().get_one(Person, own.id), claim)


def test_a_chair_adding_an_account_proposes(world: World, room: Room, chair: Person, state: Actor) -> None:
    person = world.person()
    answer = world.browser(chair).post(f"/rooms/{room.id}/people/add", email=person.email, role="participant",
                                       actor=state.id, capacity="official", may_vote="1")
    assert answer.status_code == 302
    assert held(room, person).actor_id is None
    assert [claim.person_id for claim in pending()] == [person.id]
    page = world.browser(chair).get(f"/rooms/{room.id}/people").text
    assert "Not confirmed" in page
    assert state.name in page


def test_a_chair_moving_a_place_to_another_actor_proposes_and_the_confirmed_actor_stays(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    member = world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    before = held(room, member).actor_id
    rooms.change_place(chair, room.id, member_id=member.id, role=RoomRole.PARTICIPANT, actor_id=state.id,
                       capacity=Capacity.OFFICIAL, may_vote=True)
    assert held(room, member).actor_id == before
    claims.confirm(world.convenor, pending()[0].id)
    assert held(room, member).actor_id == state.id
    assert account(str(member.email)).actor_id == before  # The account names another actor already.


def test_a_chair_raising_a_place_to_official_proposes(world: World, room: Room, chair: Person) -> None:
    member = world.member(room, actor_set=ActorSet.STATE)
    actor_id = held(room, member).actor_id
    rooms.change_place(chair, room.id, member_id=member.id, role=RoomRole.PARTICIPANT, actor_id=actor_id,
                       capacity=Capacity.OFFICIAL, may_vote=True)
    assert held(room, member).capacity is Capacity.PERSONAL
    assert len(pending()) == 1


def test_a_chair_keeps_and_lowers_what_was_conferred(world: World, room: Room, chair: Person, state: Actor) -> None:
    official = world.person(actor=state, capacity=Capacity.OFFICIAL)
    rooms.give_place(chair, room.id, to=official.id, role=RoomRole.PARTICIPANT, actor_id=state.id,
                     capacity=Capacity.OFFICIAL)
    assert held(room, official).capacity is Capacity.OFFICIAL
    for actor_id, capacity in ((state.id, Capacity.PERSONAL), (None, Capacity.PERSONAL)):
        rooms.change_place(chair, room.id, member_id=official.id, role=RoomRole.PARTICIPANT, actor_id=actor_id,
                           capacity=capacity, may_vote=True)
        assert (held(room, official).actor_id, held(room, official).capacity) == (actor_id, capacity)
    assert pending() == []


def test_a_chair_who_is_the_actors_focal_point_confers_its_own_actor_alone(
        world: World, room: Room, state: Actor) -> None:
    focal = focal_point(world, state)
    rooms.give_place(world.convenor, room.id, to=focal.id, role=RoomRole.CHAIR)
    rooms.acknowledge(focal, room.id, rule=room.attribution)
    own, other = world.person(), world.person()
    rooms.give_place(focal, room.id, to=own.id, role=RoomRole.PARTICIPANT, actor_id=state.id,
                     capacity=Capacity.OFFICIAL)
    rooms.give_place(focal, room.id, to=other.id, role=RoomRole.PARTICIPANT, actor_id=world.actor().id,
                     capacity=Capacity.OFFICIAL)
    assert held(room, own).actor_id == state.id
    assert held(room, other).actor_id is None


def test_saving_a_place_unchanged_keeps_the_pending_claim(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    newcomer(world, chair, room, state)
    person, browser = account(), world.browser(chair)
    page = browser.get(f"/rooms/{room.id}/people/{person.id}").text
    assert f'value="{state.id}" selected' in page
    first = pending()[0].id
    browser.post(f"/rooms/{room.id}/people/{person.id}", role="participant", actor=state.id, capacity="official",
                 may_vote="1")
    assert [claim.id for claim in pending()] == [first]
    browser.post(f"/rooms/{room.id}/people/{person.id}", role="participant", actor="", may_vote="1")
    assert pending() == []


def test_a_hall_chairs_invitation_makes_no_official(world: World, state: Actor) -> None:
    hall = world.hall()
    newcomer(world, world.member(hall, RoomRole.CHAIR), hall, state)
    assert account().actor_id is None
    assert held(hall, account()).actor_id is None


def test_a_claim_of_a_place_that_ended_gives_no_place_back(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    newcomer(world, chair, room, state)
    person = account()
    rooms.remove(chair, room.id, member_id=person.id)
    claims.confirm(world.convenor, pending()[0].id)
    assert held(room, person).ended_at is not None
    assert held(room, person).actor_id is None


def test_the_invited_person_is_told_that_the_actor_is_proposed(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    _made, secret = places.invite(chair, room.id, Guest(actor_id=state.id, capacity=Capacity.OFFICIAL),
                                  role=RoomRole.PARTICIPANT, may_vote=True, key="k")
    assert "Proposed, not confirmed" in world.browser().get(f"/invitations/{secret}").text
    browser = world.browser()
    browser.post(f"/invitations/{secret}/account", **NEWCOMER)
    page = browser.get("/account").text
    assert "Not confirmed" in page
    assert state.name in page


def test_a_convenors_link_says_nothing_of_a_proposal(world: World, room: Room, state: Actor) -> None:
    _made, secret = places.invite(world.convenor, room.id, Guest(actor_id=state.id, capacity=Capacity.OFFICIAL),
                                  role=RoomRole.PARTICIPANT, may_vote=True, key="k")
    assert "not confirmed" not in world.browser().get(f"/invitations/{secret}").text


def test_a_convenor_confirms_on_the_admin_page(world: World, room: Room, chair: Person, state: Actor) -> None:
    newcomer(world, chair, room, state)
    browser = world.browser(world.convenor)
    page = browser.get("/admin/claims").text
    assert "New Example" in page
    assert state.name in page
    claim = pending()[0].id
    assert browser.post(f"/claims/{claim}/confirm").headers["Location"] == "/admin/claims"
    assert account().actor_id == state.id
    assert "New Example" not in browser.get("/admin/claims").text.split("flash")[-1]


def test_a_focal_point_decides_on_the_account_page_and_is_not_told_the_room(
        world: World, chair: Person, room: Room, state: Actor) -> None:
    newcomer(world, chair, room, state)
    browser = world.browser(focal_point(world, state))
    page = browser.get("/account/claims").text
    assert "New Example" in page
    assert room.title not in page
    assert room.id not in page
    claim = pending()[0].id
    assert browser.post(f"/claims/{claim}/refuse").headers["Location"] == "/account/claims"
    assert account().actor_id is None
    assert world.browser(chair).get("/account/claims").status_code == 404
    assert world.browser(chair).get("/admin/claims").status_code == 403


def test_a_focal_point_is_an_official_of_the_actor_marked_by_a_convenor(world: World, state: Actor) -> None:
    nobody, personal = world.person(), world.person(actor=state)
    for person in (nobody, personal):
        with pytest.raises(Conflict):
            directory.appoint_focal_point(world.convenor, person.id)
    official = world.person(actor=state, capacity=Capacity.OFFICIAL)
    email, their_page = str(official.email), f"/admin/people/{official.id}"
    actor_page, name = f"/admin/actors/{state.id}", official.name
    page = world.browser(world.convenor)
    assert page.post(f"{their_page}/focal-point/appoint").status_code == 302
    assert account(email).is_focal_point
    assert name in page.get(actor_page).text
    assert page.post(f"{their_page}/focal-point/dismiss").status_code == 302
    assert not account(email).is_focal_point
    assert {"focal_point.appointed", "focal_point.dismissed"} <= set(kinds())


def test_moving_a_focal_point_to_another_actor_ends_the_mark(world: World, state: Actor) -> None:
    person = focal_point(world, state)
    directory.assign_actor(world.convenor, person.id, actor_id=world.actor().id, capacity=Capacity.OFFICIAL)
    assert not account(str(person.email)).is_focal_point


def test_an_unknown_actor_is_refused_at_the_field(world: World, room: Room, chair: Person) -> None:
    with pytest.raises(Invalid):
        rooms.give_place(chair, room.id, to=world.person().id, role=RoomRole.PARTICIPANT, actor_id="x" * 22)


def test_those_who_decide_and_those_concerned_get_a_notice(
        world: World, room: Room, chair: Person, state: Actor) -> None:
    focal = focal_point(world, state)
    browser = newcomer(world, chair, room, state)
    assert state.name in world.browser(focal).get("/notices").text
    assert state.name in world.browser(world.convenor).get("/notices").text
    claims.confirm(focal, pending()[0].id)
    assert state.name in browser.get("/notices").text
    assert state.name in world.browser(chair).get("/notices").text
