"""What the operator can see of the serving process: figures, and one line for each request."""

import logging
import time

from flask import Flask, Response, g, request

from dialogue.core import metrics
from dialogue.live import broadcast, leaving, outlet
from dialogue.live.connections import connections
from dialogue.settings import Settings

log = logging.getLogger(__name__)
LOOK_EVERY = 0.25  # Seconds between two looks at how punctual the loop is.


def register(app: Flask, settings: Settings) -> None:
    """Count what the application answers. Comes before the socket door, whose requests last for hours."""
    metrics.worker.labels(settings.port).set(1)
    app.before_request(_begin)
    app.after_request(_end)
    app.wsgi_app = leaving.Counted(app.wsgi_app)  # type: ignore[method-assign]


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    noun = (request.endpoint or "nothing").partition(".")[0]
    method = request.method if request.endpoint else "ANY"  # Else whoever invents methods makes series.
    metrics.requests.labels(noun, method, response.status_code).inc()
    ms = round((time.perf_counter() - g.pop("began", time.perf_counter())) * 1000, 1)
    if noun != "static" and request.endpoint not in ("live.alive", "live.ready", "live.figures"):
        log.info("answered", extra={
            "endpoint": request.endpoint, "method": method, "status": response.status_code, "ms": ms})
    return response


def watch_the_loop() -> None:
    """Measure for ever how late a sleeper is woken: whoever holds the loop shows here."""
    sleep = broadcast.socket().sleep
    while True:
        began = time.monotonic()
        sleep(LOOK_EVERY)
        metrics.lag.observe(max(0.0, time.monotonic() - began - LOOK_EVERY))


@metrics.reads("sockets", "Sockets that are open here.")
def sockets() -> float:
    """How many sockets are open."""
    return len(connections)


@metrics.reads("streams", "Streams somebody here listens to.")
def streams() -> float:
    """How many streams are listened to."""
    return len(connections.streams())


@metrics.reads("bytes_outstanding", "Bytes written for sockets that have not taken them yet.")
def bytes_outstanding() -> float:
    """How far behind the readers are, together."""
    return outlet.outstanding()
