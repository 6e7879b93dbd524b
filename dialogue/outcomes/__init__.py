"""Records of decisions and sessions, their summaries and signatures."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.outcomes.models",)


def register(app: "Flask") -> None:
    """List what outcomes offer."""
    from dialogue.core.followers import follows
    from dialogue.core.record import presents
    from dialogue.core.richtext import excerpt_of_html
    from dialogue.core.tasks import Scope, every
    from dialogue.core.thread import shows
    from dialogue.core.transaction import after_commit
    from dialogue.outcomes import drafting, events, followers, labels, queries, web
    from dialogue.rooms.contributions.events import ContributionHidden, ContributionRetracted
    from dialogue.votes.events import BallotClosed

    app.register_blueprint(web.bp)
    app.add_template_global(labels.outcome_label)
    app.add_template_filter(excerpt_of_html, "excerpt")
    presents(queries.on_the_wire, events.OutcomeDrafted, events.OutcomeEdited, events.SummarySigned,
             events.OutcomeSigned, events.OutcomeReturned, events.OutcomePublished, events.OutcomeCorrected)
    shows("outcome", queries.nodes)
    follows(followers.record_decision, BallotClosed)
    follows(followers.stop_citing, ContributionRetracted, ContributionHidden)
    after_commit(drafting.wake)
    every(drafting.LOOK_AGAIN_SECONDS, drafting.draft_due, Scope.ONE, is_due=drafting.is_due,
          deadline=drafting.MAX_SECONDS)
