"""A room in which something was said and decided."""

import pytest
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session

from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import engine, new_id
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import transaction
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import Clause, ClauseKind, Proposal, ProposalState, ProposalVersion, Sponsor
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access, Room, RoomRole
from dialogue.rooms.voices import voice_id_of
from dialogue.votes import actions as votes
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Choice, Quorum, Rule
from tests.world import Browser, World

SAID = (
    "The early warning briefing must reach the Commission before a conflict breaks out.",
    "We agree that the briefing should be held every second month in public.",
    "However, we are concerned that being named in a briefing costs a state its investors.",
    "As a next step the secretariat should draft the calendar of briefings by March.",
)


class Sitting:
    """A room with a chair, a rapporteur and five voting members, one of them speaking."""

    def __init__(self, world: World, rule: AttributionRule = AttributionRule.ON_RECORD,
                 access: Access = Access.INVITED) -> None:
        self.world = world
        self.room: Room = world.room(rule, access)
        self.chair = world.member(self.room, RoomRole.CHAIR)
        self.rapporteur = world.member(self.room, RoomRole.RAPPORTEUR)
        self.speaker = world.member(self.room, name="Ariadne Exampleborough")
        self.member = world.member(self.room)
        self.others = [world.member(self.room) for _ in range(3)]  # Fewer than five may not vote in secret.

        self.stranger, self.revoked = world.person(), world.revoked(self.room)

    def browser(self, person: Person | None = None) -> Browser:
        """A browser of a person, or of the public; earlier requests may have released the test's copy of them."""
        if person is None:
            return self.world.browser()
        with Session(engine(), expire_on_commit=False) as own:
            return self.world.browser(own.get_one(Person, inspect(person).identity[0]))

    def voice(self, person: Person | None = None) -> str:
        """The voice of a person, or of the speaker."""
        found = voice_id_of(self.room.id, person or self.speaker)
        assert found
        return found

    def say(self, text: str, *, by: Person | None = None, reply_to: str | None = None) -> Contribution:
        """Something is said."""
        return self.world.contribution(self.room, by or self.speaker, text, reply_to=reply_to)

    def discuss(self) -> list[Contribution]:
        """Four contributions."""
        return [self.say(text) for text in SAID]

    def propose(self, origins: list[Contribution] | None = None) -> Proposal:
        """A proposal that was put forward."""
        voice = self.voice()
        with transaction() as tx:
            made = Proposal(room_id=self.room.id, symbol=f"DLG/L.{new_id()[:6]}", title="A standing briefing",
                            state=ProposalState.SUBMITTED, created_at=now(), submitted_at=now())
            tx.add(made)
            version = ProposalVersion(proposal_id=made.id, number=1, title="A standing briefing", voice_id=voice,
                                      at=now())
            tx.add(version, Sponsor(proposal_id=made.id, voice_id=voice, at=now()))
            texts = ((ClauseKind.PREAMBULAR, "Recalling the purpose of the Commission,"),
                     (ClauseKind.OPERATIVE, "Decides to hold a briefing every second month."))
            tx.add(*(Clause(version_id=version.id, position=n, key=new_id(), kind=kind, text=text)
                     for n, (kind, text) in enumerate(texts)))
            for origin in origins or ():
                relate(tx, Ref("contribution", origin.id), Link.ORIGINATES, Ref("proposal", made.id))
        return made

    def ballot(self, proposal: Proposal | None = None, *, yes: int = 2, no: int = 1) -> str:
        """A decision of the five voters by two thirds, at least half of them taking part. Returns the ballot's id."""
        visibility = Visibility.SECRET if self.room.attribution.hides_people else Visibility.RECORDED
        terms = Terms(Rule.TWO_THIRDS, visibility, Quorum(1, 2))
        made = (votes.open_on_proposal(self.chair, proposal.id, terms=terms) if proposal else
                votes.open_on_question(self.chair, self.room.id, question="Shall there be a briefing?", terms=terms))
        choices = [Choice.YES] * yes + [Choice.NO] * no
        for voter, choice in zip((self.speaker, self.member, *self.others), choices, strict=False):
            votes.cast(voter, made.id, choice=choice)
        votes.close_ballot(self.chair, made.id)
        return made.id

    def decided(self) -> Outcome:
        """The drafted record of a decision on a proposal that came from the discussion; its summary is still due."""
        said = self.discuss()
        return self.outcome_of(self.ballot(self.propose(said[:1])))

    def outcome_of(self, ballot_id: str) -> Outcome:
        """The record of a ballot, as it stands now."""
        return self._read(select(Outcome).where(Outcome.ballot_id == ballot_id))

    def again(self, outcome: Outcome) -> Outcome:
        """The outcome as it stands in the database now."""
        return self._read(select(Outcome).where(Outcome.id == outcome.id))

    def _read(self, query: Select[Outcome]) -> Outcome:
        # With a session of its own: what later work does to its sessions leaves the test's copy alone.
        with Session(engine()) as own:
            return own.scalars(query).one()


@pytest.fixture
def sitting(world: World) -> Sitting:
    """A sitting on the record."""
    return Sitting(world)


@pytest.fixture
def chatham(world: World) -> Sitting:
    """A sitting under the Chatham House Rule."""
    return Sitting(world, AttributionRule.CHATHAM_HOUSE)


@pytest.fixture
def closed_doors(world: World) -> Sitting:
    """A sitting in a closed room."""
    return Sitting(world, AttributionRule.CLOSED)
