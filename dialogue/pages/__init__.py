"""Composite pages, reading only."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List the pages that show several nouns."""
    from dialogue.pages import labels, themes, web

    app.register_blueprint(web.bp)
    app.add_template_global(labels.state_label)
    app.add_template_global(labels.thread_label)
    app.add_template_global(themes.of_the_theme)
