"""A receipt does not tell what was asked, not even to a reader of the table who guesses."""

import hashlib
import json

import pytest
from alembic import command
from sqlalchemy import select, update

from dialogue.core import db, hashed_keys
from dialogue.core.errors import Conflict
from dialogue.core.idempotency import Press, Receipt, fingerprint
from dialogue.core.transaction import transaction
from dialogue.database import config
from dialogue.rooms.contributions import actions as contributions
from tests.world import World


def bodies() -> list[str]:
    """What the receipts keep of what was asked."""
    return list(db.session().scalars(select(Receipt.body)))


def test_the_words_of_a_post_cannot_be_guessed_from_its_receipt(world: World) -> None:
    room = world.room()
    speaker = world.member(room)
    contributions.post(speaker, room.id, text="No.", key="k")
    guess = json.dumps(("contribution.post", room.id, "No.", None))
    kept = bodies()
    assert kept
    assert hashlib.sha256(guess.encode()).hexdigest() not in kept


def test_a_fingerprint_depends_on_the_secret_and_on_all_that_was_asked() -> None:
    before = fingerprint("a", "b")
    assert fingerprint("a", "b") == before
    assert len({before, fingerprint("ab", ""), fingerprint("a", "c")}) == 3
    hashed_keys.connect("another secret")
    try:
        assert fingerprint("a", "b") != before
    finally:
        hashed_keys.connect("test")


def test_a_receipt_of_before_answers_its_key_and_tells_nothing(world: World) -> None:
    room = world.room()
    speaker = world.member(room)
    said = contributions.post(speaker, room.id, text="No.", key="k")
    with transaction() as tx:
        tx.session.execute(update(Receipt).values(body=hashlib.sha256(b"No.").hexdigest()))
    room_id, speaker_id = room.id, speaker.id
    db.release()
    command.stamp(config(), "0028")  # As the version before left it.
    command.upgrade(config(), "0029")
    assert set(bodies()) == {""}
    speaker = db.session().get_one(type(speaker), speaker_id)
    assert contributions.post(speaker, room_id, text="No.", key="k").id == said.id


def test_a_key_used_for_something_else_is_refused() -> None:
    with pytest.raises(Conflict):
        Press("owner", "key", fingerprint("a")).refuse_another(fingerprint("b"))


def test_a_receipt_of_a_worker_of_the_version_before_is_no_conflict() -> None:
    Press("owner", "key", fingerprint("a")).refuse_another(hashlib.sha256(b"a").hexdigest())
