"""A backup taken while people post holds whole transactions, and all those that were answered before it began."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialogue.backup import taking
from dialogue.backup.snapshots import snapshot
from dialogue.core import db
from dialogue.core.record import Entry
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room
from tests.backup.conftest import Place
from tests.world import World

TAKEN = 4


def test_a_backup_splits_no_transaction_while_people_post(
        app: Flask, world: World, place: Place, elsewhere: Callable[..., Place], tmp_path: Path) -> None:
    room = world.room()
    people = [world.member(room) for _ in range(2)]
    answered: list[str] = []
    over = threading.Event()
    posting = [threading.Thread(target=_post, args=(room, person, answered, over)) for person in people]
    for thread in posting:
        thread.start()
    try:
        before = [_taken_after_a_post(place, answered, tmp_path / f"backup-{n}") for n in range(TAKEN)]
    finally:
        over.set()
        for thread in posting:
            thread.join()
    other = elsewhere()
    for n, known in enumerate(before):
        other.restore(tmp_path / f"backup-{n}")
        said = set(db.session().scalars(select(Contribution.id)))
        posted = db.session().scalar(select(func.count()).where(Entry.kind == "contribution.posted"))
        assert known <= said
        assert len(said) == posted
        db.release()


def test_the_log_that_grew_meanwhile_is_not_left_to_the_servers_next_commit(
        world: World, place: Place, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("a log of SQLite's")
    assert world.convenor
    db.release()
    file = Path(db.engine().url.database or "")
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        with snapshot():
            writer.execute("UPDATE person SET name = 'Written Meanwhile Example'")
            writer.commit()
        shutil.copy(file, tmp_path / "copy")  # Without the log.
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT name FROM person").fetchall() == [("Written Meanwhile Example",)]


def _post(room: Room, person: object, answered: list[str], over: threading.Event) -> None:
    while not over.is_set():
        answered.append(contributions.post(person, room.id, text="*Said* meanwhile", key=str(len(answered))).id)
        db.release()


def _taken_after_a_post(place: Place, answered: list[str], target: Path) -> set[str]:
    """Take a backup once there is something new; returns what had been answered before."""
    seen = len(answered)
    while len(answered) == seen:
        threading.Event().wait(0.001)
    known = set(answered)
    taking.take(target, place.settings)
    return known
