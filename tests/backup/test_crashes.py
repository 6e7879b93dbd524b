"""A backup or a restore that is killed, at any of its steps, leaves what was there before."""

import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from dialogue.backup import restoring
from dialogue.core import db
from tests.app_server import AppServer
from tests.backup.conftest import Place

ROUNDS = 8
LAST = 25  # Steps at the end, where files get their names.


class Steps:
    """Counts the steps of our modules, their calls and those they make, and may end the process at one of them."""

    def __init__(self, last: int | None = None) -> None:
        self.done = 0
        self._last = last

    def __enter__(self) -> "Steps":
        sys.setprofile(self._step)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _step(self, frame: FrameType, event: str, _about: Any) -> None:
        if event.endswith("call") and "dialogue/backup" in frame.f_code.co_filename:
            self.done += 1
            if self.done == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def killed(work: Callable[[], object], step: int) -> None:
    """Do the work in a process of its own that is killed at this step."""
    db.release()
    db.engine().dispose()  # Nothing of the database may be shared with that process.
    child = os.fork()
    if child == 0:
        try:
            with Steps(step):
                work()
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def moments(steps: int, request: pytest.FixtureRequest) -> list[int]:
    """At which steps to kill: anywhere, and near the end."""
    chance = random.Random(request.config.getoption("--seed") or 8)
    anywhere = [chance.randint(1, steps) for _ in range(ROUNDS // 2)]
    return [*anywhere, *chance.sample(range(steps - LAST, steps + 1), ROUNDS // 2)]


def steps_of(work: Callable[[], object]) -> int:
    """How many steps the work has when it is not killed."""
    with Steps() as steps:
        work()
    return steps.done


def test_a_killed_backup_leaves_no_file_under_its_name(
        lived_in: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    target = tmp_path / "backup"
    steps = steps_of(lambda: lived_in.back_up(target))
    for step in moments(steps, request):
        target.unlink(missing_ok=True)
        killed(lambda: lived_in.back_up(target), step)
        if target.exists():  # It had its name already: then it is whole.
            assert step > steps - LAST
            lived_in.here()
            restoring.check(target)
    before = lived_in.rows()
    lived_in.back_up(target)
    assert list(tmp_path.glob("backup*")) == [target]
    lived_in.restore(target)
    assert lived_in.rows() == before


def test_a_killed_backup_leaves_the_earlier_one(lived_in: Place, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    steps = steps_of(lambda: lived_in.back_up(target))
    earlier = target.read_bytes()
    killed(lambda: lived_in.back_up(target), steps // 2)
    assert target.read_bytes() == earlier


def test_a_killed_restore_leaves_the_old_data_and_it_is_served(
        lived_in: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    target = tmp_path / "backup"
    lived_in.back_up(target)
    restored = lived_in.rows()
    steps = steps_of(lambda: lived_in.restore(target))
    _one_more(lived_in)
    old = lived_in.rows()
    assert old != restored
    for step in moments(steps, request):
        killed(lambda: lived_in.restore(target), step)
        found = lived_in.rows()
        assert found == old or (found == restored and step > steps - LAST), step
        if found == restored:
            _one_more(lived_in)
    db.engine().dispose()
    server = AppServer(lived_in.settings.instance, None if db.is_sqlite() else lived_in.settings.database_url)
    server.start()
    server.stop()
    lived_in.restore(target)
    assert lived_in.rows() == restored


def _one_more(place: Place) -> None:
    """Change something, through the write-ahead log where there is one."""
    place.here()
    with db.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE person SET name = 'Another Name Example'")


def test_a_log_that_a_killed_server_left_does_not_get_into_the_restored_database(
        lived_in: Place, tmp_path: Path) -> None:
    lived_in.back_up(tmp_path / "backup")
    restored = lived_in.rows()

    def write_and_die() -> None:
        _one_more(lived_in)
        os.kill(os.getpid(), signal.SIGKILL)

    killed(write_and_die, -1)
    if db.is_sqlite():
        assert Path(f"{db.engine().url.database}-wal").stat().st_size > 0
    lived_in.restore(tmp_path / "backup")
    assert lived_in.rows() == restored
