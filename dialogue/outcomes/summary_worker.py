"""Drafts one summary in a process of its own, so that comparing thousands of sentences holds up nobody.

Reads `{"sources": [{"id", "text", "kind", "supports"}], "forbidden": [...], "proper": [...]}` from its input and writes
`[{"section", "text", "sources"}]`. The forbidden names come by the pipe, never on the command line, and nothing
is ever written to its error output: a trace could hold what people said.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dialogue.outcomes.plain_text import own_words
from dialogue.outcomes.summarising import Sentence, Source, summarise

SECONDS = 60
COMMAND = [sys.executable, "-m", "dialogue.outcomes.summary_worker"]
ROOT = Path(__file__).parents[2]


class NoDraft(Exception):
    """The worker gave no draft in time."""


def ask(sources: Iterable[Source], forbidden: Iterable[str], proper: Iterable[str] = ()) -> list[Sentence]:
    """The draft of a child process; its sources' texts are HTML. Raises NoDraft.

    Under gevent the waiting lets others go on, since `subprocess` is patched; elsewhere it waits in its thread.
    """
    question = json.dumps({"sources": [asdict(source) for source in sources], "forbidden": sorted(forbidden),
                           "proper": sorted(proper)})
    try:
        done = subprocess.run(COMMAND, cwd=ROOT, input=question.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        raise NoDraft from None  # Not chained: the question holds names, and a trace may be logged.
    return [Sentence(said["section"], said["text"], tuple(said["sources"])) for said in json.loads(done.stdout)]


def answer(question: dict[str, Any]) -> list[dict[str, Any]]:
    """The draft of a question, as JSON can carry it."""
    sources = [Source(**{**source, "text": own_words(source["text"])}) for source in question["sources"]]
    return [asdict(sentence) for sentence in summarise(sources, question["forbidden"], question["proper"])]


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
