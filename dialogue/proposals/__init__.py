"""Proposals, their clauses, versions and sponsors."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.proposals.models",)


def register(app: "Flask") -> None:
    """List what proposals offer."""
    from dialogue.core.record import presents
    from dialogue.core.thread import shows
    from dialogue.proposals import events, labels, queries, web
    from dialogue.proposals.emphasis import emphasised
    from dialogue.proposals.marking import marked

    app.register_blueprint(web.bp)
    app.add_template_global(labels.proposal_label)
    app.add_template_filter(emphasised, "emphasised")
    app.add_template_filter(marked, "marked")
    presents(queries.on_the_wire, events.ProposalDrafted, events.DraftRevised, events.DraftWithdrawn,
             events.ProposalSubmitted, events.ProposalRevised, events.ProposalSponsored, events.ProposalEndorsed,
             events.ProposalWithdrawn)
    shows("proposal", queries.nodes)
