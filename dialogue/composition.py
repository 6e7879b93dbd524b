"""The composition root: the only importer of everything. `PARTS` lists what the application is made of."""

import logging
from contextvars import Token
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, request
from flask.ctx import AppContext as FlaskContext
from gevent.monkey import is_module_patched
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from dialogue import (
    accounts,
    agenda,
    backup,
    core,
    database,
    demo,
    exports,
    halls,
    live,
    notices,
    outcomes,
    pages,
    proposals,
    rehearsal,
    rooms,
    server,
    votes,
)
from dialogue.core import db, erasure, followers, hashed_keys, limits, logs
from dialogue.core.address import OneAddress
from dialogue.core.application import Application, at_work, begin, enter, leave
from dialogue.core.transaction import after_commit
from dialogue.live.cluster import nudges
from dialogue.settings import Settings

log = logging.getLogger(__name__)
ErrorInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
ROOT = Path(__file__).parents[1]
# In the order of the story. The steps of a request run in this order too.
PARTS = (core, server, accounts, live, rooms, halls, proposals, votes, outcomes, agenda, notices, exports, pages,
         demo, rehearsal, backup, database)


class AppContext(FlaskContext):
    """Flask's context of an application, in which our own `Application` is the current one."""

    _entered: list[Token[Application]]

    def push(self) -> None:
        """Make the application current, then push Flask's context."""
        self._entered = [*getattr(self, "_entered", ()), enter(self.app.extensions["dialogue"])]
        super().push()

    def pop(self, *error: Any) -> None:
        """Pop Flask's context first: its teardown functions still need the application."""
        try:
            super().pop(*error)
        finally:
            leave(self._entered.pop())


class Dialogue(Flask):
    """Flask, whose word about a request that failed would quote its address, and with it codes and tokens."""

    def app_context(self) -> AppContext:
        """Return a context of this application."""
        return AppContext(self)

    def log_exception(self, exc_info: ErrorInfo) -> None:
        """Log what failed and where."""
        log.error("a request failed", exc_info=exc_info,
                  extra={"endpoint": request.endpoint, "method": request.method if request.endpoint else "ANY"})


def compose(settings: Settings) -> Flask:
    """Build the application from its settings."""
    if not settings.testing:
        logs.begin(settings.log)  # Before Flask looks for a handler and brings its own.
    app = Dialogue("dialogue", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.config.update(_flask_settings(settings))
    app.extensions["settings"] = settings
    app.jinja_env.bytecode_cache = _compiled(settings.instance)
    application = app.extensions["dialogue"] = Application()
    begin(application)
    with at_work(application):
        _connect(settings)
        for part in PARTS:
            part.register(app)
        after_commit(followers.answer)  # Last: sockets are told first, and followers' own changes come after.
    _believe_no_claims(app, settings)
    return app


def _connect(settings: Settings) -> None:
    db.connect(settings.database_url, is_serving=is_module_patched("socket"))
    erasure.watch(db.engine())
    hashed_keys.connect(settings.secret_key)
    limits.connect(settings.redis_url)
    nudges.connect(settings.redis_url)


def _believe_no_claims(app: Flask, settings: Settings) -> None:
    """Serve requests at our own address; take the client's address from our own proxies alone."""
    app.wsgi_app = OneAddress(app.wsgi_app, settings.url)  # type: ignore[method-assign]  # Flask wraps WSGI so.
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]  # Flask wraps WSGI so.


def _compiled(instance: Path) -> FileSystemBytecodeCache:
    """Where templates are kept compiled, as Python keeps modules: the first page of a process need not wait."""
    folder = instance / f"templates-{version('jinja2')}"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-dialogue" if settings.is_https else "dialogue",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # It wants a Referer; dialogue/core/origin.py decides by what browsers vouch for.
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "dialogue" / "translations"),
        "TESTING": settings.testing,
    }
