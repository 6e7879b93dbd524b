"""The Socket.IO endpoint: connecting, receiving packets and dispatching events. See docs/protocol.md."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, session
from flask_socketio import SocketIO
from gevent.monkey import is_module_patched
from socketio.exceptions import ConnectionRefusedError

from dialogue.core import db, deadline, in_progress
from dialogue.core.application import bound
from dialogue.core.cooperative import yield_now
from dialogue.core.errors import TooMany
from dialogue.core.origin import bearer
from dialogue.live import idle_sockets
from dialogue.live.connections import Connection, connections
from dialogue.live.event_context import EventContext
from dialogue.live.events import dispatch
from dialogue.live.streams import broadcaster
from dialogue.live.transport import engine
from dialogue.live.transport.connection_limits import connection_counts
from dialogue.live.transport.frames import MAX_FRAME, PlainPacket, StrictJson, ack, plain_event
from dialogue.live.transport.writer import SocketWriter
from dialogue.settings import Settings

log = logging.getLogger(__name__)


def register(app: Flask, settings: Settings) -> None:
    """Register the endpoint: text frames over WebSocket, from our own pages or with a token."""
    socketio = SocketIO()
    socketio.init_app(
        app, async_mode="gevent" if is_module_patched("socket") else "threading", transports=["websocket"],
        cors_allowed_origins=[settings.url], async_handlers=False, manage_session=False, serializer=PlainPacket,
        json=StrictJson, max_http_buffer_size=MAX_FRAME, ping_interval=20, ping_timeout=20,
        monitor_clients=not engine.is_proven(), client_manager=engine.ConnectionManager())
    _close_on_nonsense(socketio.server, _within(app, _event))
    _carry(socketio.server)
    for name, handler in (("connect", _connect), ("disconnect", _disconnect), ("*", _event)):
        socketio.server.on(name, _within(app, handler))
    broadcaster.send_with(socketio)


def _carry(server: Any) -> None:
    if engine.is_proven() and server.async_mode == "gevent":
        engine.install(server.eio)
        return
    engine.bound(server.eio)
    if not engine.is_proven():
        log.warning("unknown versions of the socket libraries: their own, slower transport is used")


def _close_on_nonsense(server: Any, answer: Callable[..., Any]) -> None:
    """Close a socket that sends an invalid packet; the library would log it and keep the socket open.

    Close a socket as well when its person cannot be looked up because the database is away: the client reconnects.
    """
    put_out = bound(_put_out)

    def receive(eio_sid: str, data: Any) -> None:
        try:
            _work_on(server, eio_sid, data, answer)
        except (ValueError, *db.AWAY):
            put_out(server, eio_sid)
        except Exception:
            log.exception("a packet could not be processed")  # Never with what was sent.
            put_out(server, eio_sid)

    server.eio.on("message", receive)


def _work_on(server: Any, eio_sid: str, data: Any, answer: Callable[..., Any]) -> None:
    """Answer an event of a socket that `engine` serves; pass any other packet to the library."""
    carried = server.eio.sockets.get(eio_sid)
    sent = plain_event(data) if isinstance(carried, engine.EngineSocket) else None
    if sent is None:
        server._handle_eio_message(eio_sid, data)
        return
    sid = server.manager.sid_from_eio_sid(eio_sid, "/")
    if sid is None or not server.manager.is_connected(sid, "/"):
        return
    answered = answer(sent.name, sid, *sent.held)
    if sent.number and answered is not server.not_handled:
        carried.send_text(ack(sent.number, answered))


def _put_out(server: Any, eio_sid: str) -> None:
    sid = server.manager.sid_from_eio_sid(eio_sid, "/")
    if sid is not None and not server.manager.is_connected(sid, "/"):
        server.manager.disconnect(sid, "/")  # The library leaves it half connected.
        idle_sockets.forget(sid)
    server.eio.disconnect(eio_sid)


def _within(app: Flask, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Call the handler in an application context with a database session, but without a request."""

    context = EventContext if engine.is_proven() else type(app).app_context

    def call(*args: Any) -> Any:
        with in_progress.in_hand, context(app):  # Releases the session at its end.
            deadline.begin()
            return handler(*args)

    return call


def _connect(sid: str, environ: dict[str, Any], auth: object = None) -> None:
    token = _token(environ, auth)
    if token is None and not environ.get("HTTP_ORIGIN"):
        raise ConnectionRefusedError("origin")  # Not from our pages: only a token identifies the person.
    secret = token if token is not None else _signed_in(environ)
    carried = _carried(sid)
    connection = Connection(sid, str(secret) if secret else None, token is not None, writer=_writer(carried),
                            address=environ.get("REMOTE_ADDR", ""))
    person = connection.person()
    if getattr(carried, "closing", False):
        raise ConnectionRefusedError("gone")  # The socket closed during the query: no further event will report it.
    if token is not None and person is None:
        yield_now()  # The query takes milliseconds: a client that keeps trying waits for all others.
        raise ConnectionRefusedError("token")
    try:
        connection_counts().admit(sid, person.id if person else None, connection.address)
    except TooMany as refusal:
        raise ConnectionRefusedError(refusal.code) from refusal
    connections().add(connection)


def _token(environ: dict[str, Any], auth: object) -> Any:
    token = auth.get("token") if isinstance(auth, dict) else None
    if token is not None:
        return token
    # A token in the handshake's header is equivalent: the cookie beside it is ignored.
    return bearer({"Authorization": environ.get("HTTP_AUTHORIZATION", "")})


def _signed_in(environ: dict[str, Any]) -> str | None:
    """Return the secret in the handshake's session cookie."""
    with current_app.request_context(environ):
        return session.get("_user_id")


def _carried(sid: str) -> Any:
    """Return the Engine.IO socket of this Socket.IO connection."""
    server = broadcaster.socket().server
    return server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))


def _writer(carried: Any) -> SocketWriter | None:
    """Return what writes to a socket of our own transport; the library writes to others."""
    return carried.writer if isinstance(carried, engine.EngineSocket) else None


def _disconnect(sid: str, _reason: object = None) -> None:
    try:
        idle_sockets.forget(sid)
    except Exception:
        log.exception("a socket could not be removed")  # The library would not log it.


def _event(event: str, sid: str, payload: object = None, *_more: object) -> Any:
    connection = connections().get(sid)
    answer = None if connection is None else dispatch(event, connection, payload)
    return broadcaster.socket().server.not_handled if answer is None else answer
