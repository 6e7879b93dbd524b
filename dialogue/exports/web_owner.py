"""Whose browser is asking, and the desk that serves it."""

from flask import current_app, request, session

from dialogue.accounts import identity
from dialogue.core.db import new_id
from dialogue.core.limits import throttle
from dialogue.exports.jobs.runner import Runner
from dialogue.exports.queries import Owner

VISITOR = "exports_visitor"


def owner() -> Owner:
    """Return the person, or the browser without a sign-in."""
    person = identity.current_person()
    return Owner(person, "" if person else session.get(VISITOR, ""))


def asking() -> Owner:
    """Return the owner of a new export; count the request, and keep the browser in the session."""
    person = identity.current_person()
    throttle("export", person.id if person else request.remote_addr or "")
    if person is None:
        session.setdefault(VISITOR, new_id())
    return owner()


def runner() -> Runner:
    """This application's desk."""
    found: Runner = current_app.extensions["exports"]
    return found
