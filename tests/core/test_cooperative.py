"""Long work lets others go first, and leaves nothing out."""

import pytest

from dialogue.core import cooperative


def test_many_things_are_gone_through_with_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    found: list[int] = []
    monkeypatch.setattr(cooperative, "yield_now", lambda: pauses.append(len(found)))
    found.extend(thing for thing in cooperative.cooperatively(range(3)))
    assert (found, pauses) == ([0, 1, 2], [])
    found.clear()
    for thing in cooperative.cooperatively(range(1_200)):
        found.append(thing)
    assert found == list(range(1_200))
    assert pauses == [500, 1_000]
