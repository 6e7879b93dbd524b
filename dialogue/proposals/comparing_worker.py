"""Compares two versions of one text in a process of its own, so that no other work waits for it.

Reads `{"title": [old, new], "before": [[key, text]], "after": [[key, text]]}` from its input and writes
`{"title": runs, "clauses": [[key, state, number_before, number_after, runs]]}`, where runs are
`[[op, text, emphasis]]`.
Nothing is ever written to its error output: a trace could hold what people wrote.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dialogue.proposals.diff import Clause, ClauseDiff, State, diff
from dialogue.proposals.wording import Op, Run, compare

SECONDS = 10
NICE = 10  # Requests go before comparisons where there is one core.
COMMAND = [sys.executable, "-m", "dialogue.proposals.comparing_worker"]
ROOT = Path(__file__).parents[2]
Compared = tuple[tuple[Run, ...], list[ClauseDiff]]


class NoAnswer(Exception):
    """The worker gave no answer in time."""


def ask(title: tuple[str, str], before: Sequence[Clause], after: Sequence[Clause]) -> Compared:
    """Compare title and clauses in a child process. Raises NoAnswer.

    Under gevent the wait lets others go on, because `subprocess` is patched; elsewhere it waits in its thread.
    """
    question = json.dumps({"title": title, "before": before, "after": after})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIALOGUE_")}
    try:
        done = subprocess.run(COMMAND, cwd=ROOT, input=question.encode(), stdout=subprocess.PIPE, env=environment,
                              stderr=subprocess.DEVNULL, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        raise NoAnswer from None  # Not chained: the question holds what people wrote, and a trace may be logged.
    return _read(json.loads(done.stdout))


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
    os.nice(NICE)
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
