"""What the serving process does by itself: publishing, telling state, dropping those who left, catching up."""

import logging
import time
from collections.abc import Callable
from typing import Any

from dialogue.accounts import queries
from dialogue.core import db, followers, idempotency
from dialogue.core.giving_way import give_way
from dialogue.core.readiness import ready_when
from dialogue.live import broadcast, driver, joining, nudges, sight, state
from dialogue.live.connections import TRUSTED, connections

log = logging.getLogger(__name__)

Task = Callable[[], Any]
_tasks: list[tuple[float, Task]] = []
_well_at: dict[str, float] = {}
PATIENCE = 60.0  # Seconds a task may be without success before the process counts as unwell.
AT_ONCE = 500  # A database takes only so many values in one question.


class _Looked:
    at = 0.0


def every(seconds: float) -> Callable[[Task], Task]:
    """Have the function called in the serving process about every so many seconds; it works in a session of its own."""

    def register(task: Task) -> Task:
        _tasks.append((seconds, task))
        return task

    return register


def begin(app: Any) -> None:
    """Start all of it in the background of the serving process."""
    socketio = broadcast.socket()
    sight.keep_words_out_of_the_hub()
    socketio.start_background_task(sight.watch_the_loop)
    for seconds, task in [*_tasks, (0.0, publish), (0.25, tell)]:
        _well_at[task.__name__] = time.monotonic()
        socketio.start_background_task(_repeat, app, seconds, task)
    nudges.begin()


def _repeat(app: Any, seconds: float, task: Task) -> None:
    while True:
        started = time.monotonic()
        try:
            with app.app_context():
                task()
            _well_at[task.__name__] = time.monotonic()
        except Exception:
            log.exception("upkeep failed, it goes on", extra={"task": task.__name__})
            broadcast.socket().sleep(1)
        finally:
            db.release()
        broadcast.socket().sleep(max(0.0, seconds - (time.monotonic() - started)))


@ready_when("upkeep")
def is_up() -> bool:
    """Whether every task went well not long ago, the followers' catching up among them."""
    return all(time.monotonic() - at < PATIENCE for at in _well_at.values())


def publish() -> None:
    """Wait for something new, look anew at the seats it may have moved, and send it."""
    broadcast.wait()
    broadcast.publish(joining.reseat)


def tell() -> None:
    """Send the state that changed."""
    for event, stream_id, payload in state.due(connections.sizes()):
        broadcast.tell(stream_id, None, event, payload)


@every(0.1)
def pulse() -> None:
    """Ask the sockets whose time it is whether they are still there."""
    driver.pulse(broadcast.socket().server.eio)


@every(1)
def look_out_for_strangers() -> None:
    """Look everybody up as soon as somebody may have been shut out, and now and then for sign-ins that grew old."""
    if connections.doubted_at >= _Looked.at or time.monotonic() - _Looked.at >= TRUSTED / 2:
        _Looked.at = time.monotonic()
        drop_strangers()


def drop_strangers() -> None:
    """Take out the sockets whose sign-in or token has ended."""
    known = [c for c in connections if c.secret is not None]
    for start in range(0, len(known), AT_ONCE):
        some = known[start:start + AT_ONCE]
        living = queries.living_secrets({c.secret for c in some if c.secret})
        for connection in some:
            if connection.secret not in living:
                joining.evict(connection, reason="signed_out")
            else:
                connection.still_known()
        give_way()


@every(2)
def look_at_kept_state() -> None:
    """Where other workers serve too: tell what they changed though no word of it came."""
    if nudges.has_neighbours():
        state.doubt(set(connections.streams()))


@every(5)
def tell_presence() -> None:
    """Tell the other workers who is here."""
    nudges.tell_presence()


@every(5)
def finish_what_was_interrupted() -> None:
    """Let the followers answer what a crash, or another process, left unanswered."""
    followers.catch_up_all()


@every(600)
def forget_old_answers() -> None:
    """Let go of what repeated presses were answered days ago."""
    idempotency.sweep()
