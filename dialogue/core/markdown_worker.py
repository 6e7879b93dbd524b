"""The child process that turns Markdown into safe HTML.

It answers each JSON line of its input (a text) with one JSON line (the HTML, or null if the text is too
hard) and ends when its input does. It is started by its path and imports the grammar alone, so that it starts
in a tenth of a second. `core/markdown_child.py` is its only caller.

Two kinds of defence follow each other: the grammar has no raw HTML and no attributes, so nothing of the kind
is ever produced; then nh3 keeps only what its short list allows, in case it was.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import nh3

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[2]))

from dialogue.core import lifeline
from dialogue.core.markdown.grammar import parse
from dialogue.core.markdown.html import to_html

CPU_SECONDS = float(sys.argv[1]) if __name__ == "__main__" and len(sys.argv) > 1 else 0.35
MAX_HTML = 200_000
_BLOCKS = ("p", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre")

SANITISER = nh3.Cleaner(
    tags={*_BLOCKS, "hr", "li", "blockquote", "code", "em", "strong", "br", "a"}
    | {"thead", "tbody", "tr", "th", "td"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    tag_attribute_values={tag: {"dir": {"auto"}} for tag in _BLOCKS},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
)


class TooSlow(BaseException):
    """The text takes too long, though the grammar found it easy. Not an `Exception`: no handler swallows it."""


def convert(text: str) -> str | None:
    """Safe HTML for `text`, or None if it takes more than `CPU_SECONDS`, is too hard or grows too long."""
    try:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        html = SANITISER.clean(to_html(parse(text)))
    except (TooSlow, Exception):
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return html if len(html) <= MAX_HTML else None


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def main() -> None:
    """Serve the parent until it closes our input; the first line says that we are ready."""
    lifeline.hold()
    signal.signal(signal.SIGPROF, _give_up)
    answer: str | None = "ready"
    while True:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        request = sys.stdin.readline()
        if not request:
            return
        answer = convert(json.loads(request))


if __name__ == "__main__":
    try:
        main()
    except ConnectionError:
        os._exit(0)  # The parent left in the middle of an answer: there is no reader left.
