"""What every page has in common: protection against forged forms, headers, refusals, dates, assets."""

import hashlib
import logging
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_time
from flask import Flask, Response, current_app, g, has_request_context, jsonify, render_template, request, session
from flask.json.provider import DefaultJSONProvider
from flask_babel import Babel, get_locale, get_timezone, get_translations
from flask_wtf.csrf import CSRFError
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from dialogue.core import bounds, db, deadline, forged, web_addresses
from dialogue.core.authored import authored
from dialogue.core.client_messages import client_messages
from dialogue.core.clock import now
from dialogue.core.cutting import shortened
from dialogue.core.errors import DomainError, NotFound, TooLarge, Unavailable
from dialogue.core.forms import typed
from dialogue.core.i18n import direction
from dialogue.core.i18n import gettext as _
from dialogue.core.isolation import isolated_if_plain, with_isolated
from dialogue.core.languages import LANGUAGES, SOURCE, locale_of, offered
from dialogue.core.origin import Foreign, Source
from dialogue.core.reader import chosen_zone, forget_if_unreadable, offset, zone, zone_is_guessed

log = logging.getLogger(__name__)
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"))
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # Under `no-referrer` browsers send `Origin: null` with our own forms.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class BoundedJson(DefaultJSONProvider):
    """JSON of which what is nested without end is refused like any other nonsense."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read it. Raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def register(app: Flask) -> None:
    """Give the application the house's common manners."""
    app.json = BoundedJson(app)
    forged.register(app)
    Babel(app, locale_selector=_language, timezone_selector=chosen_zone)
    # Another site's body is not even read; the deadline does not begin before it is there: its line may be slow.
    for step in (forged.refuse_another_site, bounds.read_within_bounds, deadline.begin, _refuse_zeros,
                 forged.refuse_without_token):
        app.before_request(step)
    app.after_request(_with_headers)
    app.teardown_appcontext(_done)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http_error)
    for failure, answer in (*((away, _database_away) for away in db.AWAY), (DataError, _unstorable)):
        app.register_error_handler(failure, answer)
    app.context_processor(_everywhere)
    # N_ marks a text for the catalogues; it is translated where it is shown.
    app.jinja_env.globals.update(_=_said, gettext=_said, ngettext=_said_of, asset=asset, typed=typed, N_=str)
    app.jinja_env.filters.update(isolated=isolated_if_plain, shortened=shortened, moment=moment, day=day, offset=offset,
                                 authored=authored, link=web_addresses.link, readable=web_addresses.readable)


def _done(_error: BaseException | None) -> None:
    db.release()
    deadline.end()


def _language() -> str:
    person = g.get("person")
    if not person and not has_request_context():
        return "en"  # A command speaks to the operator.
    asked = person.language if person else request.accept_languages.best_match(LANGUAGES)
    return locale_of(offered(asked or SOURCE))


def _catalogue() -> Any:
    """The request's translations, looked up once: a page asks for hundreds of sentences."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def _said(text: str, **told: Any) -> Markup:
    """A template's sentence in the reader's language, with what is told in it escaped."""
    translated = _catalogue().ugettext(text)
    return Markup(translated) % with_isolated(told) if told else Markup(translated % ())  # noqa: S704 - The sentence is ours.


def _said_of(one: str, many: str, num: int, **told: Any) -> Markup:
    """The same of a number of things."""
    return Markup(_catalogue().ungettext(one, many, num)) % {"num": num, **with_isolated(told)}  # noqa: S704 - Likewise.


def _everywhere() -> dict[str, Any]:
    language = str(get_locale() or "en")
    return {"page_language": language.replace("_", "-"), "page_direction": direction(language),
            "current_person": g.get("person"), "bundle_url": bundle_url(), "server_time": now(),
            "time_zone": str(zone()), "zone_is_guessed": zone_is_guessed(),
            "client_messages": htmlsafe_json_dumps(client_messages())}


def _refuse_zeros() -> None:
    # No database has a place for the character zero, and one question with it would fail all that are asked together.
    if "\0" in request.path:
        raise NotFound()


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if current_app.extensions["settings"].is_https:
        response.headers["Strict-Transport-Security"] = "max-age=63072000"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def _wants_json() -> bool:
    return request.path.startswith("/api/")


def _refused(error: DomainError) -> Any:
    forget_if_unreadable()
    if _wants_json():
        refusal = {"code": error.code, "message": str(error.message), "field": error.field}
        return jsonify(ok=False, error={k: v for k, v in refusal.items() if v is not None}), error.status
    if isinstance(error, Unavailable):
        return _page_503()
    if isinstance(error, Foreign):
        return render_template("errors/unsent.html", lead=error.message), error.status
    # What is too large was not parsed, and is not parsed to hand it back.
    fields = [] if isinstance(error, TooLarge) else _typed_fields()
    return render_template("errors/refused.html", error=error, typed_fields=fields), error.status


def _stale(_error: CSRFError) -> Any:
    """The form is older than the session: show it back, ready to be sent again."""
    if _wants_json():
        return _refused(DomainError(_("Reload the page, then send it again.")))
    if forged.sender() is Source.UNSAID:  # Perhaps another site's, in an old browser: no session, nothing to press.
        lead = _("The page was out of date, or its cookie is missing. Nothing was changed. Open the page again.")
        return render_template("errors/unsent.html", lead=lead, typed_fields=_typed_fields()), 400
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return render_template(
        "errors/stale.html", typed_fields=_typed_fields(), action=quote(request.path) + query), 400


def _http_error(error: HTTPException) -> Any:
    if isinstance(error.get_response(), Response) and error.code is not None and error.code < 400:
        return error
    if error.code == 404:
        return _refused(NotFound())
    refusal = DomainError(error.description)
    refusal.status = error.code or 500
    return _refused(refusal)


def _database_away(_error: SQLAlchemyError) -> Any:
    db.release()
    return _refused(Unavailable(_("The record cannot be reached just now. Try again in a few seconds.")))


def _unstorable(_error: DataError) -> Any:
    """A character or number the database has no place for, in an address or a hidden field: nothing of ours."""
    log.warning("a value is out of range for the database", extra={"endpoint": request.endpoint})
    db.give_up()  # Not released: the error page shows the signed-in person, which the rollback expired.
    return _refused(NotFound())


def _page_503() -> Any:
    response = Response(render_template("errors/unavailable.html", typed_fields=_typed_fields()), status=503)
    response.headers["Retry-After"] = "5"
    return response


def _typed_fields() -> list[tuple[str, str]]:
    """What a refused form held, to hand back within the route's bounds; never passwords."""
    try:
        form = request.form.items(multi=True) if request.method == "POST" else ()
    except RequestEntityTooLarge:
        return []  # Never read, so there is nothing to hand back.
    return bounds.handed_back(
        (name, value) for name, value in form if name != "csrf_token" and "password" not in name)


def asset(path: str) -> str:
    """The address of a static file, changing with its content so that it may be kept for a year."""
    return f"/static/{path}?v={_digest(path)}"


@cache
def _digest(path: str) -> str:
    return hashlib.sha256(_static(path).read_bytes()).hexdigest()[:12]


def bundle_url() -> str | None:
    """The address of the browser's script, where it was built; pages work without it."""
    return asset("vendor/app.js") if _static("vendor/app.js").is_file() else None


def _static(path: str) -> Path:
    return Path(__file__).parents[2] / "static" / path


def moment(value: datetime) -> str:
    """A moment in the reader's language and time zone, which the page names once: "7 Nov 2026, 12:05"."""
    return _moment(value, get_locale(), get_timezone())


@lru_cache(maxsize=4096)  # All readers of a discussion see the same moments.
def _moment(value: datetime, locale: Locale, zone: tzinfo) -> str:
    local = value.astimezone(zone)
    return f"{format_date(local, 'medium', locale)}, {format_time(local, 'short', zone, locale)}"


def day(value: date | datetime, width: str = "long") -> str:
    """A day in the reader's language."""
    return _day(value.astimezone(get_timezone()) if isinstance(value, datetime) else value, width, get_locale())


@lru_cache(maxsize=4096)
def _day(value: date, width: str, locale: Locale) -> str:
    return format_date(value, width, locale)


def forget_session() -> None:
    """Empty the browser's session when another person signs in with it."""
    session.clear()
