"""Refusing forged forms: by the request's origin, then by the token that only our own pages hold."""

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect

from dialogue.core.address import our_address
from dialogue.core.origin import SAFE, Foreign, Source, bearer, source
from dialogue.core.sessions import OwnSessions


def register(app: Flask) -> None:
    """Give sessions and tokens to our own pages."""
    app.session_interface = OwnSessions(app.extensions["settings"].url)
    CSRFProtect(app)


def refuse_another_site() -> None:
    """Refuse a form that another site sent. Raises Foreign."""
    if request.method not in SAFE and sender() is Source.FOREIGN:
        raise Foreign(our_address())


def refuse_without_token() -> None:
    """Refuse a form without the token of our pages. Raises CSRFError."""
    # A browser sends no bearer token on its own, so a request with one cannot be forged; its cookie is not read.
    if request.method not in SAFE and bearer(request.headers) is None:
        current_app.extensions["csrf"].protect()


def sender() -> Source:
    """Return the sender of the current form."""
    return source(request.headers, our_address())
