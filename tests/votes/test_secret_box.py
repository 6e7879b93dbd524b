"""The sealed box of a secret ballot: one vote a voter, one effect a key, whatever its size; and what a copy tells."""

import secrets

import pytest
from sqlalchemy import text, update

from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.errors import Conflict
from dialogue.core.transaction import transaction
from dialogue.votes import actions, entries, keys, sealing, secret_box, secret_casting
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Choice
from dialogue.votes.secret_models import SecretBox
from tests.votes.attack import voted
from tests.votes.conftest import Chamber, votes_in
from tests.world import World

pytestmark = pytest.mark.each_database("shards are locked in order")


def some_tags(number: int) -> list[bytes]:
    """Tags as the key makes them."""
    return [secrets.token_bytes(entries.TAG) for _ in range(number)]


def test_votes_are_found_again_and_counted_among_hundreds() -> None:
    tags = some_tags(300)
    shard = entries.Shard(entries.blank(tags))
    for n, tag in enumerate(tags[:200]):
        place = shard.place(tag)
        shard.vote(place, Choice.NO, ActorSet.PUBLIC)
        shard.vote(place, list(Choice)[n % 3], list(ActorSet)[n % 4])
    again = entries.Shard(shard.content)
    assert again.cast == 200
    assert [again.has_voted(again.place(tag)) for tag in tags] == [True] * 200 + [False] * 100
    expected = sorted((list(ActorSet)[n % 4].value, list(Choice)[n % 3].value) for n in range(200))
    assert sorted(again.votes()) == expected
    assert dict(voted(again.content)) == {tag: list(Choice)[n % 3] for n, tag in enumerate(tags[:200])}


def test_a_tag_of_another_ballot_has_no_entry() -> None:
    shard = entries.Shard(entries.blank(some_tags(5)))
    with pytest.raises(KeyError):
        shard.place(secrets.token_bytes(entries.TAG))


def test_every_key_is_remembered_and_the_space_grows_in_doublings() -> None:
    tags = some_tags(5)
    shard = entries.Shard(entries.blank(tags))
    presses = [secrets.token_bytes(entries.PRESS) for _ in range(500)]
    sizes = set()
    for n, press in enumerate(presses):
        shard.remember(shard.place(tags[0]), press, list(Choice)[n % 3])
        sizes.add(len(shard.content))
    assert [shard.earlier(press) for press in presses] == [list(Choice)[n % 3] for n in range(500)]
    assert shard.earlier(secrets.token_bytes(entries.PRESS)) is None
    assert shard.presses_of(shard.place(tags[0])) == 500
    assert len(sizes) == 6


def test_every_choice_and_actor_set_can_be_stored() -> None:
    shard = entries.Shard(entries.blank(tags := some_tags(1)))
    for choice in Choice:
        for actor_set in ActorSet:
            shard.vote(shard.place(tags[0]), choice, actor_set)
            assert list(shard.votes()) == [(actor_set, choice)]


def test_what_is_sealed_opens_with_its_key_at_its_place_alone() -> None:
    key, other = secrets.token_bytes(32), secrets.token_bytes(32)
    sealed = sealing.seal(key, "ballot", 3, b"content")
    assert sealing.opened(key, "ballot", 3, sealed) == b"content"
    assert sealing.opened(other, "ballot", 3, sealed) is None
    assert sealing.opened(key, "another", 3, sealed) is None
    assert sealing.opened(key, "ballot", 4, sealed) is None
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1:] for at in range(len(sealed))]
    assert [one for one in changed if sealing.opened(key, "ballot", None, one) is not None] == []
    assert sealing.opened(key, "ballot", 3, sealed[:9]) is None


def test_two_sealings_of_the_same_content_share_nothing_but_their_head() -> None:
    key = secrets.token_bytes(32)
    first, second = (sealing.seal(key, "ballot", 0, bytes(1000)) for _ in range(2))
    same = sum(a == b for a, b in zip(first[10:], second[10:], strict=True))
    assert first[:10] == second[:10]
    assert same < 50  # Four of a thousand by chance.


def test_votes_of_a_large_roll_lie_in_several_shards(
        world: World, chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_box, "ELECTORS", 2)
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    for n, voter in enumerate(chamber.voters):
        actions.cast(voter, ballot.id, choice=list(Choice)[n % 3], key="press")
    assert votes_in(ballot) == 6
    with db.engine().connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM secret_box")) == 3
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes, closed.no, closed.abstain) == (2, 2, 2)


def test_a_voter_may_press_only_so_often(world: World, chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_casting, "MAX_PRESSES", 3)
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    voter = chamber.voters[0]
    receipts = [actions.cast(voter, ballot.id, choice=Choice.NO, key=f"{n}") for n in range(3)]
    with pytest.raises(Conflict, match="too often"):
        actions.cast(voter, ballot.id, choice=Choice.YES, key="another")
    assert actions.cast(voter, ballot.id, choice=Choice.NO, key="1") == receipts[1]
    assert actions.close_ballot(chamber.chair, ballot.id).no == 1


def test_a_receipt_differs_by_press_and_tells_no_choice(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    receipts = {actions.cast(voter, ballot.id, choice=Choice.YES, key=key)
                for voter in chamber.voters for key in ("one", "two", None)}
    assert len(receipts) == 18
    assert {len(receipt) for receipt in receipts} == {22}


@pytest.mark.parametrize("spoilt", [b"", b"box\x01" + bytes(60)])
def test_a_box_that_cannot_be_opened_takes_no_votes_and_is_not_counted(
        world: World, chamber: Chamber, spoilt: bytes) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    with transaction() as tx:
        tx.session.execute(update(SecretBox).values(content=spoilt))
    with pytest.raises(Conflict, match="key was lost"):
        actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    with pytest.raises(Conflict, match="key was lost"):
        actions.close_ballot(chamber.chair, ballot.id)
    assert keys.find(ballot.id)
    actions.cancel_ballot(chamber.chair, ballot.id)
    assert keys.find(ballot.id) is None
