"""Where the keys of open secret ballots are, how they get there, and what a crash at any step leaves."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogue.core import db
from dialogue.core.errors import Conflict
from dialogue.core.transaction import Transaction, transaction
from dialogue.settings import Settings, SettingsError
from dialogue.votes import actions, closing, keys, queries, secret_box
from dialogue.votes.models import Ballot, BallotState, Visibility
from dialogue.votes.rules import Choice
from tests.votes.conftest import Chamber, votes_in
from tests.world import World

OLD = b"k" * keys.KEY_BYTES


def test_the_keys_are_not_in_the_folder_of_the_database_unless_told(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    settings = Settings.from_env({"DIALOGUE_INSTANCE": str(instance)})
    assert settings.keys == tmp_path / "instance-keys"
    assert settings.keys.stat().st_mode & 0o077 == 0
    named = Settings.from_env({"DIALOGUE_INSTANCE": str(instance), "DIALOGUE_KEYS": str(tmp_path / "elsewhere")})
    assert named.keys == tmp_path / "elsewhere"
    assert named.keys.is_dir()


def test_a_folder_that_cannot_be_made_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match="DIALOGUE_KEYS"):
        Settings.from_env({"DIALOGUE_INSTANCE": str(tmp_path), "DIALOGUE_KEYS": str(tmp_path / "file" / "keys")})


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The folder an earlier version kept its keys in, with one key, and the new one."""
    old = tmp_path / "instance" / "keys"
    old.mkdir(parents=True)
    (old / "ballot").write_bytes(OLD)
    return old, tmp_path / "instance-keys"


def test_keys_of_an_earlier_version_are_moved(folders: tuple[Path, Path]) -> None:
    old, new = folders
    for _again in range(2):
        keys.keep_in(new, formerly=old)
        assert keys.find("ballot") == OLD
        assert list(old.iterdir()) == []
        assert [file.name for file in new.iterdir()] == ["ballot"]
    assert (new / "ballot").stat().st_mode & 0o077 == 0


def test_a_key_that_another_worker_moved_is_not_overwritten(folders: tuple[Path, Path]) -> None:
    old, new = folders
    new.mkdir()
    (new / "ballot").write_bytes(OLD)
    (old / "ballot").write_bytes(b"x" * keys.KEY_BYTES)  # As the other worker overwrites it before removing it.
    keys.keep_in(new, formerly=old)
    assert keys.find("ballot") == OLD
    assert list(old.iterdir()) == []


def test_a_crash_while_a_key_is_moved_loses_no_key(
        folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = folders
    for step in ("_write", "_sync_folder", "_overwrite"):
        with monkeypatch.context() as crash:
            crash.setattr(keys, step, _crash)
            with pytest.raises(KeyboardInterrupt):
                keys.keep_in(new, formerly=old)
        assert OLD in [file.read_bytes() for place in (old, new) for file in place.iterdir()]
    keys.keep_in(new, formerly=old)
    assert keys.find("ballot") == OLD


def _crash(*_arguments: object) -> None:
    raise KeyboardInterrupt


def killed_at(step: Callable[[pytest.MonkeyPatch], None], act: Callable[[], object]) -> None:
    """Do something in a process of its own that is killed (-9) where `step` says."""

    def run() -> None:
        db.engine().dispose(close=False)
        db._work().session = None
        step(pytest.MonkeyPatch())
        act()

    db.release()
    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def _die(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: object, name: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Die when this is called."""
    return lambda patch: patch.setattr(owner, name, _die)


def after(owner: object, name: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Die when this has been done."""
    real = getattr(owner, name)

    def done(*arguments: object, **named: object) -> None:
        real(*arguments, **named)
        _die()

    return lambda patch: patch.setattr(owner, name, done)


OPENING = {"before the key": before(keys, "make"), "after the key": after(keys, "make"),
           "before the box": before(secret_box.Box, "put"), "after the box": after(secret_box.Box, "put"),
           "before the commit": before(db.Session, "commit")}


@pytest.mark.parametrize("step", OPENING)
def test_a_process_killed_while_a_ballot_opens_leaves_no_ballot_and_no_lasting_key(
        world: World, chamber: Chamber, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room, chair = chamber.room, chamber.chair
    killed_at(OPENING[step], lambda: world.ballot(room, chair, Visibility.SECRET))
    assert queries.in_room(room) == []
    monkeypatch.setattr(keys, "STALE_SECONDS", -1)
    actions.sweep()
    assert keys.held() == {}


CLOSING = {"before sealing": before(Transaction, "put_rows"), "before the box is removed": before(secret_box, "remove"),
           "before the record": before(Transaction, "record"), "before the commit": before(db.Session, "commit")}


@pytest.mark.parametrize("step", CLOSING)
def test_a_process_killed_before_a_closing_is_committed_loses_no_vote(
        world: World, chamber: Chamber, step: str) -> None:
    ballot, chair = world.ballot(chamber.room, chamber.chair, Visibility.SECRET), chamber.chair
    for voter in chamber.voters:
        actions.cast(voter, ballot.id, choice=Choice.YES, key="press")
    ballot_id = ballot.id
    killed_at(CLOSING[step], lambda: actions.close_ballot(chair, ballot_id))
    assert votes_in(ballot) == 6
    assert actions.close_ballot(chair, ballot_id).yes == 6


CLOSED = {"before the key is destroyed": before(keys, "destroy"), "before the key is removed": before(Path, "unlink"),
          "after the key is destroyed": after(keys, "destroy")}


@pytest.mark.parametrize("step", CLOSED)
def test_a_process_killed_after_a_closing_was_committed_leaves_its_key_to_the_next_sweep(
        world: World, chamber: Chamber, step: str) -> None:
    ballot, chair = world.ballot(chamber.room, chamber.chair, Visibility.SECRET), chamber.chair
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES, key="press")
    ballot_id = ballot.id
    killed_at(CLOSED[step], lambda: actions.close_ballot(chair, ballot_id))
    actions.sweep()
    stored = db.session().get_one(Ballot, ballot_id, populate_existing=True)
    assert (stored.state, stored.yes) == (BallotState.CLOSED, 1)
    assert keys.held() == {}


def test_the_key_goes_with_the_transaction_that_ends_the_ballot(world: World, chamber: Chamber) -> None:
    ballot_id = world.ballot(chamber.room, chamber.chair, Visibility.SECRET).id
    with pytest.raises(Conflict):
        _close_and_refuse(ballot_id)
    assert list(keys.held()) == [ballot_id]
    with transaction() as tx:
        closing.cancel(tx, tx.fetch(Ballot, ballot_id))
        assert list(keys.held()) == [ballot_id]
    assert keys.held() == {}


def _close_and_refuse(ballot_id: str) -> None:
    with transaction() as tx:
        closing.close(tx, tx.fetch(Ballot, ballot_id))
        raise Conflict("changed my mind")


@pytest.mark.parametrize("step", ["save", "commit"])
def test_a_process_killed_while_a_vote_is_written_leaves_the_earlier_one(
        world: World, chamber: Chamber, step: str) -> None:
    ballot, voter = world.ballot(chamber.room, chamber.chair, Visibility.SECRET), chamber.voters[0]
    first = actions.cast(voter, ballot.id, choice=Choice.NO, key="one")
    ballot_id = ballot.id
    where = after(secret_box.Box, "save") if step == "save" else before(db.Session, "commit")
    killed_at(where, lambda: actions.cast(voter, ballot_id, choice=Choice.YES, key="two"))
    assert actions.cast(voter, ballot_id, choice=Choice.NO, key="one") == first
    assert actions.close_ballot(chamber.chair, ballot_id).no == 1
