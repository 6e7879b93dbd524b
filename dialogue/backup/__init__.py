"""Backup and restore: everything an installation holds, in one file that either database can read."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List the commands."""
    from dialogue.backup.cli import backup, restore

    app.cli.add_command(backup)
    app.cli.add_command(restore)
