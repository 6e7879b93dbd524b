"""An installation with something of every kind in it, and places to restore it to."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dialogue import create_app, database
from dialogue.backup import restoring, taking
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.clock import now
from dialogue.core.transaction import transaction
from dialogue.exports.models import Export, ExportState, Format
from dialogue.rooms.models import RoomRole
from dialogue.settings import Settings
from dialogue.votes import actions as votes
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.world import World

ODD = "Tab\there, a line\nbelow, \\N, \\n, a quote ' and \", \\\\x41, émoji 🕊, العربية, “end”\\"


@dataclass
class Place:
    """An installation, and what stands in it."""

    settings: Settings

    def here(self) -> "Place":
        """Connect this process to it: its database, its folder of keys."""
        db.release()
        db.engine().dispose()  # Of the application before, which has an engine of its own: a restore needs it closed.
        create_app(self.settings)
        return self

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, as the models read it."""
        self.here()
        with db.engine().connect() as connection:
            return {table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                    for table in database.every_table().sorted_tables}

    def back_up(self, file: Path, keys: Path | None = None) -> taking.Taken:
        """Take a backup of it."""
        self.here()
        return taking.take(file, self.settings, keys)

    def restore(self, file: Path, keys: Path | None = None) -> restoring.Restored:
        """Restore a backup into it."""
        self.here()
        return restoring.restore(file, self.settings, keys)


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    """The installation of `world`."""
    yield Place(app.extensions["settings"])
    db.release()
    db.engine().dispose()  # Of the application that `here` composed last.


@pytest.fixture
def lived_in(world: World, place: Place) -> Place:
    """The same with a room, odd words, a recorded ballot, an open secret one and a finished document in it."""
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    people = [world.member(room, actor_set=ActorSet.STATE) for _ in range(6)]
    said = [world.contribution(room, person, text=ODD) for person in people]
    world.contribution(room, people[0], text="*Well* said", reply_to=said[0].id)
    cast(world.ballot(room, chair), people)
    cast(world.ballot(room, chair, visibility=Visibility.SECRET), people)
    with transaction() as tx:
        tx.add(Export(id="d" * 22, what={"subject": "agenda"}, format=Format.MARKDOWN, filename="agenda.md",
                      state=ExportState.DONE, created_at=now()))
    (place.settings.instance / "exports" / ("d" * 22)).write_bytes(os.urandom(100_000))
    db.release()
    return place


def cast(ballot: Ballot, people: list[Any]) -> None:
    """Have them vote, in turn yes and no."""
    for n, person in enumerate(people):
        votes.cast(person, ballot.id, choice=Choice.YES if n % 2 else Choice.NO, key=f"key-{n}")


@pytest.fixture
def elsewhere(tmp_path: Path, app: Flask) -> Callable[..., Place]:
    """A function: one more installation, empty, on SQLite or at the address of a database."""
    made: list[Place] = []

    def make(url: str | None = None) -> Place:
        folder = tmp_path / f"elsewhere-{len(made) + 1}"
        folder.mkdir()
        made.append(Place(Settings(instance=folder, database_url=url or f"sqlite:///{folder / 'dialogue.sqlite'}",
                                   secret_key="test", testing=True)))
        return made[-1]

    return make

