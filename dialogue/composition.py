"""The composition root: the only importer of everything."""

import logging
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from flask import Flask, request
from gevent.monkey import is_module_patched
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from dialogue import database
from dialogue.accounts import identity
from dialogue.accounts import web as accounts_web
from dialogue.agenda import web as agenda_web
from dialogue.backup.cli import backup, restore
from dialogue.core import db, erasure, hashed_keys, http, limits, logs, resending
from dialogue.core.address import OneAddress
from dialogue.demo.cli import demo
from dialogue.exports import web as exports_web
from dialogue.halls import api as halls_api
from dialogue.halls import live as halls_live
from dialogue.halls import web as halls_web
from dialogue.live import api as live_api
from dialogue.live import endpoint as live_door
from dialogue.live.cluster import nudges
from dialogue.notices import web as notices_web
from dialogue.outcomes import web as outcomes_web
from dialogue.pages import web as pages_web
from dialogue.proposals import web as proposals_web
from dialogue.rehearsal.cli import rehearse
from dialogue.rooms import web as rooms_web
from dialogue.rooms.contributions import api as contributions_api
from dialogue.rooms.contributions import live as contributions_live
from dialogue.rooms.contributions import web as contributions_web
from dialogue.server import monitoring, turns
from dialogue.settings import Settings
from dialogue.votes import web as votes_web

log = logging.getLogger(__name__)
ErrorInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
ROOT = Path(__file__).parents[1]
DOORS = (live_api, pages_web, accounts_web, rooms_web, contributions_web, contributions_api, halls_web, halls_api,
         proposals_web, votes_web, outcomes_web, agenda_web, exports_web, notices_web)
COMMANDS = (demo, rehearse, backup, restore)
SOCKETS = (contributions_live, halls_live)  # They register their events by being imported.


class Dialogue(Flask):
    """Flask, whose word about a request that failed would quote its address, and with it codes and tokens."""

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
    _connect(settings)
    http.register(app)
    resending.register(app)
    identity.register(app)
    for door in DOORS:
        app.register_blueprint(door.bp)
    turns.register(app)
    monitoring.register(app, settings)
    live_door.register(app, settings)
    nudges.connect(settings.redis_url)
    _believe_no_claims(app, settings)
    _register_commands(app)
    return app


def _register_commands(app: Flask) -> None:
    database.register(app)
    for command in COMMANDS:
        app.cli.add_command(command)


def _connect(settings: Settings) -> None:
    db.connect(settings.database_url, is_serving=is_module_patched("socket"))
    erasure.watch(db.engine())
    hashed_keys.connect(settings.secret_key)
    limits.connect(settings.redis_url)


def _believe_no_claims(app: Flask, settings: Settings) -> None:
    """Serve requests at our own address; take the client's address from our own proxies alone."""
    app.wsgi_app = OneAddress(app.wsgi_app, settings.url)  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]


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
