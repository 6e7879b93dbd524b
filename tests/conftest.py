"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from dialogue import create_app
from dialogue.core import db
from dialogue.database import config
from dialogue.settings import Settings
from tests.world import World

# The servers and the browser start only when a test asks for them.
pytest_plugins = ["tests.servers", "tests.browser", "tests.app_server"]


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, made once and copied for each test."""
    path = tmp_path_factory.mktemp("blank") / "dialogue.sqlite"
    db.connect(f"sqlite:///{path}")
    command.upgrade(config(), "head")
    with db.engine().connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine().dispose()
    return path


@pytest.fixture
def app(blank_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    copy = tmp_path / "dialogue.sqlite"
    copy.write_bytes(blank_database.read_bytes())
    made = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{copy}", secret_key="test", testing=True))
    yield made
    db.release()
    db.engine().dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in to."""
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    """People, actors, rooms and more, made through the same actions everybody uses."""
    return World(app)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent from here on, so that a page's number of queries can be bounded."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    yield sent
    event.remove(db.engine(), "before_cursor_execute", note)
