"""Endorsements by actor set where people are hidden: they stand still over a moved place and over one endorsement."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.accounts.models import Person
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.proposals import actions, support
from dialogue.proposals.models import Proposal
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from dialogue.rooms.settings import actions as settings
from dialogue.rooms.voices import set_of_voices, voice_id_of
from tests.world import World

pytestmark = pytest.mark.each_database("support is counted by groups")

SETS = (ActorSet.STATE, ActorSet.CIVIL_SOCIETY, ActorSet.INTL_CIVIL_SERVICE)
FIVE_EACH = {"state": 5, "civil_society": 5, "intl_civil_service": 5}


class Crowd:
    """A room under the Chatham House Rule with ten members of each set, and a text before it."""

    def __init__(self, world: World, rule: AttributionRule = AttributionRule.CHATHAM_HOUSE) -> None:
        self.world, self.room = world, world.room(rule)
        self.chair = world.member(self.room, RoomRole.CHAIR)
        actors = {each: world.actor(each) for each in SETS}
        self.people = {each: [self._member(actors[each].id) for _n in range(10)] for each in SETS}
        self.text = world.proposal(self.room, self.chair, "Decides to meet again.")

    def _member(self, actor_id: str) -> Person:
        person = self.world.person()
        rooms.give_place(self.world.convenor, self.room.id, to=person.id, role=RoomRole.PARTICIPANT, actor_id=actor_id)
        rooms.acknowledge(person, self.room.id, rule=self.room.attribution)
        return person

    def endorse(self, *who: Person) -> None:
        """Each endorses the text."""
        for person in who:
            actions.endorse(person, self.text.id, version=1)

    def first(self, number: int) -> list[Person]:
        """So many of each set."""
        return [person for each in SETS for person in self.people[each][:number]]

    def told(self) -> dict[str, int]:
        """What the chair reads through the API."""
        return _told(self.world, self.chair, self.text)

    def move(self, person: Person, to: ActorSet) -> None:
        """A convenor, who may vouch for actors, gives the person's place to one of another set."""
        rooms.change_place(self.world.convenor, self.room.id, member_id=person.id, role=RoomRole.PARTICIPANT,
                           actor_id=self.world.actor(to).id, capacity=Capacity.PERSONAL, may_vote=True)


def _told(world: World, reader: Person, text: Proposal) -> dict[str, int]:
    answer = world.browser(reader).get(f"/api/v1/proposals/{text.id}").json["proposal"]
    found: dict[str, int] = answer["endorsements_by_set"]
    return found


@pytest.fixture
def crowd(world: World) -> Crowd:
    """A room of thirty."""
    return Crowd(world)


def test_a_moved_place_does_not_move_the_endorsements_by_set(crowd: Crowd) -> None:
    crowd.endorse(*crowd.first(5))
    assert crowd.told() == FIVE_EACH
    for person in (crowd.people[ActorSet.STATE][0], crowd.people[ActorSet.STATE][9]):
        crowd.move(person, ActorSet.CIVIL_SOCIETY)
        assert crowd.told() == FIVE_EACH
    crowd.endorse(*crowd.people[ActorSet.STATE][5:], *crowd.people[ActorSet.CIVIL_SOCIETY][5:])
    assert crowd.told() == FIVE_EACH  # Everyone endorsed in two sets: not told.


def test_a_place_taken_away_and_given_anew_counts_as_before(crowd: Crowd, world: World) -> None:
    moved = crowd.people[ActorSet.STATE][0]
    rooms.remove(crowd.chair, crowd.room.id, member_id=moved.id)
    rooms.give_place(crowd.chair, crowd.room.id, to=moved.id, role=RoomRole.PARTICIPANT,
                     actor_id=world.actor(ActorSet.CIVIL_SOCIETY).id)
    rooms.acknowledge(moved, crowd.room.id, rule=crowd.room.attribution)
    crowd.endorse(*crowd.first(5))
    assert crowd.told() == FIVE_EACH


def test_one_more_endorsement_never_moves_the_table(crowd: Crowd) -> None:
    crowd.endorse(*crowd.first(5))
    for person in crowd.people[ActorSet.STATE][5:8]:
        crowd.endorse(person)
        assert crowd.told() == FIVE_EACH
        actions.withdraw_endorsement(person, crowd.text.id)
        assert crowd.told() == FIVE_EACH


def test_a_set_of_which_all_endorsed_is_not_told(crowd: Crowd) -> None:
    crowd.endorse(*crowd.people[ActorSet.STATE], *crowd.people[ActorSet.CIVIL_SOCIETY][:5],
                  *crowd.people[ActorSet.INTL_CIVIL_SERVICE][:5])
    assert crowd.told() == {}


def test_endorsements_known_by_name_are_not_told_by_set_once_people_are_hidden(world: World) -> None:
    crowd = Crowd(world, AttributionRule.ON_RECORD)
    crowd.endorse(*crowd.first(5))
    assert crowd.told() == FIVE_EACH
    settings.tighten_attribution(crowd.chair, crowd.room.id, rule=AttributionRule.CHATHAM_HOUSE)
    for person in (crowd.chair, *crowd.first(10)):
        rooms.acknowledge(person, crowd.room.id, rule=AttributionRule.CHATHAM_HOUSE)
    assert crowd.told() == {}
    crowd.endorse(*crowd.first(8))
    assert crowd.told() == {}


def test_a_moved_place_on_the_record_moves_its_figures(world: World) -> None:
    crowd = Crowd(world, AttributionRule.ON_RECORD)
    crowd.endorse(crowd.people[ActorSet.STATE][0])
    crowd.move(crowd.people[ActorSet.STATE][0], ActorSet.CIVIL_SOCIETY)
    assert crowd.told() == {"state": 0, "civil_society": 1, "intl_civil_service": 0}


def test_the_set_a_voter_counts_in_stands_still_when_a_place_moves(crowd: Crowd) -> None:
    moved = crowd.people[ActorSet.STATE][0]
    voice = voice_id_of(crowd.room.id, moved) or ""
    crowd.move(moved, ActorSet.CIVIL_SOCIETY)
    assert set_of_voices([voice]) == {voice: ActorSet.STATE}


STEPS = st.lists(st.tuples(st.sampled_from([each.value for each in SETS]), st.booleans()), max_size=150)


@given(STEPS)
def test_no_two_tables_are_less_than_five_apart_in_a_set(steps: Sequence[tuple[str, bool]]) -> None:
    sizes, counts = dict.fromkeys(FIVE_EACH, 40), dict.fromkeys(FIVE_EACH, 0)
    told: list[Mapping[str, int]] = []
    judged_at = 0
    for where, comes in steps:
        counts[where] = max(0, counts[where] + (1 if comes else -1))
        if support.is_due(sum(counts.values()), judged_at):
            judged_at = sum(counts.values())
            if support.may_follow(told, counts, sizes):
                told.append(dict(counts))
    _refuse_close(told)


def _refuse_close(told: Sequence[Mapping[str, Any]]) -> None:
    for n, later in enumerate(told):
        for earlier in told[:n]:
            assert all(abs(later[each] - earlier[each]) not in range(1, 5) for each in FIVE_EACH)
