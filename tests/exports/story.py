"""An agenda and outcomes to export, with visibly invented people and actors."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from dialogue.accounts.models import Person
from dialogue.agenda.events import ItemMoved
from dialogue.agenda.models import (
    AgendaItem,
    Champion,
    ChampionRole,
    Evidence,
    LegalRoute,
    Milestone,
    MilestoneStatus,
    Pace,
    Rating,
    Stage,
)
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.record import AGENDA
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import transaction
from dialogue.outcomes.models import Corrigendum, Outcome, OutcomeKind, OutcomeState, SummaryPoint, SummarySource
from dialogue.rooms.models import Access, Room, RoomRole
from dialogue.rooms.voices import voice_id_of
from dialogue.votes.models import Ballot, BallotState, Explanation, Visibility
from dialogue.votes.rules import Rule, Verdict
from tests.world import World

AT = datetime(2026, 3, 14, 9, 41, 26, tzinfo=UTC)
SECRET_NAME, SECRET_ACTOR = "Zwentibold Unsayable", "Unsayable Foundation"
DECISION: dict[str, Any] = {
    "question": "Shall the network be set up?", "rule": "two_thirds", "visibility": "secret",
    "opened_at": "2026-03-10T08:00:12+00:00", "closed_at": "2026-03-14T09:41:26+00:00",
    "figures": {"yes": 120, "no": 7, "abstain": 21, "cast": 148, "eligible": 160, "not_voting": 12},
    "quorum": {"numerator": 1, "denominator": 2, "needed": 80, "met": True},
    "arithmetic": {"lhs": 360, "rhs": 254, "strict": False},
    "by_set": {"rows": {"state": {"yes": 100, "no": 7, "abstain": 11}, "civil_society": None,
                        "intl_civil_service": None, "public": {"yes": 0, "no": 0, "abstain": 0}},
               "remainder": {"yes": 20, "no": 0, "abstain": 10}},
    "proposal": {"id": "p" * 22, "symbol": "DLG/2/L.1", "version": 2},
    "text": {"title": "A network", "clauses": [
        {"kind": "preambular", "text": "*Recalling* the founding paper,"},
        {"kind": "operative", "text": "*Decides* to set up a network;"},
        {"kind": "operative", "text": "*Asks* the members to meet twice a year."}]},
}  # fmt: skip


@dataclass
class Published:
    """What the story made."""

    room: Room
    outcome: Outcome
    speaker: Person
    id: str
    room_id: str
    email: str


def add(*things: Any) -> None:
    """Put rows in."""
    with transaction() as tx:
        for thing in things:
            tx.add(thing)


def item(world: World, title: str = "A parliamentary network", **more: Any) -> AgendaItem:
    """An item with a rating, a champion of two sets and two milestones, one of them met."""
    fields = {"stage": Stage.COALITION, "forum": "General Assembly", "problem": "No place to meet.",
              "goal": "A network by **2027**.", "review_on": date(2027, 1, 15), "theme_id": world.theme.id}
    made = AgendaItem(title=title, pace=Pace.FAST, legal_route=LegalRoute.PRACTICE, created_at=AT, updated_at=AT,
                      **(fields | more))
    add(made)
    add(Champion(item_id=made.id, actor_id=world.actor(ActorSet.STATE).id, role=ChampionRole.LEAD),
        Champion(item_id=made.id, actor_id=world.actor().id),
        _rating(made, world.person(), 5, 4, 2, "Time is short."), _rating(made, world.person(), 4, 4, 3, "Cheap."))
    milestone(made, "First meeting", date(2026, 9, 1), status=MilestoneStatus.MET)
    milestone(made, "Second meeting", date(2027, 3, 1))
    return made


def _rating(of: AgendaItem, by: Person, urgency: int, feasibility: int, cost: int, rationale: str) -> Rating:
    return Rating(item_id=of.id, person_id=by.id, urgency=urgency, feasibility=feasibility, cost=cost,
                  rationale=rationale, at=AT)


def milestone(of: AgendaItem, statement: str, due: date, **more: Any) -> Milestone:
    """A step of an item; one that is met has its evidence."""
    made = Milestone(item_id=of.id, statement=statement, due=due, updated_at=AT, **more)
    add(made)
    if made.status is MilestoneStatus.MET:
        add(Evidence(milestone_id=made.id, status=made.status, note="They met.", publisher="Example Press",
                     url="https://press.example/met", at=AT))
    return made


def park(of: AgendaItem) -> None:
    """Put the item aside, as the record tells it."""
    with transaction() as tx:
        tx.fetch(AgendaItem, of.id).stage = Stage.PARKED
        tx.record(ItemMoved(stream_id=AGENDA, item_id=of.id, stage=Stage.PARKED))


def outcome(world: World, rule: AttributionRule = AttributionRule.ON_RECORD, *, access: Access = Access.INVITED,
            state: OutcomeState = OutcomeState.PUBLISHED, decision: dict[str, Any] | None = None,
            number: int = 7, title: str = "A parliamentary network") -> Published:
    """A decided outcome with explanation, summary and corrigendum, from a room with a speaker to be kept secret."""
    room = world.room(rule, access, title=f"Room of {rule.value}")
    speaker = world.person(name=SECRET_NAME, actor=_secret_actor(world))
    _enter(world, room, speaker)
    voice = voice_id_of(room.id, speaker)
    ballot = _ballot(room)
    made = Outcome(room_id=room.id, ballot_id=ballot.id, kind=OutcomeKind.DECISION, state=state, number=number,
                   symbol=f"DLG/RES/{number}", title=title, verdict="adopted", decision=decision or DECISION,
                   created_at=AT, signed_at=AT if state is not OutcomeState.DRAFT else None,
                   signed_by_id=voice, published_at=AT if state is OutcomeState.PUBLISHED else None)
    add(made, Explanation(ballot_id=ballot.id, voice_id=voice, text="I voted *yes* for its pace.", html="", at=AT))
    point = SummaryPoint(outcome_id=made.id, position=1, section="convergence", text="All want to meet twice a year.")
    add(point)
    add(*(SummarySource(point_id=point.id, kind="contribution", source_id=letter * 22, position=n)
          for n, letter in enumerate("ab")))
    if state is OutcomeState.PUBLISHED:
        add(Corrigendum(outcome_id=made.id, number=1, text="In paragraph 2, for “twice” read “thrice”.", at=AT))
    return Published(room, made, speaker, made.id, room.id, speaker.email or "")


def session(world: World) -> Outcome:
    """A published outcome without a ballot."""
    made = Outcome(room_id=world.room().id, kind=OutcomeKind.SESSION, state=OutcomeState.PUBLISHED, number=9,
                   symbol="DLG/SES/9", title="A first sitting", decision={}, created_at=AT, published_at=AT)
    add(made)
    return made


def feed(of: Outcome, into: AgendaItem) -> None:
    """Have an outcome feed an item."""
    with transaction() as tx:
        relate(tx, Ref("outcome", of.id), Link.BECOMES, Ref("agenda_item", into.id))


def _secret_actor(world: World) -> Any:
    actor = world.actor()
    with transaction() as tx:
        tx.fetch(type(actor), actor.id).name = SECRET_ACTOR
    return actor


def _enter(world: World, room: Room, person: Person) -> None:
    from dialogue.rooms import actions as rooms

    rooms.give_place(world.convenor, room.id, to=person.id, role=RoomRole.CHAIR, capacity=Capacity.OFFICIAL)
    rooms.acknowledge(person, room.id, rule=room.attribution)


def _ballot(room: Room) -> Ballot:
    made = Ballot(room_id=room.id, question="Shall the network be set up?", rule=Rule.TWO_THIRDS, eligible=160,
                  visibility=Visibility.SECRET, state=BallotState.CLOSED, opened_at=AT, closed_at=AT,
                  verdict=Verdict.ADOPTED, yes=120, no=7, abstain=21)
    add(made)
    return made
