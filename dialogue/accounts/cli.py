"""The operator's commands for accounts."""

import click
from flask import Blueprint

from dialogue.accounts import actions, names, passwords
from dialogue.accounts.resets.actions import reset_by_operator
from dialogue.core import inputs
from dialogue.core.errors import DomainError

bp = Blueprint("operator", __name__, cli_group=None)


@bp.cli.command("create-admin")
@click.option("--name", prompt="Name", help="How the convenor is called.")
@click.option("--email", prompt="E-mail address", help="What the convenor signs in with.")
@click.option("--password", prompt="Password (15 characters or more)", hide_input=True, confirmation_prompt=True,
              envvar="DIALOGUE_ADMIN_PASSWORD", help="Better left out: it is asked for, or read from "
              "DIALOGUE_ADMIN_PASSWORD.")
def create_admin(name: str, email: str, password: str) -> None:
    """Create a convenor's account. A convenor sets up themes, rooms and people."""
    form = {"name": name, "email": email, "password": password}
    try:
        made = actions.create_convenor(
            name=names.chosen(form), email=inputs.email(form, "email"),
            password=passwords.chosen(form, "password", about=(name, email)))
    except DomainError as refusal:
        raise click.ClickException(str(refusal.message)) from refusal
    click.echo(f"{made.name} can sign in as {made.email} now.")


@bp.cli.command("reset-password")
@click.option("--email", prompt="E-mail address", help="What the account signs in with.")
@click.option("--password", prompt="New password (15 characters or more)", hide_input=True, confirmation_prompt=True,
              envvar="DIALOGUE_NEW_PASSWORD", help="Better left out: it is asked for, or read from "
              "DIALOGUE_NEW_PASSWORD.")
def reset_password(email: str, password: str) -> None:
    """Set a lost password anew and end all sign-ins of the account; the record and the account say so."""
    form = {"email": email, "password": password}
    try:
        done = reset_by_operator(email=inputs.email(form, "email"),
                                 password=passwords.chosen(form, "password", about=(email,)))
    except DomainError as refusal:
        raise click.ClickException(str(refusal.message)) from refusal
    click.echo(f"{done.name} can sign in as {done.email} with the new password now. All sign-ins were ended.")
