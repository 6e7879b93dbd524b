"""A Dialogue in the middle of its work: one thing of each kind, and its address."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.agenda import actions as agenda
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import ChampionRole, LegalRoute, MilestoneStatus, Pace, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.halls import actions as halls
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.outcomes import actions as outcomes
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import Proposal
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes import actions as votes
from dialogue.votes.models import Choice, Terms, Visibility
from dialogue.votes.rules import Rule
from tests.world import World

SETS = (ActorSet.STATE, ActorSet.CIVIL_SOCIETY, ActorSet.INTL_CIVIL_SERVICE)


@dataclass(frozen=True)
class Settled:
    """What there is: the chair of everything, the room they chair, and the main pages by name."""

    chair: Person
    room: Room
    pages: dict[str, str]


def settle(world: World) -> Settled:
    """Make it all through the actions; the convenor chairs the room and the hall."""
    chair, room = world.convenor, world.room(title="A council that answers")
    rooms.give_place(chair, room.id, to=chair.id, role=RoomRole.CHAIR)
    rooms.acknowledge(chair, room.id, rule=room.attribution)
    members = [world.member(room, actor_set=actor_set) for actor_set in SETS]
    said = world.contribution(room, members[0], "We should **meet** again.\n\n- soon\n- often")
    world.contribution(room, members[1], "Why not?", reply_to=said.id)
    proposal = world.proposal(room, members[0], "Decides to meet again.", "Asks for a report.")
    open_ballot = world.ballot(room, chair)
    item_pages = _follow_up(world, room, members)
    hall = _hall(world)
    places = {"home": "/", "rooms": "/rooms", "room": room.address, "proposal": proposal.address,
              "ballot": open_ballot.address, **item_pages, "hall": hall, "console": f"{hall}/console",
              "exports": "/exports", "account": "/account", "admin": "/admin", "people": f"{room.address}/people"}
    settled = Settled(chair, room, places)
    db.release()
    return settled


def _follow_up(world: World, room: Room, members: list[Person]) -> dict[str, str]:
    """A decision that was adopted and published, on the agenda with a milestone that was met."""
    chair, decided = world.convenor, world.proposal(room, members[1], "Decides to review the council.")
    ballot = _voted(chair, decided, members)
    outcome = db.session().scalars(select(Outcome).where(Outcome.ballot_id == ballot)).one()
    outcome = outcomes.publish(chair, outcomes.sign(chair, outcome.id, revision=outcome.revision).id)
    item = agenda.add_item(chair, theme_id=world.theme.id, title="A review", problem="None is made.",
                           goal="One is made.", forum="General assembly", pace=Pace.FAST,
                           legal_route=LegalRoute.PRACTICE, stage=Stage.ADOPTED, review_on=date(2030, 1, 15),
                           outcome_id=outcome.id)
    agenda.add_champion(chair, item.id, actor_id=world.actor(ActorSet.STATE).id, role=ChampionRole.LEAD)
    milestone = milestones.add_milestone(chair, item.id, statement="A first review", due=date(2029, 1, 15))
    milestones.report(chair, milestone.id, status=MilestoneStatus.MET, note="It was made.", publisher="Example Press",
                      url="https://press.example/review")
    agenda.rate(chair, item.id, urgency=4, feasibility=3, cost=2, rationale="It is time.")
    return {"result": f"/ballots/{ballot}", "outcome": outcome.address, "agenda": "/agenda", "item": item.address}


def _voted(chair: Person, proposal: Proposal, members: list[Person]) -> str:
    terms = Terms(rule=Rule.TWO_THIRDS, visibility=Visibility.RECORDED)
    ballot = votes.open_on_proposal(chair, proposal.id, terms=terms)
    for person in members:
        votes.cast(person, ballot.id, choice=Choice.YES)
    return votes.close_ballot(chair, ballot.id).id


def _hall(world: World) -> str:
    """A hall that runs, with a question on stage, one that waits, and an open straw poll."""
    hall = world.hall(own_role=RoomRole.CHAIR)
    guest = world.guest(hall)
    halls.begin_segment(world.convenor, hall.id, segment_id=hall.segments[0].id, after=None)
    staged = questions.ask(guest, hall.id, text="When does the review begin?")
    questions.ask(guest, hall.id, text="Who pays for it?")
    questions.put_on_stage(world.convenor, staged.id)
    poll = polls.prepare(world.convenor, hall.id, question="Shall we go on?", options=["Yes", "Not today"])
    polls.open_poll(world.convenor, poll.id)
    return hall.address
