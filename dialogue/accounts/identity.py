"""The signed-in person of a request, through Flask-Login, and the browser's known devices.

A browser that has signed in to an account before is known by a signed cookie. A sign-in from a known device is
counted by itself, so that guesses from elsewhere cannot keep its owner out. The cookie is no sign-in. It holds up
to four accounts, each as a keyed digest of its address beside a random device id.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, after_this_request, current_app, g, request
from flask_babel import get_locale, get_timezone
from flask_login import LoginManager, current_user, login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from dialogue.accounts import actions, queries
from dialogue.accounts.models import Person
from dialogue.accounts.secrets import new_secret, prepare
from dialogue.core import mail_addresses
from dialogue.core.errors import NotPermitted, NotSignedIn
from dialogue.core.http import forget_session
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.origin import bearer

# These routes know no person; a monitoring program may show a token of its own.
OPERATORS = frozenset({"live.alive", "live.ready", "live.figures"})
MAX_KNOWN_ACCOUNTS = 4
DEVICE_KEPT_FOR = 366 * 24 * 3600  # Seconds.
Known = Sequence[tuple[str, str]]


def register(app: Flask) -> None:
    """Know the person before each request."""
    login_manager = LoginManager()
    login_manager.session_protection = None  # The sign-in itself is a random secret that can be revoked.
    login_manager.user_loader(_from_cookie)
    login_manager.request_loader(_from_token)
    # Templates have `current_person`; looking the visitor up once more would break the page that says that nothing
    # can be looked up just now.
    login_manager.init_app(app, add_context_processor=False)
    app.before_request(_recognise)
    prepare()


def _from_cookie(secret: str) -> "Visitor | None":
    person = queries.person_signed_in(secret)
    return Visitor(person, secret) if person else None


def _from_token(incoming: Any) -> "Visitor | None":
    secret = bearer(incoming.headers)
    person = queries.person_of_token(secret) if secret else None
    return Visitor(person, secret, by_token=True) if secret and person else None


class Visitor:
    """What Flask-Login keeps of a person: the secret of this one sign-in."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, person: Person, secret: str, *, by_token: bool = False) -> None:
        self.person = person
        self.secret = secret
        self.by_token = by_token

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.secret


def _recognise() -> None:
    g.person = None
    if request.endpoint != "static":
        g.person = getattr(current_user, "person", None)
        _refuse_a_dead_token()
        # Remembered now: should the database go away, the refusal is still to be worded.
        get_locale()
        get_timezone()


def _refuse_a_dead_token() -> None:
    """Refuse an invalid token: a program treated as the public would take the public part for the whole."""
    if g.person is None and bearer(request.headers) is not None and request.endpoint not in OPERATORS:
        raise NotSignedIn(_("This token is not valid, or not any more."))


def current_person() -> Person | None:
    """Return the signed-in person, or None."""
    found: Person | None = g.get("person")
    return found


def require_person() -> Person:
    """Return the signed-in person. Raises NotSignedIn."""
    found = current_person()
    if found is None:
        raise NotSignedIn(_("Sign in first."))
    return found


def require_person_at_browser() -> Person:
    """Return the person signed in by password: a leaked token must not be able to make more tokens."""
    found = require_person()
    if current_user.by_token:
        raise NotPermitted(_("Sign in with a browser for this; a token does not suffice."))
    return found


def this_sign_in() -> str:
    """The secret of the browser at hand; comes after `require_person_at_browser`."""
    return str(current_user.secret)


def welcome(someone: Person) -> None:
    """Sign the person in on this browser, with a session that starts anew; end the sign-in that was there.

    Only the cookie would be replaced otherwise: a copy of it, and the sockets opened with it, would go on.
    """
    _end_this_sign_in()
    forget_session()
    login_user(Visitor(someone, actions.start_sign_in(someone)), remember=False)
    if someone.email:
        _remember_device(someone.email)
    g.person = someone


def farewell() -> None:
    """Sign this browser out."""
    _end_this_sign_in()
    logout_user()
    forget_session()
    g.person = None


def _end_this_sign_in() -> None:
    if current_user.is_authenticated:
        actions.end_sign_in(current_user.secret)


def device_of(email: str) -> str | None:
    """The id of this browser as a known device of the account with this address, or None."""
    return dict(_known_devices()).get(_account_mark(email))


def _remember_device(email: str) -> None:
    """Make this browser a known device of the account, with this request's answer."""
    mark = _account_mark(email)
    known = [pair for pair in _known_devices() if pair[0] != mark]
    device = device_of(email) or new_secret()
    value = _device_signer().dumps([(mark, device), *known][:MAX_KNOWN_ACCOUNTS])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(_device_cookie(), value, max_age=DEVICE_KEPT_FOR, secure=_is_secure(), httponly=True,
                            samesite="Lax")
        return response


def _known_devices() -> Known:
    try:
        found = _device_signer().loads(request.cookies.get(_device_cookie(), ""), max_age=DEVICE_KEPT_FOR)
    except BadSignature:
        return []
    return [(mark, device) for mark, device in found]


def _account_mark(email: str) -> str:
    about = f"known-device {mail_addresses.normal(email)}"
    return hmac.new(_secret_key(), about.encode(), hashlib.sha256).hexdigest()[:32]


def _device_signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_secret_key(), salt="known-device")


def _secret_key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def _device_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
