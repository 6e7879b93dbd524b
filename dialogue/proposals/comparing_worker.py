"""Compares two versions of one text in a process of its own, so that no other work waits for it.

Reads `{"title": [old, new], "before": [[key, text]], "after": [[key, text]]}` from its input and writes
`{"title": runs, "clauses": [[key, state, number_before, number_after, runs]]}`, where runs are
`[[op, text, emphasis]]`.
Nothing is ever written to its error output: a trace could hold what people wrote.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from dialogue.core import child, lifeline
from dialogue.proposals.diff import Clause, ClauseDiff, State, diff
from dialogue.proposals.wording import Op, Run, compare

SECONDS = 10
COMMAND = child.command("dialogue.proposals.comparing_worker")
# Requests go before comparisons where there is one core.
LIMITS = child.Limits(input_bytes=8_000_000, output_bytes=64_000_000, memory_bytes=512_000_000, nice=10)
Compared = tuple[tuple[Run, ...], list[ClauseDiff]]


class NoAnswer(Exception):
    """The worker gave no answer in time."""


def ask(title: tuple[str, str], before: Sequence[Clause], after: Sequence[Clause]) -> Compared:
    """Compare title and clauses in a child process. Raises NoAnswer."""
    question = json.dumps({"title": title, "before": before, "after": after})
    try:
        return _read(json.loads(child.ask(COMMAND, question.encode(), SECONDS, LIMITS)))
    except (child.Failed, ValueError):
        raise NoAnswer from None  # Not chained: the question holds what people wrote, and a trace may be logged.


def _read(found: dict[str, Any]) -> Compared:
    return _runs(found["title"]), [ClauseDiff(key, State(state), before, after, _runs(runs))
                                   for key, state, before, after, runs in found["clauses"]]


def _runs(found: list[tuple[str, str, bool]]) -> tuple[Run, ...]:
    return tuple(Run(Op(op), text, emphasis) for op, text, emphasis in found)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The comparison of a question, as JSON can carry it."""
    title = compare(*question["title"])
    clauses = diff([tuple(each) for each in question["before"]], [tuple(each) for each in question["after"]])
    return {"title": _told(title), "clauses": [
        [each.key, each.state, each.number_before, each.number_after, _told(each.runs)] for each in clauses]}


def _told(runs: Sequence[Run]) -> list[tuple[str, str, bool]]:
    return [(run.op, run.text, run.emphasis) for run in runs]


if __name__ == "__main__":
    lifeline.hold()
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
