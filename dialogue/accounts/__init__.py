"""People, actors, sign-ins, invitations and tokens."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.accounts.models", "dialogue.accounts.claims.models", "dialogue.accounts.resets.models")


def register(app: "Flask") -> None:
    """List what accounts offer."""
    from dialogue.accounts import identity, labels, web
    from dialogue.accounts.invitations.web import keep_secrets_out_of_logs

    identity.register(app)  # Before all other steps of a request: they ask for the person.
    app.register_blueprint(web.bp)
    app.add_template_global(labels.account_label)
    keep_secrets_out_of_logs(app)
