"""What a frame costs the database: the same few reads, however many listen."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from dialogue.core import db
from dialogue.live.streams import broadcaster
from dialogue.rooms.contributions import actions as contributions
from tests.bench.costs import Assumed


@contextmanager
def _reads() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    yield found
    event.remove(db.engine(), "before_cursor_execute", note)


def test_a_frame_costs_a_worker_the_same_few_reads_however_many_listen(world, socket, publish):
    room = world.room()
    speaker = world.member(room)
    counts = []
    for listeners in (1, 5):
        sockets = [socket(world.member(room)) for _n in range(listeners)]
        assert all(one.join(room.id)["ok"] for one in sockets)
        publish()
        contributions.post(speaker, room.id, text="Hello there.")
        db.release()
        broadcaster.wake([room.id])  # As a worker wakes that heard of another's commit.
        with _reads() as reads:
            broadcaster.publish(lambda _stream: None)
        assert all(one.heard("record") for one in sockets)
        counts.append(len(reads))
    assert 0 < counts[0] == counts[1] <= Assumed().reads_a_frame
