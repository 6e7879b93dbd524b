"""Public ids: random, of one length, and never read as a formula or an option."""

import re
import secrets

import pytest

from dialogue.core.db import new_id


@pytest.mark.parametrize("drawn", ["-abcdefghijklmnopqrstu", "--abcdefghijklmnopqrst", "_abcdefghijklmnopqrstu"])
def test_an_id_never_begins_with_a_hyphen(drawn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _size: drawn)
    made = {new_id() for _ in range(50)}
    assert all(re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_-]{21}", id) and id[1:] == drawn[1:] for id in made)


def test_ids_are_of_one_length_and_differ() -> None:
    made = {new_id() for _ in range(500)}
    assert len(made) == 500
    assert {len(id) for id in made} == {22}
