"""People, actors, sign-ins, invitations and tokens."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.accounts.models", "dialogue.accounts.claims.models", "dialogue.accounts.resets.models")


def register(app: "Flask") -> None:
    """List what accounts offer."""
    from dialogue.accounts import identity, labels, web
    from dialogue.accounts.invitations.web import keep_secrets_out_of_logs

    identity.register(app)  # The steps of a request after this one ask for the person.
    app.before_request(web.offer_the_start)
    app.register_blueprint(web.bp)
    app.add_template_global(labels.account_label)
    keep_secrets_out_of_logs(app)
