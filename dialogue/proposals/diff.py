"""What changed between two versions of a text in numbered clauses, clause by clause.

A clause keeps its key from version to version, whatever its number or wording, so that clauses are never
guessed to belong together. Within a clause, `wording` compares word by word.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dialogue.core.isolation import direction_of
from dialogue.proposals.emphasis import pieces
from dialogue.proposals.wording import ALLOWANCE, Op, Run, compare_pieces, text_of

Clause = tuple[str, str]
"""A clause's key and its text, with the marks of its emphasis."""


class State(StrEnum):
    """What happened to a clause.

    MOVED: same words, but it changed places with others; a new number alone (one was added above) is KEPT.
    A clause that moved and was reworded is CHANGED; its two numbers tell the rest.
    """

    KEPT = "kept"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True)
class ClauseDiff:
    """One clause in both versions: its numbers (from 1; None where it is absent) and its text in runs.

    Same and added runs joined are the new text without its marks, same and removed runs joined the old one as a
    reader sees it.
    """

    key: str
    state: State
    number_before: int | None
    number_after: int | None
    runs: tuple[Run, ...]

    @property
    def direction(self) -> str:
        """The side the clause is read from by its first letters as they are now: `ltr`, `rtl` or `auto`."""
        now = Op.REMOVED if self.state is State.REMOVED else Op.ADDED
        return direction_of(text_of(self.runs, now)) or "auto"

    @property
    def is_emphasis_alone(self) -> bool:
        """Whether the clause changed, and its words did not."""
        return self.state is State.CHANGED and text_of(self.runs, Op.REMOVED) == text_of(self.runs, Op.ADDED)


def diff(before: Sequence[Clause], after: Sequence[Clause]) -> list[ClauseDiff]:
    """Clauses in the new order; a removed one stands where it stood, behind the clause it followed.

    The work is bounded for any input: reworded clauses share one allowance equally, and a clause that
    exceeds its share is shown with the differing middle replaced in one piece.

    Raises ValueError if a key occurs twice in a version.
    """
    old, new = _numbered(before), _numbered(after)
    reworded = sum(1 for key in new if key in old and old[key][1] != new[key][1])
    moved = _moved([key for key in old if key in new], {key: number for key, (number, _) in new.items()})
    return [
        _clause_diff(key, old.get(key), new.get(key), key in moved, ALLOWANCE // max(1, reworded))
        for key in _reading_order(list(old), list(new))
    ]


_Numbered = tuple[int, str]


def _numbered(clauses: Sequence[Clause]) -> dict[str, _Numbered]:
    found = {key: (number, text) for number, (key, text) in enumerate(clauses, start=1)}
    if len(found) != len(clauses):
        raise ValueError("a clause key occurs twice")
    return found


def _clause_diff(
    key: str, old: _Numbered | None, new: _Numbered | None, moved: bool, allowance: int
) -> ClauseDiff:
    number_before, text_before = old or (None, "")
    number_after, text_after = new or (None, "")
    runs = compare_pieces(pieces(text_before), pieces(text_after), allowance)
    return ClauseDiff(key, _state(old, new, moved, runs), number_before, number_after, runs)


def _state(old: _Numbered | None, new: _Numbered | None, moved: bool, runs: Sequence[Run]) -> State:
    if old is None:
        return State.ADDED
    if new is None:
        return State.REMOVED
    if any(run.op is not Op.SAME for run in runs):
        return State.CHANGED
    return State.MOVED if moved else State.KEPT


def _moved(keys: Sequence[str], number_after: dict[str, int]) -> set[str]:
    """Which clauses left their place: the fewest that explain the new order.

    `keys` are in the old order. Those on a longest rising sequence of new numbers stayed (patience sorting:
    `tops[n]` ends the sequence of length n+1 that ends lowest); the rest moved.
    """
    tops: list[str] = []
    numbers: list[int] = []
    before: dict[str, str | None] = {}
    for key in keys:
        length = bisect_left(numbers, number_after[key])
        before[key] = tops[length - 1] if length else None
        tops[length : length + 1] = [key]
        numbers[length : length + 1] = [number_after[key]]
    stayed, last = set(), tops[-1] if tops else None
    while last is not None:
        stayed.add(last)
        last = before[last]
    return set(keys) - stayed


def _reading_order(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """All keys: the new order, each followed by the removed ones that stood behind it."""
    here = set(new)
    followers: dict[str | None, list[str]] = {None: []}
    anchor: str | None = None
    for key in old:
        if key in here:
            anchor = key
        else:
            followers.setdefault(anchor, []).append(key)
    yield from followers[None]
    for key in new:
        yield key
        yield from followers.get(key, [])
