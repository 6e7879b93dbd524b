"""What people write: Markdown in, safe HTML out.

Markdown is read in a child process (`core/markdown_worker.py`), because a few thousand brackets keep the
library busy for seconds, and one hostile text must not delay other requests. Text without any mark of
Markdown, which is most of what is said, needs no child. Whatever goes wrong, the reader gets the words.
"""

import html
import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser

from dialogue.core.cutting import shortened
from dialogue.core.markdown_child import Unanswered, ask

MAX_MARKS = 30  # Unicode's own limit for text that is safe to stream (Standard Annex 15).

# Anything that could mean something in Markdown; what has none of it is plain paragraphs.
_MARKED = re.compile(r"[\\`*_\[\]<>&|#@\t]|(?i:https?://|www\.)|^(?:[^\S\n]|[-+~]|\d+[.)])", re.MULTILINE)

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f]"  # control characters but tab and line feed
    "|[\ud800-\udfff\ufeff\ufdd0-\ufdef\ufffe\uffff]"  # lone surrogates, byte-order mark, no characters
    "|[\u202a-\u202e\u2066-\u2069]"  # direction controls that last until they are closed
)


class Unformatted(str):
    """HTML of a text whose Markdown could not be read: its words alone, to be formatted later."""

    __slots__ = ()


def clean(text: str) -> str:
    """What was typed, in the one form we keep: NFC, line feeds, nothing invisible that misleads, trimmed.

    All embedding, override and isolate controls are removed rather than balanced: an override can show
    another text than the one that is searched, compared and voted on, and an unclosed one runs on into
    the next person's words. They are not needed, since each block finds its own direction; the marks
    that act on one place only (U+200E, U+200F, U+061C) and the joiners of Persian and emoji stay.
    """
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    if not text.isascii():
        text = _unpiled(unicodedata.normalize("NFC", _unpiled(text)))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def render(text: str) -> str:
    """Safe HTML of Markdown `text`: no scripts, pictures, ids or classes; web and mail links only.

    Never raises and takes half a second at most, plus the time other hostile texts are ahead of it. A
    text that is too hard, or whose turn does not come, is returned escaped, with its line breaks, as `Unformatted`.
    """
    text = clean(text)
    if not _MARKED.search(text):
        return _paragraphs(text)
    try:
        return _rendered(text)
    except Unanswered:
        return Unformatted(_paragraphs(text))


def render_anew(text: str) -> str:
    """The same, asked again of the child whatever it answered before."""
    text = clean(text)
    if not _MARKED.search(text):
        return _paragraphs(text)
    try:
        answer = ask(text)
    except Unanswered:
        answer = None
    if answer is None:
        return Unformatted(_paragraphs(text))
    _rendered.cache_clear()  # It may remember that this text was too hard.
    return answer


def words(unformatted: str) -> str:
    """The text that `Unformatted` HTML was made of, but for empty lines that followed each other."""
    inner = unformatted.removeprefix('<p dir="auto">').removesuffix("</p>")
    return html.unescape(inner.replace('</p>\n<p dir="auto">', "\n\n").replace("<br>\n", "\n"))


def excerpt(text: str, length: int = 160) -> str:
    """The first words of Markdown `text` without markup, at most `length` characters, on one line."""
    return excerpt_of_html(render(text), length)


def excerpt_of_html(rendered: str, length: int = 160) -> str:
    """The same of a text that was rendered before."""
    reader = _Words()
    reader.feed(rendered)
    reader.close()
    words = " ".join("".join(reader.pieces).split())
    return shortened(words, length)


def _unpiled(text: str) -> str:
    """`text` with at most `MAX_MARKS` marks on one letter: higher piles cover the lines above.

    They are also a bomb: the time to normalise a pile grows with the square of its height.
    """
    kept: list[str] = []
    height = 0
    for sign in text:
        height = height + 1 if unicodedata.combining(sign) else 0
        if height <= MAX_MARKS:
            kept.append(sign)
    return "".join(kept)


@lru_cache(maxsize=512)
def _rendered(text: str) -> str:
    # A text found too hard is remembered as such: showing it again must not cost its time again.
    answer = ask(text)
    return Unformatted(_paragraphs(text)) if answer is None else answer


def _paragraphs(text: str) -> str:
    """Escaped paragraphs, written exactly as the child would."""
    escaped = html.escape(text, quote=False).replace("\xa0", "&nbsp;")
    parts = [part.replace("\n", "<br>\n") for part in re.split(r"\n{2,}", escaped) if part]
    return "\n".join(f'<p dir="auto">{part}</p>' for part in parts)


class _Words(HTMLParser):
    """Collects the text of our own HTML; inline tags join words, all others part them."""

    INLINE = frozenset({"a", "em", "strong", "code"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def _part(self, tag: str) -> None:
        if tag not in self.INLINE:
            self.pieces.append(" ")
