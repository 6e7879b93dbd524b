"""Ballots, votes and their results."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.votes.models", "dialogue.votes.secret_models")


def register(app: "Flask") -> None:
    """List what votes offer."""
    from dialogue.core import erasure
    from dialogue.core.record import Audience, presents
    from dialogue.core.reformatting import covers
    from dialogue.core.thread import shows
    from dialogue.live.events import receives
    from dialogue.live.streams import ephemeral, registry
    from dialogue.votes import closing, events, keys, live, models, queries, turnout

    settings = app.extensions["settings"]
    keys.keep_in(settings.keys, formerly=settings.instance / "keys")
    erasure.note(closing.TABLES)  # A process that was killed may have left its erasing to this one.
    _register_pages_and_commands(app)
    presents(queries.on_the_wire, events.BallotOpened, events.BallotClosed, events.BallotCancelled,
             events.VoteExplained)
    shows("ballot", queries.nodes)
    receives(live.cast)
    registry.depicts(live.depict)
    ephemeral.produces(turnout.TALLY, live.turnouts, every=turnout.PACE, kept=True, audience=Audience.MEMBERS)
    _register_tasks()
    covers(models.Explanation, "text", "html")


def _register_tasks() -> None:
    from dialogue.core.tasks import Scope, every
    from dialogue.votes import actions, live

    every(live.CLOSE_EVERY, live.close_what_is_due, Scope.ONE, is_due=actions.are_overdue, longest_wait=8.0,
          deadline=300.0)
    every(live.CLOSE_EVERY, live.clean_up, Scope.EACH)  # Twice changes nothing, and its notes are of this process.


def _register_pages_and_commands(app: "Flask") -> None:
    from dialogue.votes import cli, labels, web
    from dialogue.votes.revealing import reveals_words

    app.register_blueprint(web.bp)
    for word in (reveals_words, labels.ballot_label, labels.ballot_test):
        app.add_template_global(word)
    app.cli.add_command(cli.recount)
    app.cli.add_command(cli.close_overdue)
