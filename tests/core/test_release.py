"""Work that is done stays done, even when its connection breaks before it is given back."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import QueuePool, text

from dialogue.core import db

pytestmark = pytest.mark.postgres


def test_a_connection_that_broke_after_the_last_question_does_not_fail_the_answer(
        postgres_url: Callable[[], str]) -> None:
    address = postgres_url()
    db.connect(address)
    backend = db.session().scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    db.release()
    pool = db.engine().pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    assert db.session().scalar(text("SELECT 1")) == 1
    db.release()
    db.engine().dispose()
