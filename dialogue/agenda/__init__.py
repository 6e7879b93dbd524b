"""The shared reform agenda: items, milestones, evidence and scores."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.agenda.models",)


def register(app: "Flask") -> None:
    """List what the agenda offers."""
    from dialogue.agenda import queries, web
    from dialogue.agenda.labels import agenda_label
    from dialogue.agenda.scoring import shown
    from dialogue.core.record import presents
    from dialogue.core.thread import shows

    app.register_blueprint(web.bp)
    app.add_template_filter(shown, "shown")
    app.add_template_filter(web.iso_day, "iso_day")
    app.add_template_global(agenda_label)
    presents(queries.present_entries, *queries.EVENTS)
    shows("agenda_item", queries.show_items)
    shows("milestone", queries.show_milestones)
    shows("evidence", queries.show_evidence)
