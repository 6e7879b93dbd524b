"""The order in which requests begin."""

import threading
from collections.abc import Iterator

import pytest

from dialogue.server.turns import InTurn, Turns


@pytest.fixture
def turns() -> Turns:
    """A lock that is free."""
    return Turns()


@pytest.fixture
def began() -> list[int]:
    """Who began, in order."""
    return []


def started(turns: Turns, began: list[int], number: int) -> threading.Thread:
    """A thread that waits for its turn, and is known to wait."""

    def work() -> None:
        with turns.one():
            began.append(number)

    waiting = len(turns._waiting)
    thread = threading.Thread(target=work)
    thread.start()
    while len(turns._waiting) == waiting:
        pass
    return thread


def test_turns_are_taken_in_the_order_in_which_requests_came(turns: Turns, began: list[int]) -> None:
    with turns.one():
        threads = [started(turns, began, number) for number in range(5)]
    for thread in threads:
        thread.join()
    assert began == [0, 1, 2, 3, 4]
    with turns.one():
        began.append(5)


@pytest.mark.parametrize("is_already_its_turn", [False, True])
def test_a_waiter_ended_from_outside_does_not_keep_the_turn(
        turns: Turns, began: list[int], is_already_its_turn: bool) -> None:
    class Ended(BaseException):
        pass

    class Event(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if is_already_its_turn:
                turns._pass_on()
            raise Ended

    turns._wait()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(threading, "Event", Event)
        with pytest.raises(Ended):
            turns._wait()
    if not is_already_its_turn:
        turns._pass_on()
    with turns.one():
        began.append(1)
    assert began == [1]


def test_a_request_that_says_whether_the_process_lives_waits_for_no_turn() -> None:
    def answer(environ: dict[str, str], _start: object) -> Iterator[bytes]:
        yield environ["PATH_INFO"].encode()

    application = InTurn(answer)
    with application._turns.one():
        assert list(application({"PATH_INFO": "/healthz"}, None)) == [b"/healthz"]
    assert list(application({"PATH_INFO": "/rooms"}, None)) == [b"/rooms"]
