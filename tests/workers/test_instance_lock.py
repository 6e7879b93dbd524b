"""While workers serve, no restore begins, also after a worker's connection broke."""

import time

import psycopg
import pytest

from dialogue.core import instance_lock
from tests.servers import PATIENCE
from tests.workers.conftest import Cluster
from tests.world import World

HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database " \
          "WHERE datname = current_database())"


def holders(cluster: Cluster) -> set[int]:
    """The connections that hold the lock."""
    with psycopg.connect(cluster.database_url) as connection:
        return {pid for (pid,) in connection.execute(HOLDERS)}


def is_refused(cluster: Cluster) -> bool:
    """Whether the lock cannot be had alone."""
    try:
        with instance_lock.held(cluster.database_url, alone=True):
            return False
    except instance_lock.InUse:
        return True


@pytest.mark.postgres
def test_every_worker_shares_the_lock_and_takes_it_again(cluster: Cluster, world: World) -> None:
    before = holders(cluster)
    assert len(before) == len(cluster.workers)
    assert is_refused(cluster)
    with psycopg.connect(cluster.database_url, autocommit=True) as connection:
        for pid in before:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
    deadline = time.monotonic() + PATIENCE
    while len(holders(cluster) - before) < len(cluster.workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert is_refused(cluster)
