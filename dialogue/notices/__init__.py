"""Notices to people about what concerns them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.notices.models",)


def register(app: "Flask") -> None:
    """List the pages, and which events are told to their recipients."""
    from dialogue.accounts import events as accounts
    from dialogue.agenda.events import MilestoneReported
    from dialogue.core.followers import follows
    from dialogue.notices import followers, web
    from dialogue.outcomes.events import OutcomePublished
    from dialogue.proposals.events import ProposalRevised
    from dialogue.rooms.contributions.events import ContributionPosted
    from dialogue.votes.events import BallotClosed, BallotOpened

    app.register_blueprint(web.bp)
    app.context_processor(web.unread)
    follows(followers.tell_of_a_new_text, ProposalRevised)
    follows(followers.tell_of_an_open_ballot, BallotOpened)
    follows(followers.tell_of_a_result, BallotClosed)
    follows(followers.tell_of_an_outcome, OutcomePublished)
    follows(followers.tell_of_a_reply, ContributionPosted, when=lambda event: event.reply_to_id is not None)
    follows(followers.tell_of_a_claim, accounts.ClaimProposed)
    follows(followers.tell_of_a_decided_claim, accounts.ClaimConfirmed, accounts.ClaimRefused)
    follows(followers.tell_of_a_reset_link, accounts.PasswordResetIssued)
    follows(followers.tell_of_a_reset, accounts.PasswordReset)
    follows(followers.tell_of_a_milestone, MilestoneReported)
