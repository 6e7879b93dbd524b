"""The tests' one PostgreSQL database is new for each test."""

import psycopg
import pytest

from tests.emptied import EmptiedDatabase
from tests.servers import Postgres

ROWS = "SELECT (SELECT count(*) FROM theme), (SELECT jsonb_agg(s ORDER BY id) FROM stream s)"


@pytest.fixture(scope="module")
def emptied(postgres: Postgres, blank_postgres: str) -> EmptiedDatabase:
    """A database of this module's."""
    return EmptiedDatabase(postgres, blank_postgres)


def test_what_a_test_wrote_is_gone_and_what_the_migrations_wrote_is_back(emptied: EmptiedDatabase):
    with psycopg.connect(emptied.url()) as connection:
        before = connection.execute(ROWS).fetchone()
        connection.execute("UPDATE stream SET seq = seq + 1")
        connection.execute("INSERT INTO stream (id, seq) VALUES ('more', 1)")
    emptied.empty()
    with psycopg.connect(emptied.url()) as connection:
        assert connection.execute(ROWS).fetchone() == before


def test_a_connection_that_a_test_left_open_with_its_locks_is_ended(emptied: EmptiedDatabase):
    left = psycopg.connect(emptied.url())
    left.execute("LOCK TABLE stream")
    emptied.empty()
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")


def test_a_database_whose_tables_were_altered_is_made_anew(emptied: EmptiedDatabase):
    altered = emptied.url()
    with psycopg.connect(altered) as connection:
        connection.execute("ALTER TABLE stream ADD COLUMN more text")
    emptied.empty()
    assert emptied.url() != altered
    with psycopg.connect(emptied.url()) as connection, pytest.raises(psycopg.errors.UndefinedColumn):
        connection.execute("SELECT more FROM stream")
