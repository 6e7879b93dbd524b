"""Where the fault tests happen. `--soak` makes the rounds long."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.stage import Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A served Dialogue for the tests of one file, who each make a room of their own."""
    made = Stage(tmp_path_factory.mktemp("stage"))
    made.server.start()
    yield made
    made.stop()


@pytest.fixture
def nothing_is_logged(stage: Stage) -> Iterator[None]:
    """The server takes none of this for a mistake of its own."""
    before = stage.exceptions()
    yield
    assert stage.exceptions() == before


@pytest.fixture
def mortal_stage(tmp_path: Path) -> Iterator[Stage]:
    """A Dialogue of the test's own, not served yet, that may be killed."""
    folder = tmp_path / "stage"
    folder.mkdir()
    made = Stage(folder)
    yield made
    made.stop()
