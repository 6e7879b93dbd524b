"""What was taken back, replaced or deleted leaves the database's files too."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from dialogue.accounts.models import Person, SignIn
from dialogue.accounts.profile import actions as profile
from dialogue.core import db, erasure
from dialogue.core.erasure import holds_words, loses
from dialogue.core.tasks import registered
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import RoomRole
from dialogue.server import background
from dialogue.votes.secret_models import SecretVote
from tests.world import World

CANARY = "Canarywords"
LONG = f"{CANARY} " + "and so on " * 300  # More than a page: it lies on pages of its own.
Removal = Callable[[World], None]


def retract(world: World) -> None:
    """Say something, say it otherwise, take it back."""
    room = world.room()
    person = world.member(room)
    for text in (f"{CANARY} short", LONG):
        said = world.contribution(room, person, text)
        contributions.edit(person, said.id, text=f"{text} edited")
        contributions.retract(person, said.id)


def answer_anew(world: World) -> None:
    """Answer a question in writing, then otherwise."""
    hall = world.hall()
    moderator = world.member(hall, RoomRole.CHAIR)
    question = questions.ask(world.member(hall), hall.id, text="Why?")
    questions.answer(moderator, question.id, text=LONG)
    questions.answer(moderator, question.id, text="Because.")


def discard_a_poll(world: World) -> None:
    """Throw a straw poll away."""
    hall = world.hall()
    moderator = world.member(hall, RoomRole.CHAIR)
    poll = polls.prepare(moderator, hall.id, question=f"{CANARY}?", options=[f"{CANARY} yes", f"{CANARY} no"])
    polls.discard(moderator, poll.id)


REMOVALS = (retract, answer_anew, discard_a_poll)


def files_with(folder: Path, word: str) -> list[str]:
    """The database's files that hold the word."""
    return [file.name for file in sorted(folder.glob("dialogue.sqlite*")) if word.encode() in file.read_bytes()]


@pytest.mark.parametrize("remove", REMOVALS, ids=lambda each: str(each.__name__))
def test_removed_words_leave_every_file_of_the_database(world: World, tmp_path: Path, remove: Removal) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL's files are the server's")
    background.erase_removed_words()
    remove(world)
    assert files_with(tmp_path, CANARY) != []
    background.erase_removed_words()
    assert files_with(tmp_path, CANARY) == []


@pytest.mark.parametrize("remove", REMOVALS, ids=lambda each: str(each.__name__))
def test_postgresql_vacuums_the_tables_that_lost_words(world: World, remove: Removal) -> None:
    if db.is_sqlite():
        pytest.skip("VACUUM is PostgreSQL's")
    erasure._due().tables.clear()
    remove(world)
    lost = set(erasure._due().tables)
    assert lost & {"contribution", "question", "straw_poll"}
    assert erasure.scrub()
    with psycopg.connect(db.engine().url.render_as_string().replace("+psycopg", "")) as connection:
        query: LiteralString = "SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL"
        vacuumed = {name for name, in connection.execute(query)}
    assert lost <= vacuumed
    assert not erasure._due().tables


def test_a_reader_in_the_way_delays_the_erasing_until_the_next_round(world: World, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("the write-ahead log is SQLite's")
    room = world.room()
    person = world.member(room)
    said = world.contribution(room, person, CANARY)
    reader = sqlite3.connect(tmp_path / "dialogue.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM contribution").fetchone()
    contributions.retract(person, said.id)
    assert not erasure.scrub()
    reader.close()
    assert erasure.scrub()
    assert files_with(tmp_path, CANARY) == []


def test_a_change_that_is_rolled_back_notes_nothing(world: World) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room))
    erasure.scrub()
    with db.engine().connect() as connection:
        connection.execute(update(Contribution).where(Contribution.id == said.id).values(text=""))
        connection.rollback()
        connection.commit()
    assert "contribution" not in erasure._due().tables


def test_erasing_that_fails_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    person = world.member(room)
    contributions.retract(person, world.contribution(room, person).id)
    with monkeypatch.context() as broken:
        broken.setattr(erasure, "_erase", lambda _tables: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            erasure.scrub()
    assert "contribution" in erasure._due().tables
    assert erasure.scrub()
    assert "contribution" not in erasure._due().tables


def test_every_deletion_and_every_replaced_word_is_noted_and_nothing_else(app: Flask) -> None:
    dialect = db.engine().dialect

    def compiled(statement: object) -> str:
        return str(statement.compile(dialect=dialect))  # type: ignore[attr-defined]

    assert loses(compiled(delete(SignIn))) == "sign_in"
    assert loses(compiled(delete(SecretVote).where(SecretVote.ballot_id == "b"))) == "secret_vote"
    assert loses(compiled(update(Contribution).where(Contribution.id == "c").values(text="", seq=1))) == "contribution"
    assert loses(compiled(update(Person).values(name="Another"))) == "person"
    assert loses(compiled(update(Contribution).where(Contribution.text == "t").values(supports=1))) is None
    assert loses(compiled(insert(Contribution))) is None
    assert loses("SELECT 1") is None
    words = {f"{table.name}.{column.name}" for table in db.Base.metadata.tables.values() for column in table.columns
             if holds_words(column)}
    assert {"contribution.text", "person.email", "question.text", "clause.text", "room.title"} <= words
    assert not {"contribution.id", "entry.kind", "sign_in.digest"} & words


@pytest.mark.usefixtures("app")
def test_the_serving_process_erases_by_itself() -> None:
    assert background.erase_removed_words in [task.work for task in registered()]


def test_a_new_name_replaces_the_old_one_in_the_files(world: World, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL's files are the server's")
    person = world.person(name=f"{CANARY} Example")
    profile.change_profile(person, name="Another Example", language="en", time_zone="UTC")
    erasure.scrub()
    assert files_with(tmp_path, CANARY) == []
