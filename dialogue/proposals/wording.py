"""What changed between two wordings of one text, word by word, in pieces a person can read.

Words are compared, not letters (`words.py` cuts them), and by what a reader sees of them. The shortest way from
old to new is found by the greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations"
(1986). Its work is counted, so hostile texts cannot hold it up: beyond the allowance the differing middle is shown
as replaced in one piece.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, groupby

from dialogue.proposals.words import Pieces, Word, words_of

ALLOWANCE = 120_000
"""Steps a comparison may take before it settles for less: some 50 ms, or 450 words gone and come."""

Seen = tuple[str, bool]
"""A word as a reader sees it: its text and whether it is emphasised."""

ISLAND_WORDS = 3
"""Kept pieces of at most so many words, spaces counted, are drowned between larger changes."""


class Op(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Run:
    """A piece of text and what happened to it."""

    op: Op
    text: str
    emphasis: bool = False


@dataclass(frozen=True)
class _Change:
    """Words `old_from:old_to` were replaced by words `new_from:new_to`; either may be empty."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int

    def moved(self, by: int) -> "_Change":
        return _Change(self.old_from + by, self.old_to + by, self.new_from + by, self.new_to + by)

    def joined(self, later: "_Change") -> "_Change":
        return _Change(self.old_from, later.old_to, self.new_from, later.new_to)


def compare(old: str, new: str, allowance: int = ALLOWANCE) -> tuple[Run, ...]:
    """Compare two plain texts; see `compare_pieces`."""
    return compare_pieces([(old, False)], [(new, False)], allowance)


def compare_pieces(old: Pieces, new: Pieces, allowance: int = ALLOWANCE) -> tuple[Run, ...]:
    """Find the runs that turn `old` into `new`; where a piece is replaced, what was removed comes first.

    Same and added runs joined are `new`, to the character. Same and removed runs joined are `old` as a reader sees
    it (`words.as_seen`): what is the same stands as it was typed in `new`. `allowance` bounds the work; the answer
    depends on it but never on the speed of the machine.
    """
    before, after = words_of(old), words_of(new)
    edits = _edits([word.seen for word in before], [word.seen for word in after], allowance)
    changes = _without_islands(edits, before, after)
    return tuple(_runs(changes, before, after))


def text_of(runs: Sequence[Run], op: Op) -> str:
    """One of the two texts of a comparison: the new one for `Op.ADDED`, the old one for `Op.REMOVED`."""
    return "".join(run.text for run in runs if run.op in (Op.SAME, op))


def _edits(before: Sequence[Seen], after: Sequence[Seen], allowance: int) -> list[_Change]:
    """Single edits in order. What is alike at both ends is set aside first: it is most of the text."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old and not new:
        return []
    edits = _shortest_path(old, new, allowance)
    if edits is None:
        return [_Change(start, start + len(old), start, start + len(new))]
    return [each.moved(start) for each in edits]


def _alike(one: Sequence[Seen], other: Sequence[Seen]) -> int:
    """How many words are the same from the beginning."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def _shortest_path(old: Sequence[Seen], new: Sequence[Seen], allowance: int) -> list[_Change] | None:
    """The fewest single removals and additions from old to new, or None if the allowance runs out.

    `reach[i]` is how far into `old` one gets on diagonal `2i - edits` with so many edits.
    """
    rounds: list[list[int]] = []
    for edits in range(len(old) + len(new) + 1):
        reach: list[int] = []
        for i in range(edits + 1):
            start = x = _step(rounds[-1], i)[0] if rounds else 0
            y = x - (2 * i - edits)
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reach.append(x)
            if x >= len(old) and y >= len(new):
                return _walk_back(rounds, i)
            allowance -= 1 + x - start
            if allowance < 0:
                return None
        rounds.append(reach)
    raise AssertionError("removing all and adding all is always a path")


def _step(previous: Sequence[int], i: int) -> tuple[int, int]:
    """The better last edit onto place `i`: how far it gets, and whence (the same place: an addition)."""
    if i == len(previous) or (i > 0 and previous[i - 1] >= previous[i]):
        return previous[i - 1] + 1, i - 1
    return previous[i], i


def _walk_back(rounds: Sequence[Sequence[int]], i: int) -> list[_Change]:
    """The edits that led to place `i` after the last round, first one first."""
    edits = []
    for count in range(len(rounds), 0, -1):
        x, came_from = _step(rounds[count - 1], i)
        y = x - (2 * i - count)
        edits.append(_Change(x, x, y - 1, y) if came_from == i else _Change(x - 1, x, y, y))
        i = came_from
    return edits[::-1]


def _without_islands(edits: Sequence[_Change], before: Sequence[Word], after: Sequence[Word]) -> list[_Change]:
    """Join changes that touch, and those parted by a kept piece too small to be worth reading on its own."""
    old, new = (list(accumulate((len(word.text) for word in each), initial=0)) for each in (before, after))

    def size(change: _Change) -> int:
        return max(old[change.old_to] - old[change.old_from], new[change.new_to] - new[change.new_from])

    def is_island(left: _Change, right: _Change) -> bool:
        letters = old[right.old_from] - old[left.old_to]
        return right.old_from - left.old_to <= ISLAND_WORDS and letters < min(size(left), size(right))

    joined: list[_Change] = []
    for change in _touching_joined(edits):
        while joined and is_island(joined[-1], change):
            change = joined.pop().joined(change)  # noqa: PLW2901 - It grows, and may reach the one before.
        joined.append(change)
    return joined


def _touching_joined(edits: Sequence[_Change]) -> list[_Change]:
    joined: list[_Change] = []
    for edit in edits:
        if joined and joined[-1].old_to == edit.old_from and joined[-1].new_to == edit.new_from:
            joined[-1] = joined[-1].joined(edit)
        else:
            joined.append(edit)
    return joined


def _runs(changes: Sequence[_Change], before: Sequence[Word], after: Sequence[Word]) -> Iterator[Run]:
    done = 0
    for change in changes:
        yield from _joined(Op.SAME, after[done : change.new_from])
        yield from _joined(Op.REMOVED, before[change.old_from : change.old_to])
        yield from _joined(Op.ADDED, after[change.new_from : change.new_to])
        done = change.new_to
    yield from _joined(Op.SAME, after[done:])


def _joined(op: Op, words: Sequence[Word]) -> Iterator[Run]:
    for emphasis, alike in groupby(words, key=lambda word: word.emphasis):
        yield Run(op, "".join(word.text for word in alike), emphasis)
