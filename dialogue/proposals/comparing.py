"""Comparisons of versions: each pair is compared once, by a child process, and kept.

A version never changes, so neither does what changed between two of them. One child works at a time in a process
of ours; requests for the same pair wait for the same answer.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.core import db
from dialogue.core.application import PerApp
from dialogue.proposals.comparing_worker import Compared, NoAnswer, ask
from dialogue.proposals.diff import Clause, ClauseDiff, State
from dialogue.proposals.emphasis import pieces
from dialogue.proposals.wording import Op, Run
from dialogue.proposals.words import Pieces, is_seen_alike

MAX_KEPT = 64  # Comparisons of texts of at most 40,000 characters each.
QUEUE_SECONDS = 3.0  # … that a request waits for its turn; then it is shown whole clauses.
Pair = tuple[str, int, int]


@dataclass(frozen=True)
class Texts:
    """One version: its title, and its clauses as they were typed."""

    title: str
    clauses: Sequence[Clause]


class _Kept:
    """The newest comparisons, and the turn to make one more."""

    def __init__(self) -> None:
        self.found: OrderedDict[Pair, Compared] = OrderedDict()
        self.turn = threading.Lock()

    def get(self, pair: Pair) -> Compared | None:
        if pair in self.found:
            self.found.move_to_end(pair)
        return self.found.get(pair)

    def keep(self, pair: Pair, compared: Compared) -> Compared:
        self.found[pair] = compared
        while len(self.found) > MAX_KEPT:
            self.found.popitem(last=False)
        return compared


_kept = PerApp(_Kept)


def is_known(pair: Pair) -> bool:
    """Whether these two versions of a proposal were compared already."""
    return pair in _kept().found


def compared(pair: Pair, before: Texts, after: Texts) -> Compared:
    """Compare two versions of a proposal, or find how they compared before."""
    kept = _kept()
    found = kept.get(pair)
    if found is not None:
        return found
    with db.elsewhere():
        if not kept.turn.acquire(timeout=QUEUE_SECONDS):
            return _in_whole_clauses(before, after)
        try:
            return kept.get(pair) or kept.keep(
                pair, ask((before.title, after.title), before.clauses, after.clauses))
        except NoAnswer:
            return _in_whole_clauses(before, after)
        finally:
            kept.turn.release()


def _in_whole_clauses(before: Texts, after: Texts) -> Compared:
    """A comparison that costs nothing: a clause is the same, or replaced as a whole. It is not kept."""
    old = {key: (number, text) for number, (key, text) in enumerate(before.clauses, start=1)}
    new = {key: (number, text) for number, (key, text) in enumerate(after.clauses, start=1)}
    gone = [ClauseDiff(key, State.REMOVED, number, None, _replaced(pieces(text), ()))
            for key, (number, text) in old.items() if key not in new]
    return _replaced([(before.title, False)], [(after.title, False)]), [_clause(key, old.get(key), number, text)
                                                  for key, (number, text) in new.items()] + gone


def _clause(key: str, old: tuple[int, str] | None, number: int, text: str) -> ClauseDiff:
    number_before, text_before = old or (None, "")
    runs = _replaced(pieces(text_before), pieces(text))
    is_kept = all(run.op is Op.SAME for run in runs)
    state = State.ADDED if old is None else State.KEPT if is_kept else State.CHANGED
    return ClauseDiff(key, state, number_before, number, runs)


def _replaced(old: Pieces, new: Pieces) -> tuple[Run, ...]:
    before, after = list(old), list(new)
    if is_seen_alike(before, after):
        return tuple(Run(Op.SAME, text, emphasis) for text, emphasis in after)
    ops = ((Op.REMOVED, before), (Op.ADDED, after))
    return tuple(Run(op, text, emphasis) for op, texts in ops for text, emphasis in texts)
