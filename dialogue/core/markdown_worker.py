"""The child process that turns Markdown into safe HTML.

It answers each JSON line of its input (a text) with one JSON line (the HTML, or null if the text is too
hard) and ends when its input does. It imports nothing of `dialogue`, so that it starts in a tenth of a
second and can be started by its path. `core/richtext.py` is its only caller.

Two kinds of defence follow each other: the grammar below has no raw HTML, no pictures and no attributes,
so nothing of the kind is ever produced; then nh3 keeps only what its short list allows, in case it was.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from types import FrameType
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, LinkInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

CPU_SECONDS = 0.35
MAX_HTML = 200_000

# Letters of scripts that write without spaces end a bare address: 见https://example.org谢谢
_UNSPACED = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
BARE_URL = rf"""(?<![A-Za-z0-9_])(?i:https?)://(?=[^\W_])(?:[^\W{_UNSPACED}]|[-.~:/?#\[\]@!$&'()*+,;=%])+"""
_ALLOWED_ADDRESS = re.compile(r"(?:https?://[^\s/\\]|mailto:[^\s/\\]+@)[^\s\\]*\Z", re.IGNORECASE)
# The library's names and types for an inline rule: it returns an element and where its text began and ended.
Match = re.Match[str]
Found = tuple[Element | None, int | None, int | None]
_BLOCKS = ("p", "h3", "h4", "h5", "h6", "ul", "ol", "table")

SANITISER = nh3.Cleaner(
    tags={*_BLOCKS, "hr", "li", "blockquote", "pre", "code", "em", "strong", "br", "a"}
    | {"thead", "tbody", "tr", "th", "td"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    tag_attribute_values={tag: {"dir": {"auto"}} for tag in _BLOCKS},
    set_tag_attribute_values={"pre": {"dir": "auto"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
)


class TooHard(BaseException):
    """The text needs more time than any honest one. Not an `Exception`, so that nothing swallows it."""


class _Heading(HashHeaderProcessor):
    """`# Title`; without the space (`#1`, `#reform`) it is text."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6}) +(?P<header>[^\n]*?) *#*(?:\n|$)")


class _Link(LinkInlineProcessor):
    """`[text](address)` for web and mail addresses; any other address leaves the text as it was typed."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: Match, data: str) -> Found:  # type: ignore[override]  # noqa: N802
        element, start, end = super().handleMatch(m, data)
        if not isinstance(element, Element):
            return None, None, None
        if not _ALLOWED_ADDRESS.match(self.unescape(element.get("href", ""))):
            return None, None, None
        return element, start, end


class _BareUrl(InlineProcessor):
    """An address standing in the text becomes a link; the punctuation after it stays outside."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: Match, data: str) -> Found:  # type: ignore[override]  # noqa: N802, ARG002
        address = m[0].rstrip(".,:;!?'*_")
        while address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1].rstrip(".,:;!?'*_")
        element = Element("a", href=address)
        element.text = AtomicString(address)
        return element, m.start(), m.start() + len(address)


class _ListsAfterText(Preprocessor):
    """A list may follow its introduction without an empty line, as people write it."""

    STARTS = re.compile(r"(?:[-*+] |1\. )\S")
    INSIDE = re.compile(r"\s|[-*+] |\d+\. |>|\Z")

    def run(self, lines: list[str]) -> list[str]:
        spaced: list[str] = []
        for line in lines:
            if spaced and self.STARTS.match(line) and not self._continues(spaced):
                spaced.append("")
            spaced.append(line)
        return spaced

    def _continues(self, before: list[str]) -> bool:
        return bool(self.INSIDE.match(before[-1]))


class _Headings(Treeprocessor):
    """A text stands inside a page that has its own first and second level; its headings begin below."""

    LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.tag = self.LEVELS.get(element.tag, element.tag)


class _Directions(Treeprocessor):
    """Let each outermost block find its direction, so that an Arabic paragraph runs right to left.

    Only the outermost: a browser skips inner blocks with a `dir` of their own when it looks for the
    first letter of the outer one, so a list whose items had one would never find its direction.
    """

    def run(self, root: Element) -> None:
        for block in root:
            if block.tag == "blockquote":
                self.run(block)
            elif block.tag in _BLOCKS and not HTML_PLACEHOLDER_RE.fullmatch(block.text or ""):
                block.set("dir", "auto")  # The placeholder is fenced code, which must find it unchanged.


class _Grammar(Extension):
    """What people may write: no raw HTML, pictures, reference links, indented code or underlined headings."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (the library's name)
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_ListsAfterText(md), "lists_after_text", 15)
        for name in ("code", "setextheader", "reference"):
            md.parser.blockprocessors.deregister(name)
        md.parser.blockprocessors.register(_Heading(md.parser), "hashheader", 70)
        for name in ("html", "entity", "linebreak", "reference", "short_reference"):
            md.inlinePatterns.deregister(name)
        for name in ("image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(_Link(r"(?<!\!)\[", md), "link", 160)
        md.inlinePatterns.register(_BareUrl(BARE_URL, md), "bare_url", 115)
        md.treeprocessors.register(_Headings(md), "headings", 6)
        md.treeprocessors.register(_Directions(md), "directions", 5)


def grammar() -> Markdown:
    """A fresh reader of our Markdown."""
    return Markdown(
        extensions=[
            FencedCodeExtension(),
            TableExtension(),
            SaneListExtension(),
            Nl2BrExtension(),
            _Grammar(),
        ]
    )


def convert(reader: Markdown, text: str) -> str | None:
    """Safe HTML for `text`, or None if it takes more than `CPU_SECONDS`, nests too deep or grows too long."""
    try:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        html: str = SANITISER.clean(reader.reset().convert(text))
    except (TooHard, Exception):
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return html if len(html) <= MAX_HTML else None


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TooHard


def main() -> None:
    """Serve the parent until it closes our input; the first line says that we are ready."""
    signal.signal(signal.SIGPROF, _give_up)
    # Ctrl-C reaches the whole terminal; the parent decides when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reader = grammar()
    answer: str | None = "ready"
    while True:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        request = sys.stdin.readline()
        if not request:
            return
        answer = convert(reader, json.loads(request))
        if answer is None:
            reader = grammar()  # The old one stopped midway and may remember it.


if __name__ == "__main__":
    try:
        main()
    except ConnectionError:
        os._exit(0)  # The parent left in the middle of an answer: nobody to tell, nothing to write out.
