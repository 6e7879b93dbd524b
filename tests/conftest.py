"""What every test may ask for."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from dialogue import create_app
from dialogue.accounts import secrets
from dialogue.core import db
from dialogue.core.application import at_work
from dialogue.database import config
from dialogue.settings import Settings
from tests.compiled import SERVED, CompiledRule, leave_the_disk_alone, share_statements, share_templates
from tests.emptied import EmptiedDatabase
from tests.world import World

# Speed is for the benchmarks: a busy machine may take its time over an example.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# The servers and the browser start only when a test asks for them.
pytest_plugins = ["tests.servers", "tests.browser", "tests.app_server", "tests.faults.judging", "tests.budget"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgres` runs whatever is asked for on PostgreSQL instead of SQLite; see also tests/faults."""
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.addoption("--soak", action="store_true", help="the long rounds of the faults")
    parser.addoption("--seed", type=int, default=None, help="repeat the faults of one seed")


def pytest_configure(config: pytest.Config) -> None:
    """A soak opens thousands of sockets, here and in the servers it starts."""
    if config.getoption("--soak"):
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """… and takes its time. Tests of whole servers may wait for a busy machine, which is not what they judge."""
    for item in items:
        if config.getoption("--soak"):
            item.add_marker(pytest.mark.timeout(3600))
        elif SERVED & set(item.path.parts):
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long rounds were asked for."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords are hashed by the same argon2id, at its least cost: a test makes dozens of people."""
    dear, secrets._hasher = secrets._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    secrets._hasher = dear


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, made once and copied for each test."""
    path = tmp_path_factory.mktemp("blank") / "dialogue.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def blank_postgres(request: pytest.FixtureRequest) -> str:
    """The same in PostgreSQL: the template that databases are made from."""
    url: str = request.getfixturevalue("postgres").new_database()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def emptied_postgres(request: pytest.FixtureRequest) -> EmptiedDatabase:
    """One PostgreSQL database for the tests of this process, emptied after each."""
    return EmptiedDatabase(request.getfixturevalue("postgres"), request.getfixturevalue("blank_postgres"))


def migrate(url: str) -> None:
    """Bring a database to the newest shape and leave nothing open."""
    db.connect(url)
    command.upgrade(config(), "head")
    db.engine().dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of the test's own."""
    if request.config.getoption("--database") == "postgres":
        emptied: EmptiedDatabase = request.getfixturevalue("emptied_postgres")
        yield emptied.url()
        emptied.empty()
        return
    path = tmp_path / "dialogue.sqlite"
    path.write_bytes(request.getfixturevalue("blank_database").read_bytes())
    yield f"sqlite:///{path}"


@pytest.fixture(scope="session", autouse=True)
def compiled_addresses() -> Iterator[None]:
    """The builders of addresses, compiled once for all applications of this process."""
    own, Flask.url_rule_class = Flask.url_rule_class, CompiledRule
    yield
    Flask.url_rule_class = own


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    share_templates(tmp_path)
    made = create_app(Settings(instance=tmp_path, database_url=database_url, secret_key="test", testing=True))
    share_statements(db.engine())
    leave_the_disk_alone(db.engine())
    yield made
    with at_work(made.extensions["dialogue"]):
        db.release()
        db.engine().dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a sign-in."""
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    """People, actors, rooms and more, made through the product's own actions."""
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
