"""What a chair needs to know before opening a ballot."""

from dataclasses import dataclass

from dialogue.accounts.models import Person
from dialogue.core import db, page_addresses
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, permit
from dialogue.proposals.models import Proposal
from dialogue.rooms.models import Room
from dialogue.rooms.voices import awaited_voters, electorate, voting_guests
from dialogue.votes.actions import SMALLEST_SECRET_ROLL, refuse_unless_submitted
from dialogue.votes.revealing import SMALL_ROLL


@dataclass(frozen=True)
class Opening:
    """Where the ballot would be held, on what, by how many, and how many of them are guests."""

    room: Room
    proposal: Proposal | None
    voters: int
    guests: int
    awaited: int  # … hold a place with a vote and have not entered.

    @property
    def address(self) -> str:
        """Where the form is, and where it is sent."""
        if self.proposal:
            return page_addresses.new_ballot_on_proposal(self.proposal.id)
        return page_addresses.new_ballot_in_room(self.room.id)

    @property
    def may_be_recorded(self) -> bool:
        """Not where people are shown by a handle only."""
        return not self.room.attribution.hides_people

    @property
    def is_small(self) -> bool:
        """Whether a secret ballot now would come with a warning."""
        return self.voters <= SMALL_ROLL

    @property
    def may_be_secret(self) -> bool:
        """Not among so few that the figures would tell."""
        return self.voters >= SMALLEST_SECRET_ROLL

    @property
    def obstacle(self) -> str:
        """What keeps every kind of ballot from being opened now: "empty", "few" (for a secret one), or nothing."""
        if not self.voters:
            return "empty"
        return "" if self.may_be_recorded or self.may_be_secret else "few"


def on_proposal(proposal_id: str, person: Person | None) -> Opening:
    """For a submitted proposal. Raises NotFound, NotSignedIn, NotPermitted, Conflict."""
    proposal = db.session().get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound()
    permit(person, Permission.BALLOT_OPEN, proposal)
    refuse_unless_submitted(proposal)
    return _opening(proposal.room, proposal)


def in_room(room_id: str, person: Person | None) -> Opening:
    """For a free question. Raises NotFound, NotSignedIn, NotPermitted, Conflict."""
    room = db.session().get(Room, room_id)
    if room is None:
        raise NotFound()
    permit(person, Permission.BALLOT_OPEN, room)
    room.refuse_if_closed()
    return _opening(room, None)


def _opening(room: Room, proposal: Proposal | None) -> Opening:
    return Opening(room, proposal, len(electorate(room)), voting_guests(room), awaited_voters(room))
