"""Browsers that have signed in to an account before, known by a signed cookie.

A sign-in from a known device is counted by itself, so that guesses from elsewhere cannot keep its owner out. The
cookie is no sign-in. It holds up to four accounts, each as a keyed digest of its address beside a random device id.
"""

import hashlib
import hmac
from collections.abc import Sequence

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from dialogue.accounts.secrets import new_secret
from dialogue.core import mail_addresses

MAX_ACCOUNTS = 4
KEPT_FOR = 366 * 24 * 3600  # Seconds.
Known = Sequence[tuple[str, str]]


def device_of(email: str) -> str | None:
    """The id of this browser as a known device of the account with this address, or None."""
    return dict(_known()).get(_mark(email))


def remember(email: str) -> None:
    """Make this browser a known device of the account, with this request's answer."""
    mark = _mark(email)
    known = [pair for pair in _known() if pair[0] != mark]
    device = device_of(email) or new_secret()
    value = _signer().dumps([(mark, device), *known][:MAX_ACCOUNTS])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(_cookie(), value, max_age=KEPT_FOR, secure=_is_secure(), httponly=True, samesite="Lax")
        return response


def _known() -> Known:
    try:
        found = _signer().loads(request.cookies.get(_cookie(), ""), max_age=KEPT_FOR)
    except BadSignature:
        return []
    return [(mark, device) for mark, device in found]


def _mark(email: str) -> str:
    return hmac.new(_key(), f"known-device {mail_addresses.normal(email)}".encode(), hashlib.sha256).hexdigest()[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(), salt="known-device")


def _key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
