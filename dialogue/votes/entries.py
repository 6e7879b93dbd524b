"""The content of one shard of a secret ballot's box, before it is sealed.

Each elector has an entry, in the order of tags only the ballot's key can compute. All entries have the same length,
whether and however the elector voted. After them come the idempotency keys that were used, as digests with their
choice, in a space that is doubled when it is full: the length tells roughly how many presses there were, no more.
"""

from collections.abc import Iterable, Iterator
from struct import Struct

from dialogue.core.attribution import ActorSet
from dialogue.votes.rules import Choice

TAG = 16  # Bytes of an elector's tag.
PRESS = 8  # Bytes of the digest of a key.
_HEAD = Struct(">III")  # Electors, presses, presses there is space for.
_ENTRY = Struct(">16sBBH")  # Tag, choice, actor set, presses.
_PRESS = Struct(">8sB")  # Digest, choice.
_CHOICE, _SET, _PRESSES = 16, 17, 18  # Where they are in an entry.
# By the numbers they are stored under; 0 is none. New ones go to the end.
_CHOICES = (None, Choice.YES, Choice.NO, Choice.ABSTAIN)
_SETS = (None, ActorSet.STATE, ActorSet.CIVIL_SOCIETY, ActorSet.INTL_CIVIL_SERVICE, ActorSet.PUBLIC)


def blank(tags: Iterable[bytes]) -> bytearray:
    """Make the content without any vote."""
    entries = [_ENTRY.pack(tag, 0, 0, 0) for tag in sorted(tags)]
    space = max(2 * len(entries), 16)
    return bytearray(_HEAD.pack(len(entries), 0, space) + b"".join(entries) + bytes(space * _PRESS.size))


class Shard:
    """A shard's content, read and changed in place."""

    def __init__(self, content: bytearray) -> None:
        self.content = content
        self.electors: int
        self.presses: int
        self._space: int
        self.electors, self.presses, self._space = _HEAD.unpack_from(content)
        self._end: int = _HEAD.size + self.electors * _ENTRY.size  # Of the entries; there the presses begin.

    def place(self, tag: bytes) -> int:
        """Where the elector's entry begins. Raises KeyError for a tag that is not here."""
        low, high = 0, self.electors
        while low < high:
            middle = (low + high) // 2
            at = _HEAD.size + middle * _ENTRY.size
            found = self.content[at:at + TAG]
            if found == tag:
                return at
            low, high = (middle + 1, high) if found < tag else (low, middle)
        raise KeyError("no such elector")

    def vote(self, place: int, choice: Choice, actor_set: ActorSet) -> None:
        """Write the vote in the place of an earlier one."""
        self.content[place + _CHOICE] = _CHOICES.index(choice)
        self.content[place + _SET] = _SETS.index(actor_set)

    def has_voted(self, place: int) -> bool:
        """Whether a vote is in this entry."""
        return self.content[place + _CHOICE] != 0

    @property
    def cast(self) -> int:
        """How many have voted."""
        return self.electors - self.content[_HEAD.size + _CHOICE:self._end:_ENTRY.size].count(0)

    def votes(self) -> Iterator[tuple[ActorSet, Choice]]:
        """The votes: set and choice."""
        for _tag, choice, actor_set, _presses in self.rows():
            by, made = _SETS[actor_set], _CHOICES[choice]
            if by and made:
                yield by, made

    def rows(self) -> Iterator[tuple[bytes, int, int, int]]:
        """The entries as they are stored."""
        yield from _ENTRY.iter_unpack(self.content[_HEAD.size:self._end])

    def earlier(self, press: bytes) -> Choice | None:
        """What was chosen under this key, if it was used."""
        start, end = self._end, self._end + self.presses * _PRESS.size
        at = self.content.find(press, start, end)
        while at >= 0 and (at - start) % _PRESS.size:
            at = self.content.find(press, at + 1, end)
        return None if at < 0 else _CHOICES[self.content[at + PRESS]]

    def presses_of(self, place: int) -> int:
        """How many keys the elector has used."""
        return int.from_bytes(self.content[place + _PRESSES:place + _ENTRY.size])

    def remember(self, place: int, press: bytes, choice: Choice) -> None:
        """Note that the elector used this key for this choice."""
        if self.presses == self._space:
            self.content += bytes(self._space * _PRESS.size)
            self._space *= 2
        _PRESS.pack_into(self.content, self._end + self.presses * _PRESS.size, press, _CHOICES.index(choice))
        self.presses += 1
        _HEAD.pack_into(self.content, 0, self.electors, self.presses, self._space)
        self.content[place + _PRESSES:place + _ENTRY.size] = (self.presses_of(place) + 1).to_bytes(2)
