"""Drafts one summary in a process of its own, so that comparing thousands of sentences delays no request.

Reads `{"sources": [{"id", "text", "kind", "supports"}], "forbidden": [...], "proper": [...], "capitals": [...],
"unless": [...]}` (see core/names/linter.py) from its input and writes `[{"section", "text", "sources"}]`. The
forbidden names come by the pipe, never on the command line, and nothing is ever written to its error output: a trace
could hold what people said.
"""

import json
import signal
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from dialogue.core import child, lifeline
from dialogue.core.names.linter import Linter
from dialogue.core.sentences import sentences
from dialogue.outcomes.plain_text import own_words
from dialogue.outcomes.summarising import Sentence, Source, summarise

SECONDS = 60
SOURCE_CPU_SECONDS = 1.0
COMMAND = child.command("dialogue.outcomes.summary_worker")
LIMITS = child.Limits(input_bytes=256_000_000, output_bytes=16_000_000, memory_bytes=1_000_000_000)


class NoDraft(Exception):
    """The worker gave no draft in time."""


def ask(sources: Iterable[Source], forbidden: Iterable[str], proper: Iterable[str] = (),
        capitals: Iterable[str] = (), unless: Iterable[str] = ()) -> list[Sentence]:
    """The draft of a child process; its sources' texts are HTML. Raises NoDraft."""
    question = json.dumps({"sources": [asdict(source) for source in sources], "forbidden": sorted(forbidden),
                           "proper": sorted(proper), "capitals": sorted(capitals), "unless": sorted(unless)})
    try:
        said = json.loads(child.ask(COMMAND, question.encode(), SECONDS, LIMITS))
    except (child.Failed, ValueError):
        raise NoDraft from None  # Not chained: the question holds names, and a trace may be logged.
    return [Sentence(one["section"], one["text"], tuple(one["sources"])) for one in said]


def answer(question: dict[str, Any]) -> list[dict[str, Any]]:
    """The draft of a question, as JSON can carry it."""
    read = (_read(Source(**source)) for source in question["sources"])
    linter = Linter(question["forbidden"], question["proper"], question.get("capitals", ()), question.get("unless", ()))
    made = summarise([source for source in read if source], linter)
    return [asdict(sentence) for sentence in made]


def _read(source: Source) -> Source | None:
    """The source with its words; None where they cannot be read in time, so that the others are still summarised."""
    try:
        signal.setitimer(signal.ITIMER_PROF, SOURCE_CPU_SECONDS)
        words = own_words(source.text)
        sentences(words)
    except (_TooHard, Exception):
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return replace(source, text=words)


class _TooHard(BaseException):
    """A source needs more time than any honest one. Not an `Exception`, so that nothing swallows it."""


def _give_up(_signal: int, _frame: object) -> None:
    raise _TooHard


if __name__ == "__main__":
    lifeline.hold()
    signal.signal(signal.SIGPROF, _give_up)
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
