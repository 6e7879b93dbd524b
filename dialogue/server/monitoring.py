"""Monitoring of the serving process: metrics, and a log line for each request."""

import logging
import time

from flask import Flask, Response, g, request

from dialogue.core import in_progress, metrics
from dialogue.live.connections import connections
from dialogue.live.streams import broadcaster
from dialogue.live.transport import writer
from dialogue.settings import Settings

log = logging.getLogger(__name__)
LOOK_EVERY = 0.25  # Seconds between two measurements of the event loop's delay.


def register(app: Flask, settings: Settings) -> None:
    """Count responses and sockets. Registered before the socket endpoint, whose requests last for hours."""
    metrics.worker.labels(settings.port).set(1)
    app.before_request(_begin)
    app.after_request(_end)
    app.wsgi_app = in_progress.Counted(app.wsgi_app)  # type: ignore[method-assign]  # Flask wraps WSGI so.
    metrics.reads("sockets", "Sockets that are open here.", sockets)
    metrics.reads("streams", "Streams with subscribers here.", streams)
    metrics.reads("bytes_outstanding", "Bytes written for sockets that have not taken them yet.", bytes_outstanding)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    noun = (request.endpoint or "nothing").partition(".")[0]
    method = request.method if request.endpoint else "ANY"  # An invented method must not create a metric series.
    metrics.requests.labels(noun, method, response.status_code).inc()
    ms = round((time.perf_counter() - g.pop("began", time.perf_counter())) * 1000, 1)
    if noun != "static" and request.endpoint not in ("live.alive", "live.ready", "live.figures"):
        log.info("answered", extra={
            "endpoint": request.endpoint, "method": method, "status": response.status_code, "ms": ms})
    return response


def watch_the_loop() -> None:
    """Measure the event loop's delay for ever: code that blocks the loop shows here."""
    sleep = broadcaster.socket().sleep
    while True:
        began = time.monotonic()
        sleep(LOOK_EVERY)
        metrics.lag.observe(max(0.0, time.monotonic() - began - LOOK_EVERY))


def sockets() -> float:
    """Return the number of open sockets."""
    return len(connections())


def streams() -> float:
    """Return the number of streams with subscribers."""
    return len(connections().streams())


def bytes_outstanding() -> float:
    """Return the bytes that all readers together have not taken."""
    return writer.outstanding()
