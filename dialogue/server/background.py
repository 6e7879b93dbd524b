"""Background tasks of the serving process: publishing, sending state, checking sign-ins, cleaning up."""

import logging
import time
from typing import Any

from dialogue.core import db, erasure, followers, idempotency, instance_lock, reformatting
from dialogue.core.preloading import preload
from dialogue.core.readiness import ready_when
from dialogue.core.tasks import TASKS, Task, every
from dialogue.live.cluster import nudges
from dialogue.live.connections import TRUSTED, Connection, connections, recognise
from dialogue.live.streams import broadcaster, ephemeral, subscribing
from dialogue.live.transport import engine
from dialogue.live.transport.frames import message
from dialogue.server import monitoring

log = logging.getLogger(__name__)

_well_until: dict[str, float] = {}
PATIENCE = 60.0  # Seconds a task's success may be overdue before `/readyz` fails.
AT_ONCE = 250  # Sockets looked up in one query: databases limit its parameters.
BETWEEN = 0.05  # Seconds between two such queries, so that posts are served in between.


class _Looked:
    at = 0.0


def begin(app: Any) -> None:
    """Load what pages need, then start all background tasks. Comes before the process listens."""
    preload(app)
    socketio = broadcaster.socket()
    socketio.start_background_task(monitoring.watch_the_loop)
    for seconds, task in [*TASKS, (0.0, publish), (0.25, tell)]:
        _well_until[task.__name__] = time.monotonic() + seconds + PATIENCE
        socketio.start_background_task(_repeat, app, seconds, task)
    nudges.begin()


def _repeat(app: Any, seconds: float, task: Task) -> None:
    while True:
        started = time.monotonic()
        try:
            with app.app_context():
                task()
            _well_until[task.__name__] = time.monotonic() + seconds + PATIENCE
        except Exception:
            log.exception("upkeep failed, it goes on", extra={"task": task.__name__})
            broadcaster.socket().sleep(1)
        finally:
            db.release()
        broadcaster.socket().sleep(max(0.0, seconds - (time.monotonic() - started)))


@ready_when("upkeep")
def is_up() -> bool:
    """Tell whether every task succeeded recently."""
    now = time.monotonic()
    return all(now < until for until in _well_until.values())


def publish() -> None:
    """Wait for new entries, look up the seats they may have changed, and send the entries."""
    broadcaster.wait()
    broadcaster.publish(subscribing.reauthorize)


def tell() -> None:
    """Send the state that changed."""
    for event, stream_id, payload, audiences in ephemeral.due(connections.sizes()):
        told = message(event, payload)
        for audience in audiences:
            broadcaster.tell(stream_id, audience, told)


@every(0.1)
def pulse() -> None:
    """Send the WebSocket pings that are due."""
    engine.pulse(broadcaster.socket().server.eio)


@every(1)
def look_out_for_strangers() -> None:
    """Identify sockets again whose accounts were invalidated, and look up their seats."""
    if connections.last_invalidation >= _Looked.at:
        since = time.monotonic()
        invalidated = connections.invalidated_since(_Looked.at)
        drop_strangers(invalidated)
        subscribing.reauthorize_everywhere(invalidated)
        _Looked.at = since  # Only after all were checked.


@every(2)
def look_for_ends() -> None:
    """Disconnect sockets whose sign-in or token has expired."""
    drop_strangers([connection for connection in connections if connection.is_over()])


@every(TRUSTED / 2)
def look_everybody_up() -> None:
    """Refresh all cached identities before they expire, and in case an invalidation was lost."""
    drop_strangers([connection for connection in connections if connection.secret is not None])


def drop_strangers(among: list[Connection]) -> None:
    """Disconnect those of these sockets whose sign-in or token has ended."""
    for some in (among[n:n + AT_ONCE] for n in range(0, len(among), AT_ONCE)):
        recognise(some)
        for connection in some:
            if connection.known_as is None:
                subscribing.evict(connection, reason="signed_out")
        broadcaster.socket().sleep(BETWEEN)


@every(2)
def look_at_kept_state() -> None:
    """With several workers: send state that another worker changed without a nudge."""
    if nudges.has_other_workers():
        ephemeral.invalidate(set(connections.streams()))


@every(5)
def tell_presence() -> None:
    """Send presence to the other workers."""
    nudges.tell_presence()


@every(5)
def finish_what_was_interrupted() -> None:
    """Run the followers on entries that a crash or another process left unprocessed."""
    followers.catch_up_all()


@every(10)
def erase_removed_words() -> None:
    """Remove retracted, replaced and deleted text from the database's files."""
    erasure.scrub()


@every(5)
def keep_the_lock() -> None:
    """Take the shared installation lock again if its connection broke: no restore may begin while people work."""
    instance_lock.keep()


@every(5)
def format_later() -> None:
    """Try again to format texts that are shown as plain words."""
    reformatting.sweep()


@every(600)
def forget_old_answers() -> None:
    """Delete idempotency answers that are several days old."""
    idempotency.sweep()
