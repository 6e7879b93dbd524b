"""Whose browser is asking, and the desk that serves it."""

from flask import current_app, request, session

from dialogue.accounts import identity
from dialogue.core.db import new_id
from dialogue.core.limits import throttle
from dialogue.exports.desk import Desk
from dialogue.exports.queries import Owner

VISITOR = "exports_visitor"


def owner() -> Owner:
    """The person, or the browser nobody signed in to."""
    person = identity.person()
    return Owner(person, "" if person else session.get(VISITOR, ""))


def asking() -> Owner:
    """The same for somebody about to ask for a document: counted, and remembered by the session."""
    person = identity.person()
    throttle("export", person.id if person else request.remote_addr or "")
    if person is None:
        session.setdefault(VISITOR, new_id())
    return owner()


def desk() -> Desk:
    """This application's desk."""
    found: Desk = current_app.extensions["exports"]
    return found
