"""After a secret ballot has closed, nothing joins a voter to a choice: no row, no order, no file."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.rooms.models import RoomRole
from dialogue.rooms.voices import voice_id_of
from dialogue.votes import actions, closing, keys, sealing, secret_box
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Choice
from dialogue.votes.secret_models import SecretBox
from tests.votes.conftest import Chamber
from tests.world import World

pytestmark = pytest.mark.each_database("what the database holds of a secret vote")

CHOICES = {choice.value for choice in Choice}


def every_row() -> list[tuple[str, tuple[str, ...]]]:
    """Everything there is in every table."""
    names = inspect(db.engine()).get_table_names()
    with db.engine().connect() as connection:
        return [(name, tuple(map(str, row)))
                for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]


@pytest.mark.parametrize("keyed", [True, False])
def test_no_row_holds_a_voter_beside_a_choice(world: World, chamber: Chamber, keyed: bool) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    voters = {voter.id: voice_id_of(chamber.room.id, voter) for voter in chamber.voters}
    choices = [Choice.YES, Choice.NO, Choice.NO, Choice.ABSTAIN, Choice.YES, Choice.YES]
    for n, (voter, choice) in enumerate(zip(chamber.voters, choices, strict=True)):
        actions.cast(voter, ballot.id, choice=choice, key=f"press-{n}" if keyed else None)
    key = keys.find(ballot.id)
    assert key
    tags = {secret_box.tag(key, voice) for voice in voters.values() if voice}
    actions.close_ballot(chamber.chair, ballot.id)
    people = {*voters, *voters.values()}
    for _table, row in every_row():
        flat = " ".join(row)
        assert not (CHOICES & set(row) and any(str(one) in flat for one in people))
        assert not any(tag.hex() in flat or str(tag) in flat for tag in tags)


def test_while_it_is_open_no_row_holds_a_voter_or_a_time_beside_a_choice(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    voter = chamber.voters[0]
    before = {row for _table, row in every_row() if _table != "stream"}
    actions.cast(voter, ballot.id, choice=Choice.NO, key="press")
    new = [(table, row) for table, row in every_row() if row not in before and table != "stream"]
    assert {table for table, _row in new} == {"secret_box"}
    told = " ".join(cell for _table, row in new for cell in row)
    assert voter.id not in told
    assert str(voice_id_of(chamber.room.id, voter)) not in told
    assert not any(choice in told for choice in CHOICES)


def test_a_vote_writes_as_much_whatever_is_chosen_and_whether_it_is_the_first(
        world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    sizes = set()
    for choice in (*Choice, Choice.YES):
        actions.cast(chamber.voters[0], ballot.id, choice=choice, key=f"press-{len(sizes)}-{choice}")
        sizes.add(db.session().scalar(select(func.length(SecretBox.content))))
    assert len(sizes) == 1


def test_the_order_of_sealed_votes_is_not_that_of_casting(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    chair = world.member(room, RoomRole.CHAIR)
    voters = [world.member(room) for _ in range(24)]
    ballot = world.ballot(room, chair, Visibility.SECRET)
    cast = [Choice.YES] * 12 + [Choice.NO] * 12
    for voter, choice in zip(voters, cast, strict=True):
        actions.cast(voter, ballot.id, choice=choice)
    actions.close_ballot(chair, ballot.id)
    with db.engine().connect() as connection:
        order = tuple(connection.scalars(text("SELECT choice FROM sealed_vote")))
    assert order != tuple(cast)  # By chance alone this fails once in a million runs.


def test_the_table_of_sealed_votes_has_no_row_numbers(app: Flask) -> None:
    if not db.is_sqlite():
        pytest.skip("row numbers are SQLite's")
    with db.engine().connect() as connection:
        sql = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'sealed_vote'"))
        assert "WITHOUT ROWID" in str(sql).upper()


def test_no_file_of_the_database_remembers_a_box(world: World, chamber: Chamber, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL's files are the server's")
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    for n, voter in enumerate(chamber.voters):
        actions.cast(voter, ballot.id, choice=list(Choice)[n % 3], key=f"press-{n}")
    key = keys.find(ballot.id)
    assert key
    assert any(sealing.MARK in file.read_bytes() for file in tmp_path.glob("dialogue.sqlite*"))
    actions.close_ballot(chamber.chair, ballot.id)
    for file in tmp_path.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert key not in content
        assert sealing.MARK not in content, file


def test_a_reader_in_the_way_delays_the_scrubbing_until_the_sweep(
    world: World, chamber: Chamber, tmp_path: Path) -> None:
    if not db.is_sqlite():
        pytest.skip("the write-ahead log is SQLite's")
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.NO)
    reader = sqlite3.connect(tmp_path / "dialogue.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM secret_box").fetchone()
    actions.close_ballot(chamber.chair, ballot.id)
    assert not closing.scrub()
    reader.close()
    actions.sweep()
    assert closing.scrub()
    assert (tmp_path / "dialogue.sqlite-wal").stat().st_size == 0


def test_keys_are_kept_apart_and_readable_by_the_service_alone(
    world: World, chamber: Chamber, tmp_path: Path) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    file = keys.folder() / ballot.id
    assert tmp_path not in file.parents
    assert file.stat().st_mode & 0o077 == 0
    key = file.read_bytes()
    assert not any(key in str(row).encode() or key.hex() in str(row) for _table, row in every_row())


def test_answers_to_any_choice_have_the_same_size(world: World, chamber: Chamber) -> None:
    for visibility in Visibility:
        ballot = world.ballot(chamber.room, chamber.chair, visibility)
        sizes = {len(actions.cast(chamber.voters[0], ballot.id, choice=choice)) for choice in Choice}
        assert sizes == {22}
