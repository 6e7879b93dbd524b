"""The sample dialogue."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List the command."""
    from dialogue.demo.cli import demo

    app.cli.add_command(demo)
