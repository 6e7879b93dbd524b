"""Background tasks of the serving process: publishing, sending state, checking sign-ins, cleaning up."""

import logging
import time
from typing import Any

from dialogue.core import db, erasure, followers, idempotency, instance_lock, reformatting, tasks
from dialogue.core.application import PerApp, at_work, bound
from dialogue.core.preloading import preload
from dialogue.core.tasks import Task, every
from dialogue.live.cluster import nudges
from dialogue.live.connections import TRUSTED, Connection, connections, recognise
from dialogue.live.streams import broadcaster, ephemeral, subscribing
from dialogue.live.transport import engine
from dialogue.live.transport.frames import message
from dialogue.server import monitoring

log = logging.getLogger(__name__)

PATIENCE = 60.0  # Seconds a task's success may be overdue before `/readyz` fails.
AT_ONCE = 250  # Sockets looked up in one query: databases limit its parameters.
BETWEEN = 0.05  # Seconds between two such queries, so that posts are served in between.


class _Progress:
    """When each task's last success is out of date, and until when invalidated sockets were identified again."""

    def __init__(self) -> None:
        self.well_until: dict[str, float] = {}
        self.looked_at = 0.0


_progress = PerApp(_Progress)


def register() -> None:
    """Register the background tasks of the process itself; nouns register their own."""
    every(0.1, pulse)
    every(1, look_out_for_strangers)
    every(2, look_for_ends)
    every(TRUSTED / 2, look_everybody_up)
    every(2, look_at_kept_state)
    every(5, tell_presence)
    every(5, finish_what_was_interrupted)
    every(10, erase_removed_words)
    every(5, keep_the_lock)
    every(5, format_later)
    every(600, forget_old_answers)


def begin(app: Any) -> None:
    """Load what pages need, then start all background tasks. Comes before the process listens."""
    preload(app)
    with at_work(app.extensions["dialogue"]):
        socketio = broadcaster.socket()
        socketio.start_background_task(bound(monitoring.watch_the_loop))
        for seconds, task in [*tasks.registered(), (0.0, publish), (0.25, tell)]:
            _progress().well_until[task.__name__] = time.monotonic() + seconds + PATIENCE
            socketio.start_background_task(bound(_repeat), app, seconds, task)
        nudges.begin()


def _repeat(app: Any, seconds: float, task: Task) -> None:
    while True:
        started = time.monotonic()
        try:
            with app.app_context():
                task()
            _progress().well_until[task.__name__] = time.monotonic() + seconds + PATIENCE
        except Exception:
            log.exception("upkeep failed, it goes on", extra={"task": task.__name__})
            broadcaster.socket().sleep(1)
        finally:
            db.release()
        broadcaster.socket().sleep(max(0.0, seconds - (time.monotonic() - started)))


def is_up() -> bool:
    """Tell whether every task succeeded recently."""
    now = time.monotonic()
    return all(now < until for until in _progress().well_until.values())


def publish() -> None:
    """Wait for new entries, look up the seats they may have changed, and send the entries."""
    broadcaster.wait()
    broadcaster.publish(subscribing.reauthorize)


def tell() -> None:
    """Send the state that changed."""
    for event, stream_id, payload, audiences in ephemeral.due(connections().sizes()):
        told = message(event, payload)
        for audience in audiences:
            broadcaster.tell(stream_id, audience, told)


def pulse() -> None:
    """Send the WebSocket pings that are due."""
    engine.pulse(broadcaster.socket().server.eio)


def look_out_for_strangers() -> None:
    """Identify sockets again whose accounts were invalidated, and look up their seats."""
    progress = _progress()
    if connections().last_invalidation >= progress.looked_at:
        since = time.monotonic()
        invalidated = connections().invalidated_since(progress.looked_at)
        drop_strangers(invalidated)
        subscribing.reauthorize_everywhere(invalidated)
        progress.looked_at = since  # Only after all were checked.


def look_for_ends() -> None:
    """Disconnect sockets whose sign-in or token has expired."""
    drop_strangers([connection for connection in connections() if connection.is_over()])


def look_everybody_up() -> None:
    """Refresh all cached identities before they expire, and in case an invalidation was lost."""
    drop_strangers([connection for connection in connections() if connection.secret is not None])


def drop_strangers(among: list[Connection]) -> None:
    """Disconnect those of these sockets whose sign-in or token has ended."""
    for some in (among[n:n + AT_ONCE] for n in range(0, len(among), AT_ONCE)):
        recognise(some)
        for connection in some:
            if connection.known_as is None:
                subscribing.evict(connection, reason="signed_out")
        broadcaster.socket().sleep(BETWEEN)


def look_at_kept_state() -> None:
    """With several workers: send state that another worker changed without a nudge."""
    if nudges.has_other_workers():
        ephemeral.invalidate(set(connections().streams()))


def tell_presence() -> None:
    """Send presence to the other workers."""
    nudges.tell_presence()


def finish_what_was_interrupted() -> None:
    """Run the followers on entries that a crash or another process left unprocessed."""
    followers.catch_up_all()


def erase_removed_words() -> None:
    """Remove retracted, replaced and deleted text from the database's files."""
    erasure.scrub()


def keep_the_lock() -> None:
    """Take the shared installation lock again if its connection broke: no restore may begin while people work."""
    instance_lock.keep()


def format_later() -> None:
    """Try again to format texts that are shown as plain words."""
    reformatting.sweep()


def forget_old_answers() -> None:
    """Delete idempotency answers that are several days old."""
    idempotency.sweep()
