"""A room in which something was said and decided."""

import pytest

from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id, session
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import transaction
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import Clause, ClauseKind, Proposal, ProposalState, ProposalVersion, Sponsor
from dialogue.rooms.contributions.events import ContributionPosted
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access, Room, RoomRole
from dialogue.rooms.voices import voice_id_of
from dialogue.votes.events import BallotClosed
from dialogue.votes.models import Ballot, BallotState, Visibility
from dialogue.votes.rules import Rule, Verdict
from tests.world import World

SAID = (
    "The early warning briefing must reach the Commission before a conflict breaks out.",
    "We agree that the briefing should be held every second month in public.",
    "However, we are concerned that being named in a briefing costs a state its investors.",
    "As a next step the secretariat should draft the calendar of briefings by March.",
)


class Sitting:
    """A room with a chair, a rapporteur and two members, of whom one speaks."""

    def __init__(self, world: World, rule: AttributionRule = AttributionRule.ON_RECORD,
                 access: Access = Access.INVITED) -> None:
        self.world = world
        self.room: Room = world.room(rule, access)
        self.chair = world.member(self.room, RoomRole.CHAIR)
        self.rapporteur = world.member(self.room, RoomRole.RAPPORTEUR)
        self.speaker = world.member(self.room, name="Ariadne Exampleborough")
        self.member = world.member(self.room)

    def voice(self, person: Person | None = None) -> str:
        """The voice of a person, or of the speaker."""
        found = voice_id_of(self.room.id, person or self.speaker)
        assert found
        return found

    def say(self, text: str, *, by: Person | None = None, reply_to: str | None = None) -> Contribution:
        """Something is said."""
        voice = self.voice(by)
        with transaction() as tx:
            made = Contribution(id=new_id(), room_id=self.room.id, voice_id=voice, text=text, html=f"<p>{text}</p>",
                                at=now(), reply_to_id=reply_to)
            made.seq = tx.record(ContributionPosted(stream_id=self.room.id, contribution_id=made.id,
                                                    reply_to_id=reply_to))
            tx.add(made)
        return made

    def discuss(self) -> list[Contribution]:
        """Four contributions."""
        return [self.say(text) for text in SAID]

    def propose(self, origins: list[Contribution] | None = None) -> Proposal:
        """A proposal that is put to a decision."""
        voice = self.voice()
        with transaction() as tx:
            made = Proposal(room_id=self.room.id, symbol=f"DLG/L.{new_id()[:6]}", title="A standing briefing",
                            state=ProposalState.OPEN, created_at=now(), submitted_at=now())
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

    def ballot(self, proposal: Proposal | None = None, *, yes: int = 9, no: int = 2, abstain: int = 1,
               verdict: Verdict = Verdict.ADOPTED) -> str:
        """A ballot that has just closed: written as its action leaves it. Returns its id."""
        with transaction() as tx:
            made = Ballot(room_id=self.room.id, proposal_id=proposal.id if proposal else None,
                          proposal_version=1 if proposal else None, question="Shall there be a standing briefing?",
                          rule=Rule.TWO_THIRDS, quorum_numerator=1, quorum_denominator=2, eligible=20,
                          visibility=Visibility.SECRET, state=BallotState.CLOSED, opened_at=now(), closed_at=now(),
                          verdict=verdict, yes=yes, no=no, abstain=abstain, by_set={
                              "rows": {"state": None, "civil_society": {"yes": 5, "no": 0, "abstain": 0}},
                              "remainder": {"yes": 4, "no": 2, "abstain": 1}})
            tx.add(made)
            if proposal:
                relate(tx, Ref("proposal", proposal.id), Link.DECIDES, Ref("ballot", made.id))
            tx.record(BallotClosed(stream_id=self.room.id, ballot_id=made.id))
        return made.id

    def decided(self) -> Outcome:
        """The drafted record of a decision on a proposal that came from the discussion; its summary is still due."""
        said = self.discuss()
        return self.outcome_of(self.ballot(self.propose(said[:1])))

    def outcome_of(self, ballot_id: str) -> Outcome:
        """The record of a ballot."""
        return session().query(Outcome).filter_by(ballot_id=ballot_id).one()

    def again(self, outcome: Outcome) -> Outcome:
        """The outcome as it stands in the database now."""
        session().rollback()
        session().expire_all()
        found = session().get(Outcome, outcome.id)
        assert found
        return found


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
