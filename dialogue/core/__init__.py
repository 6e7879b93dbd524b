"""The foundation: the database, transactions, the record, permissions, and the parts of every page."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.core.record", "dialogue.core.thread", "dialogue.core.followers", "dialogue.core.idempotency",
          "dialogue.core.reformatting", "dialogue.core.claims")


def register(app: "Flask") -> None:
    """List what every page and process has."""
    from dialogue.core import http, in_progress, labels, resending
    from dialogue.core.readiness import ready_when

    http.register(app)
    app.add_template_global(labels.core_label)
    resending.register(app)
    ready_when("staying", in_progress.stays)
