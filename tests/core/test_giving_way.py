"""Long work lets others go first, and leaves nothing out."""

import pytest

from dialogue.core import giving_way


def test_many_things_are_gone_through_with_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    found: list[int] = []
    monkeypatch.setattr(giving_way, "give_way", lambda: pauses.append(len(found)))
    found.extend(thing for thing in giving_way.giving_way(range(3)))
    assert (found, pauses) == ([0, 1, 2], [])
    found.clear()
    for thing in giving_way.giving_way(range(1_200)):
        found.append(thing)
    assert found == list(range(1_200))
    assert pauses == [500, 1_000]
