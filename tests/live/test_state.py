"""State that could not be found out, or not be handed over, is told as soon as it can be."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from dialogue.core.application import PerApp
from dialogue.live.streams import ephemeral

LISTENED = {"a": 1, "b": 1}
TOLD = tuple[str, int]


class Away(Exception):
    """The database is."""


class Turnout:
    """How many have voted in `a` and in `b`, in a database that may be away for one of them."""

    def __init__(self) -> None:
        self.cast = {"a": 1, "b": 1}
        self.lost = ""
        self.now = 100.0

    def produce(self, stream_id: str) -> list[dict[str, int]]:
        """The payload."""
        if stream_id == self.lost:
            raise Away
        return [{"cast": self.cast[stream_id]}]

    def vote(self) -> None:
        """One more in each."""
        for stream_id in self.cast:
            self.cast[stream_id] += 1
            ephemeral.changed_here("tally", stream_id)

    def told(self, after: float = 1.0) -> Iterator[TOLD]:
        """What is sent then."""
        self.now += after
        for _event, stream_id, payload, _audiences in ephemeral.due(LISTENED):
            yield stream_id, payload["cast"]


@pytest.fixture
def turnout(monkeypatch: pytest.MonkeyPatch) -> Turnout:
    """A turnout that was told once."""
    made = Turnout()
    monkeypatch.setattr(ephemeral, "_states", PerApp(dict))
    monkeypatch.setattr(ephemeral, "time", SimpleNamespace(monotonic=lambda: made.now))
    ephemeral.produces("tally", made.produce, kept=True)
    made.vote()
    assert sorted(made.told()) == [("a", 2), ("b", 2)]
    return made


@pytest.mark.parametrize("lost", ["a", "b"])
def test_the_last_turnout_is_told_though_the_database_was_away(turnout: Turnout, lost: str) -> None:
    turnout.vote()
    turnout.lost = lost
    told: list[TOLD] = []
    with pytest.raises(Away):
        told.extend(turnout.told())
    turnout.lost = ""
    told += turnout.told(after=10.0)
    assert {("a", 3), ("b", 3)} <= set(told)


def test_what_can_never_be_found_out_does_not_keep_others_waiting(turnout: Turnout) -> None:
    turnout.vote()
    turnout.lost = "a"
    told: list[TOLD] = []
    for _ in range(3):
        try:
            told += turnout.told()
        except Away:
            continue
    assert ("b", 3) in told


def test_what_was_not_handed_over_is_told_again(turnout: Turnout) -> None:
    turnout.vote()
    broken = turnout.told()
    first = next(broken)
    broken.close()
    assert first in set(turnout.told())
