"""The socket door: who may connect, and what becomes of what they send. See docs/protocol.md."""

from typing import Any

from flask import Flask, request, session
from flask_socketio import SocketIO
from gevent.monkey import is_module_patched

from dialogue.core import db
from dialogue.core.transaction import after_commit
from dialogue.live import broadcast, presence
from dialogue.live import joining as joining  # Registers its events.
from dialogue.live.connections import Connection, connections
from dialogue.live.events import dispatch
from dialogue.live.wire import MAX_FRAME, PlainPacket, StrictJson
from dialogue.settings import Settings

socketio = SocketIO()


def register(app: Flask, settings: Settings) -> None:
    """Put the door into the application: text frames over WebSocket, from our own pages or with a token."""
    socketio.init_app(
        app, async_mode="gevent" if is_module_patched("socket") else "threading", transports=["websocket"],
        cors_allowed_origins=[settings.url], async_handlers=False, manage_session=False, serializer=PlainPacket,
        json=StrictJson, max_http_buffer_size=MAX_FRAME, ping_interval=20, ping_timeout=20)
    _bound_frames(socketio.server)
    _close_on_nonsense(socketio.server)
    broadcast.send_with(socketio)


def _bound_frames(server: Any) -> None:
    """Have frames measured before they are in memory: the driver's own limit comes too late."""
    driver = server.eio._async["websocket"]

    class Bounded(driver):  # type: ignore[misc, valid-type]
        def __init__(self, handler: Any, eio: Any) -> None:
            super().__init__(handler, eio)
            self.server_args["max_message_size"] = MAX_FRAME

    server.eio._async = {**server.eio._async, "websocket": Bounded}


def _close_on_nonsense(server: Any) -> None:
    """Close the socket that sends what is not a packet; the library would only note it and go on."""

    def receive(eio_sid: str, data: Any) -> None:
        try:
            server._handle_eio_message(eio_sid, data)
        except ValueError:
            server.eio.disconnect(eio_sid)

    server.eio.on("message", receive)


def _connect(auth: object = None) -> None:
    token = auth.get("token") if isinstance(auth, dict) else None
    if token is None and "Origin" not in request.headers:
        raise ConnectionRefusedError("origin")  # Not a page of ours: only a token says who that is.
    secret = token if token is not None else session.get("_user_id")
    connection = Connection(request.sid, str(secret) if secret else None, token is not None)  # type: ignore[attr-defined]
    if token is not None and connection.person() is None:
        raise ConnectionRefusedError("token")
    connections.add(connection)


def _disconnect(_reason: object = None) -> None:
    gone = connections.drop(request.sid)  # type: ignore[attr-defined]
    for stream_id in gone.seats if gone else ():
        presence.changed(stream_id)


def _event(event: str, payload: object = None, *_more: object) -> Any:
    connection = connections.get(request.sid)  # type: ignore[attr-defined]
    if connection is None:
        return None
    try:
        return dispatch(event, connection, payload)
    finally:
        db.release()


for _name, _handler in (("connect", _connect), ("disconnect", _disconnect), ("*", _event)):
    socketio.on(_name)(_handler)
after_commit(broadcast.note)
