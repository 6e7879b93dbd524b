"""A form that a browser sends again from its history (Back, then the button): recognised by its fields.

Pages are never cached, so Back loads the form anew, with a new idempotency key, and the browser fills in the
words again. The session keeps a keyed digest of the form it sent last and the key it went under: the same
fields to the same address take that key, and the idempotency receipt leads to what was made the first time.
Any other change made with this browser ends that, because the same words may be meant anew after it.
"""

import hmac
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, current_app, flash, g, request, session
from werkzeug.datastructures import MultiDict

from dialogue.core import inputs
from dialogue.core.clock import now
from dialogue.core.i18n import gettext as _

WITHIN = timedelta(minutes=10)
LAST = "sent_form"


def register(app: Flask) -> None:
    """Remember the last form of each browser."""
    app.after_request(_remember)


def key() -> str:
    """The idempotency key of the form at hand, or the one its fields went under a moment ago. Raises Invalid."""
    digest, sent = _digest(request.form), inputs.key(request.form)
    last = session.get(LAST) or ("", "", 0)
    is_again = last[0] == digest and now() - datetime.fromtimestamp(last[2], UTC) < WITHIN
    g.sending = (digest, last[1] if is_again else sent)
    g.is_sent_again = is_again and last[1] != sent
    return str(g.sending[1])


def _digest(form: MultiDict[str, str]) -> str:
    """What was sent where. Keyed, so that the cookie does not tell which words they were."""
    fields = sorted((name, value) for name, value in form.items(multi=True) if name not in ("csrf_token", "key"))
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, repr((request.path, fields)).encode(errors="replace"), "sha256").hexdigest()[:32]


def _remember(response: Response) -> Response:
    if request.method != "POST" or response.status_code >= 400:
        return response
    if "sending" in g:
        session[LAST] = [*g.sending, int(now().timestamp())]
        if g.is_sent_again:
            flash(_("You sent this a moment ago. It stands here once."), "success")
    elif LAST in session:
        del session[LAST]
    return response
