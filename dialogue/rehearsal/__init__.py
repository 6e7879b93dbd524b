"""Rehearsals with invented guests."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List the command."""
    from dialogue.rehearsal.cli import rehearse

    app.cli.add_command(rehearse)
