"""Background tasks of the serving process: publishing, sending state, checking sign-ins, cleaning up."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from dialogue.core import claims, db, erasure, followers, idempotency, instance_lock, reformatting, tasks
from dialogue.core.application import PerApp, at_work, bound
from dialogue.core.preloading import preload
from dialogue.core.tasks import Scope, Task, every
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


@dataclass
class _Health:
    """Until when a task counts as well: its next success is not overdue, or a try is within its deadline."""

    well_until: float
    running_until: float = 0.0
    watched: str = ""  # The holder of a try that began in another worker while the task was well.

    def is_well(self) -> bool:
        return time.monotonic() < max(self.well_until, self.running_until)


class _Progress:
    """The health of each task, and the time up to which invalidated sockets were identified again."""

    def __init__(self) -> None:
        self.health: dict[str, _Health] = {}
        self.looked_at = 0.0


_progress = PerApp(_Progress)


def register() -> None:
    """Register the background tasks of the process itself; nouns register their own."""
    for seconds, work in ((0, publish), (0.25, tell), (0.1, pulse), (1, look_out_for_strangers), (2, look_for_ends),
                          (TRUSTED / 2, look_everybody_up), (2, look_at_kept_state), (5, tell_presence),
                          (5, keep_the_lock)):
        every(seconds, work, Scope.EACH)
    every(5, format_later, Scope.EACH)  # Each text is claimed by itself.
    every(tasks.EXTEND_SECONDS, tasks.extend_claims, Scope.EACH, is_due=tasks.are_running)
    every(5, finish_what_was_interrupted, Scope.ONE, is_due=followers.are_behind, deadline=300.0)
    every(10, erase_removed_words, Scope.ONE, is_due=erasure.is_due, deadline=erasure.VACUUM_SECONDS + 60)
    every(600, forget_old_answers, Scope.ONE, is_due=idempotency.is_due)


def begin(app: Any) -> None:
    """Load what pages need, then start all background tasks. Comes before the process listens."""
    preload(app)
    with at_work(app.extensions["dialogue"]):
        socketio = broadcaster.socket()
        socketio.start_background_task(bound(monitoring.watch_the_loop))
        for task in tasks.registered():
            _progress().health[task.name] = _Health(time.monotonic() + task.seconds + PATIENCE)
            socketio.start_background_task(bound(_repeat), app, task)
        nudges.begin()


def _repeat(app: Any, task: Task) -> None:
    while True:
        started = time.monotonic()
        task.wake.clear()
        try:
            with app.app_context():
                _run(task, _progress().health[task.name])
        except Exception:
            log.exception("a background task failed and will be run again", extra={"task": task.name})
            broadcaster.socket().sleep(1)
        finally:
            db.release()
        _pause(task, task.seconds - (time.monotonic() - started))


def _run(task: Task, health: _Health) -> None:
    if task.scope is Scope.ONE and health.is_well():
        health.running_until = time.monotonic() + task.deadline
    is_well = False
    try:
        is_well = tasks.run(task)
    finally:
        health.running_until = 0.0
    if is_well:
        health.well_until = time.monotonic() + task.seconds + PATIENCE
    else:
        _watch(task, health)


def _watch(task: Task, health: _Health) -> None:
    """Let the task count as well while another worker's try is within its deadline, as a try of this one would."""
    holder = claims.holder(task.name)
    if holder and (holder == health.watched or time.monotonic() < health.well_until):
        health.watched = holder
        health.running_until = time.monotonic() + task.seconds + claims.LEASE.total_seconds()


def _pause(task: Task, seconds: float) -> None:
    if seconds > 0:
        task.wake.wait(seconds)
    else:
        broadcaster.socket().sleep(0)  # To wait for nothing would not yield to other greenlets.


def is_up() -> bool:
    """Tell whether every task succeeded recently."""
    return all(health.is_well() for health in _progress().health.values())


def publish() -> None:
    """Wait for new entries, look up the access they may have changed, and send the entries."""
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
    """Identify sockets again whose accounts were invalidated, and look up their access."""
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
