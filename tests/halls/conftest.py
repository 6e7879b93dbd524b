"""A town hall, its moderator and a guest."""

import threading
from collections.abc import Callable

import pytest

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import DomainError
from dialogue.halls.models import Hall
from dialogue.rooms.models import RoomRole
from tests.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    """A hall that is open and on the record."""
    return world.hall()


@pytest.fixture
def chair(world: World, hall: Hall) -> Person:
    """Its moderator."""
    return world.member(hall, RoomRole.CHAIR)


@pytest.fixture
def guest(world: World, hall: Hall) -> Person:
    """A guest who joined by the code."""
    return world.guest(hall, "Guest Example")


@pytest.fixture
def at_once() -> Callable[..., list[object]]:
    """Do several things at the same moment; returns what came of each, refusals too."""

    def run(*deeds: Callable[[], object]) -> list[object]:
        gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

        def do(n: int, deed: Callable[[], object]) -> None:
            gate.wait()
            try:
                results[n] = deed()
            except DomainError as refusal:
                results[n] = refusal
            finally:
                db.release()

        threads = [threading.Thread(target=do, args=(n, deed)) for n, deed in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(results)

    return run
