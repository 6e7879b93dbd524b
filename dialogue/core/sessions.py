"""The browser's session: a signed cookie that neither another site nor a program with a token can touch."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from dialogue.core.origin import bearer, is_foreign


class NoSession(SecureCookieSession):
    """An empty session that is never written to a cookie."""


class OwnSessions(SecureCookieSessionInterface):
    """Cookies for our own pages. Every other request finds an empty session and leaves no cookie."""

    def __init__(self, url: str) -> None:
        self._url = url

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, where the request may have a session."""
        if bearer(request.headers) is not None or is_foreign(request.method, request.headers, self._url):
            return NoSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, where the request may have a session."""
        if not isinstance(session, NoSession):
            super().save_session(app, session, response)
