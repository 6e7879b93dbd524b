"""The steps in which endorsements by actor set are told where people are hidden (rules: support.py)."""

from sqlalchemy import select

from dialogue.core.transaction import Transaction
from dialogue.proposals import support
from dialogue.proposals.models import Endorsement, Proposal
from dialogue.rooms.voices import actor_sets, sizes_of_sets


def note(tx: Transaction, proposal: Proposal) -> None:
    """Within an open transaction, after an endorsement came or went: tell a new table if it tells on no one."""
    if not proposal.room.attribution.hides_people:
        proposal.sets_judged_at = None  # Known by name: a later table would tell who was added.
        return
    tx.session.flush()
    voices = tx.session.scalars(select(Endorsement.voice_id).where(Endorsement.proposal_id == proposal.id)).all()
    if proposal.sets_judged_at is None or not support.is_due(len(voices), proposal.sets_judged_at):
        return
    proposal.sets_judged_at, counts = len(voices), dict(actor_sets(voices))
    if support.may_follow(proposal.sets_told, counts, sizes_of_sets(proposal.room)):
        proposal.sets_told = [*(table for table in proposal.sets_told if table != counts), counts]
