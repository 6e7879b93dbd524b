"""Socket events: each noun declares its own, with their policy, and registers them. Others are dropped."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g

from dialogue.accounts.models import Person
from dialogue.core import db, in_progress, metrics
from dialogue.core.application import PerApp
from dialogue.core.errors import DomainError, Invalid, NotSignedIn, Unavailable
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import throttle
from dialogue.core.permissions import RULES, Permission, Role
from dialogue.live.connections import Connection

log = logging.getLogger(__name__)

Data = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One event as its handler receives it: person, connection and payload."""

    person: Person | None
    connection: Connection
    data: Data

    @property
    def signed_in_person(self) -> Person:
        """The person who sent the event. Raises NotSignedIn."""
        if self.person is None:
            raise NotSignedIn(_("Sign in first."))
        return self.person


Handler = Callable[[Call], Data]


@dataclass(frozen=True)
class SocketEvent:
    """An event's name and handler, the permission its action requires, and its rate limit."""

    name: str
    handler: Handler
    policy: Permission
    limit: str


_events = PerApp(dict[str, SocketEvent])


def on(event: str, policy: Permission, *, limit: str = "press") -> Callable[[Handler], SocketEvent]:
    """Declare a handler as an event: it receives a Call and returns the fields of the ack beside `ok`.

    `policy` is the permission the handler's action requires. If the public has it, no sign-in is needed.
    `limit` names a row of core.limits.
    """
    return lambda handler: SocketEvent(event, handler, policy, limit)


def receives(*events: SocketEvent) -> None:
    """Register events that sockets may send."""
    _events().update({event.name: event for event in events})


def registered() -> dict[str, SocketEvent]:
    """Return the events that sockets may send, by name."""
    return dict(_events())


def dispatch(event: str, connection: Connection, payload: object) -> Data | None:
    """Call the event's handler and return the ack, or None for an unregistered event."""
    found = _events().get(event)
    if found is None:
        return None
    answer = _tried(found, connection, payload)
    _counter(event, "ok" if answer["ok"] else answer["error"]["code"]).inc()
    return answer


_counter = cache(metrics.events.labels)  # Both labels have few values.


def _tried(event: SocketEvent, connection: Connection, payload: object) -> Data:
    try:
        in_progress.refuse_what_is_new()
        return {"ok": True, **_answer(event, connection, payload)}
    except DomainError as refusal:
        return {"ok": False, "error": refused(refusal)}
    except db.AWAY:
        return {"ok": False, "error": refused(Unavailable(_("The record cannot be reached just now.")))}
    except Exception:
        # Payloads are never logged: they may hold a participant's words.
        log.exception("a socket event failed", extra={"event": event.name})
        return {"ok": False, "error": {"code": "failed", "message": str(_("That did not work. Try again."))}}


def _answer(event: SocketEvent, connection: Connection, payload: object) -> Data:
    # Checked for each event: a session may have ended since the socket opened.
    person = g.person = connection.person()
    if person is None and (connection.secret or Role.PUBLIC not in RULES[event.policy]):
        raise NotSignedIn(_("Sign in first."))
    if not isinstance(payload, dict):
        raise Invalid("", _("Send one object with the event."))
    if person is None:  # Limit the address too: each new socket would begin a new count.
        throttle("public_address", connection.address)
    throttle(event.limit, person.id if person else connection.sid)
    return event.handler(Call(person, connection, payload))


def refused(error: DomainError) -> dict[str, str]:
    """Return a refusal as acks carry it: `{code, message, field?}`."""
    shown = {"code": error.code, "message": str(error.message)}
    return shown | {"field": error.field} if error.field else shown
