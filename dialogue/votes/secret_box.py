"""The box of an open secret ballot, as the database keeps it: sealed shards, each with the entries of some electors.

A vote reads a shard, changes it and writes it anew under a new nonce. A copy of the database, its logs and its
backups therefore hold ciphertexts alone, and none of them can be opened once the ballot's key is destroyed. Shards
keep a vote cheap where thousands are on the roll. Which shard an elector is in is random to all without the key.
"""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session

from dialogue.core.attribution import ActorSet
from dialogue.core.errors import Conflict, Unavailable
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.transaction import Transaction
from dialogue.votes import entries, keys, sealing
from dialogue.votes.entries import Shard
from dialogue.votes.models import Ballot
from dialogue.votes.rules import Choice
from dialogue.votes.secret_models import SecretBox

ELECTORS = 256  # In a shard, on average.
_BOX = select(SecretBox.shard, SecretBox.content).where(SecretBox.ballot_id == bindparam("ballot")).order_by(
    SecretBox.shard)
_SOME = _BOX.where(SecretBox.shard.in_(bindparam("shards", expanding=True)))
_LOCKED = _SOME.with_for_update()  # In the order of the shards: two workers never wait for each other.
_SAVE = update(SecretBox).where(
    SecretBox.ballot_id == bindparam("of"), SecretBox.shard == bindparam("number")).values(content=bindparam("sealed"))


def key_lost() -> Conflict:
    """Say that a ballot without its key can only be called off."""
    return Conflict(_("This ballot’s key was lost. It takes no more votes and cannot be counted; the chair can call "
                      "it off."))


class Box:
    """Some shards of a ballot's box, opened with its key."""

    def __init__(self, ballot: Ballot, key: bytes, shards: dict[int, Shard]) -> None:
        self.key = key
        self._ballot = ballot
        self._shards = shards
        self._changed: set[int] = set()

    @classmethod
    def made(cls, ballot: Ballot, key: bytes, voice_ids: Collection[str]) -> "Box":
        """Make the box in which no one of these has voted yet. It has to be put into the database."""
        tags: dict[int, list[bytes]] = {number: [] for number in range(_shards(ballot))}
        for found in (tag(key, voice_id) for voice_id in voice_ids):
            tags[_shard(ballot, found)].append(found)
        return cls(ballot, key, {number: Shard(entries.blank(some)) for number, some in tags.items()})

    def put(self, tx: Transaction) -> None:
        """Put the new box into the database."""
        tx.put_rows(SecretBox, [{"ballot_id": self._ballot.id, "shard": number, "content": self._sealed(number)}
                                for number in self._shards])

    def save(self, tx: Transaction) -> None:
        """Write the shards that changed."""
        rows = [{"of": self._ballot.id, "number": number, "sealed": self._sealed(number)}
                for number in sorted(self._changed)]
        if rows:
            tx.session.connection().execute(_SAVE, rows)

    def _sealed(self, number: int) -> bytes:
        return sealing.seal(self.key, self._ballot.id, number, self._shards[number].content)

    def entry(self, voice_id: str, *, changes: bool = False) -> tuple[Shard, int]:
        """The shard of the voice, and where its entry is. The shard is saved if it is said to change."""
        mine = tag(self.key, voice_id)
        number = _shard(self._ballot, mine)
        if changes:
            self._changed.add(number)
        return self._shards[number], self._shards[number].place(mine)

    @property
    def cast(self) -> int:
        """How many have voted, in the shards that were opened."""
        return sum(shard.cast for shard in self._shards.values())

    def votes(self) -> Iterator[tuple[ActorSet, Choice]]:
        """The votes, in an order that only the key gives."""
        for shard in self._shards.values():
            yield from shard.votes()


def locked(tx: Transaction, ballot: Ballot, key: bytes, voice_ids: Iterable[str]) -> Box:
    """Open the shards of these voices, locked until the end. Raises Conflict, Unavailable."""
    numbers = {_shard(ballot, tag(key, voice_id)) for voice_id in voice_ids}
    return _opened(tx.session, _LOCKED, ballot, key, numbers)


def whole(session: Session, ballot: Ballot, key: bytes) -> Box:
    """Open all shards. Raises Conflict, Unavailable."""
    return _opened(session, _BOX, ballot, key, range(_shards(ballot)))


def has_voted(session: Session, ballot: Ballot, voice_id: str) -> bool:
    """Whether this voice's vote is in; no, where the key is not at hand."""
    key = keys.find(ballot.id)
    if key is None:
        return False
    try:
        box = _opened(session, _SOME, ballot, key, [_shard(ballot, tag(key, voice_id))])
    except (Conflict, Unavailable):
        return False
    shard, place = box.entry(voice_id)
    return shard.has_voted(place)


def remove(tx: Transaction, ballot: Ballot) -> None:
    """Remove the ballot's box."""
    tx.session.execute(delete(SecretBox).where(SecretBox.ballot_id == ballot.id))


def _opened(session: Session, query: Select[int, bytes], ballot: Ballot, key: bytes,
            numbers: Collection[int]) -> Box:
    asked = {"ballot": ballot.id, "shards": list(numbers)} if query is not _BOX else {"ballot": ballot.id}
    rows = session.connection().execute(query, asked).all()
    if len(rows) < len(numbers):  # Not for long: see conversion.py.
        raise Unavailable(_("This ballot is being prepared. Try again in a few seconds."))
    shards = {}
    for number, sealed in rows:
        content = sealing.opened(key, ballot.id, number, sealed)
        if content is None:
            raise key_lost()
        shards[number] = Shard(content)
    return Box(ballot, key, shards)


def _shards(ballot: Ballot) -> int:
    return max(1, ballot.eligible // ELECTORS)


def _shard(ballot: Ballot, of: bytes) -> int:
    return int.from_bytes(of[:4]) * _shards(ballot) >> 32


def tag(key: bytes, voice_id: str) -> bytes:
    """Under which tag the voice's entry lies: only the key can tell."""
    return keys.digest(key, "elector", voice_id)[:entries.TAG]
