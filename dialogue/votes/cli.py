"""The operator's commands for ballots."""

import sys

import click
from flask.cli import with_appcontext

from dialogue.votes import actions
from dialogue.votes import recount as recounting


@click.command()
@with_appcontext
def recount() -> None:
    """Count every closed ballot again from its stored votes."""
    failed = 0
    for ballot, holds in recounting.closed_ballots():
        failed += not holds
        click.echo(f"{'PASS' if holds else 'FAIL'}  {ballot.id}  yes {ballot.yes}, no {ballot.no}, "
                   f"abstain {ballot.abstain} of {ballot.eligible}: {ballot.verdict}")
    click.echo(f"{failed} results do not follow from their votes." if failed else "All results hold.")
    sys.exit(1 if failed else 0)


@click.command("close-overdue")
@with_appcontext
def close_overdue() -> None:
    """Close the ballots whose deadline has passed."""
    click.echo(f"Closed: {actions.sweep()}")
