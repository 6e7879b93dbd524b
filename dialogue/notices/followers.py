"""The recipients of notices: each function handles one kind of event.

Each event is handled once (core/followers.py keeps a cursor), so no notice is sent twice, not even after a crash.
"""

from sqlalchemy import select, union

from dialogue.accounts.claims.models import Claim
from dialogue.accounts.claims.queries import focal_points
from dialogue.accounts.models import Person
from dialogue.agenda.models import AgendaItem, Champion
from dialogue.core import page_addresses
from dialogue.core.record import Entry
from dialogue.core.transaction import Transaction
from dialogue.notices.delivery import to_people, to_voices
from dialogue.outcomes import sources
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import Endorsement, Proposal, ProposalVersion, Sponsor
from dialogue.rooms.contributions.models import Contribution
from dialogue.votes.models import Ballot, Elector


def tell_of_a_new_text(tx: Transaction, entry: Entry) -> None:
    """Notify a text's sponsors and endorsers that it changed, except its editor."""
    proposal = tx.session.get(Proposal, entry.data["proposal_id"])
    if proposal is None:
        return
    theirs = union(*(select(kind.voice_id).where(kind.proposal_id == proposal.id) for kind in (Sponsor, Endorsement)))
    editor = select(ProposalVersion.voice_id).where(
        ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == entry.data["number"])
    voices = set(tx.session.scalars(theirs)) - set(tx.session.scalars(editor))
    to_voices(tx, entry, voices, subject=proposal.title, address=proposal.address)


def tell_of_an_open_ballot(tx: Transaction, entry: Entry) -> None:
    """Ask all electors to vote."""
    _tell_electors(tx, entry)


def tell_of_a_result(tx: Transaction, entry: Entry) -> None:
    """Notify all electors of the result, whether or not they voted."""
    _tell_electors(tx, entry)


def _tell_electors(tx: Transaction, entry: Entry) -> None:
    ballot = tx.session.get(Ballot, entry.data["ballot_id"])
    if ballot is not None:
        roll = tx.session.scalars(select(Elector.voice_id).where(Elector.ballot_id == ballot.id)).all()
        to_voices(tx, entry, roll, subject=ballot.question, address=ballot.address)


def tell_of_an_outcome(tx: Transaction, entry: Entry) -> None:
    """Notify the sponsors of the proposal and the authors of cited contributions."""
    outcome = tx.session.get(Outcome, entry.data["outcome_id"])
    if outcome is None:
        return
    sponsors = select(Sponsor.voice_id).where(Sponsor.proposal_id == outcome.proposal_id)
    voices = sources.voices_behind(outcome) | set(tx.session.scalars(sponsors))
    to_voices(tx, entry, voices, subject=f"{outcome.symbol} {outcome.title}", address=outcome.address,
              is_public=True)


def tell_of_a_reply(tx: Transaction, entry: Entry) -> None:
    """Notify the author of a contribution of a reply, except their own."""
    if entry.data["reply_to_id"] is None:
        return
    reply = tx.session.get(Contribution, entry.data["contribution_id"])
    parent = tx.session.get(Contribution, entry.data["reply_to_id"])
    if reply is None or parent is None or reply.voice_id == parent.voice_id:
        return
    room = reply.room
    # Where people are hidden, a person's notices must not tell which contribution is theirs.
    address = room.address if room.attribution.hides_people else page_addresses.contribution(reply.id)
    to_voices(tx, entry, {parent.voice_id}, subject=room.title, address=address)


def tell_of_a_claim(tx: Transaction, entry: Entry) -> None:
    """Ask convenors and the actor's focal points to confirm it. The room is not told."""
    claim = tx.session.get(Claim, entry.data["claim_id"])
    if claim is None:
        return
    subject = claim.actor.name
    convenors = select(Person.id).where(Person.is_convenor, Person.disabled_at.is_(None))
    to_people(tx, entry, tx.session.scalars(convenors).all(), subject=subject, address=page_addresses.ALL_CLAIMS)
    focal = {person.id for person in focal_points(claim.actor_id) if not person.is_convenor}
    to_people(tx, entry, focal, subject=subject, address=page_addresses.OWN_CLAIMS)


def tell_of_a_decided_claim(tx: Transaction, entry: Entry) -> None:
    """Notify the person and the proposer of the decision."""
    claim = tx.session.get(Claim, entry.data["claim_id"])
    if claim is None:
        return
    to_people(tx, entry, {claim.person_id}, subject=claim.actor.name, address=page_addresses.OWN_ACCOUNT)
    to_people(tx, entry, {claim.proposed_by_id} - {claim.person_id}, subject=claim.actor.name,
              address=page_addresses.place(claim.stream_id, claim.person_id))


def tell_of_a_reset_link(tx: Transaction, entry: Entry) -> None:
    """The person is told which convenor can have opened their account."""
    issuer = tx.session.get_one(Person, entry.data["by_id"])
    to_people(tx, entry, {entry.data["person_id"]}, subject=issuer.name, address=page_addresses.OWN_PASSWORD)


def tell_of_a_reset(tx: Transaction, entry: Entry) -> None:
    """The person is told that their password is another one."""
    person = tx.session.get_one(Person, entry.data["person_id"])
    to_people(tx, entry, {person.id}, subject=person.email or person.name, address=page_addresses.OWN_PASSWORD)


def tell_of_a_milestone(tx: Transaction, entry: Entry) -> None:
    """The people of an item's champions are told how a milestone stands."""
    item = tx.session.get(AgendaItem, entry.data["item_id"])
    if item is None:
        return
    people = select(Person.id).join(Champion, Champion.actor_id == Person.actor_id).where(
        Champion.item_id == item.id, Person.disabled_at.is_(None))
    to_people(tx, entry, tx.session.scalars(people).all(), subject=item.title,
              address=page_addresses.agenda_item(item.id))
