"""Serves Dialogue from one process: `python -m dialogue serve`."""

import os
import signal
import socket
import sys
from typing import Any

from dialogue.settings import Settings, SettingsError


def start() -> None:
    """Replace this process by the server, or exit with one sentence that says why not.

    The server starts as a fresh process because gevent must patch it before anything else is imported, this package
    included. The process id stays the same.
    """
    try:
        settings = Settings.from_env()
    except SettingsError as nonsense:
        sys.exit(str(nonsense))
    refusal = _why_not(settings.host, settings.port)
    if refusal:
        sys.exit(refusal)
    sys.stdout.flush()
    server = [sys.executable, "-m", "gevent.monkey", "--module", "dialogue.server.embedded"]
    os.execv(sys.executable, server)


def _why_not(host: str, port: int) -> str | None:
    """Return one sentence that says why the address cannot be listened on, or None when it can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the server does: a port whose last connections are fading away is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        advice = f"choose another with PORT={port + 1}" if port < 65535 else "choose another with PORT="
        return f"Dialogue cannot listen on {host}, port {port} ({problem.strerror}): {advice}."
    return None


def serve() -> None:
    """Run the server until it is told to end. gevent must have patched the process before."""
    import gevent
    from gevent.event import Event

    from dialogue.core import logs
    from dialogue.server import background, crash_dumps, file_limits, timeouts
    from wsgi import app, socketio

    settings = Settings.from_env()
    logs.begin(settings.log)
    logs.guard()
    crash_dumps.suppress()
    _share_lock(settings)
    gone = Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(ending, _end, gone)
    background.begin(app)
    _welcome(settings, file_limits.raise_limit())
    socketio.run(app, host=settings.host, port=settings.port, handler_class=timeouts.Handler)
    gone.wait()  # The listener closes first; requests in progress are finished.


def _share_lock(settings: Settings) -> None:
    """Take the shared installation lock, or exit with one sentence while a restore holds it."""
    from dialogue.core import instance_lock

    try:
        instance_lock.share(settings.database_url)
    except instance_lock.InUse as restoring:
        sys.exit(str(restoring))


def _end(gone: Any) -> None:
    """Shut down gracefully; exit at once on a second signal."""
    from dialogue.core import in_progress
    from dialogue.server import shutdown
    from wsgi import socketio

    if not in_progress.stays():
        sys.exit(0)
    shutdown.leave(socketio.wsgi_server.close)
    gone.set()


def _welcome(settings: Settings, warning: str | None) -> None:
    print(f"Dialogue is open at {settings.url}  (Ctrl-C ends it)")
    if warning:
        print(warning)
    if settings.sample_sign_ins.exists():
        print(settings.sample_sign_ins.read_text().rstrip())
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
