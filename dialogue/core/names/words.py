"""The words of a text as names are compared: folded, with the place where each stands and how it is written.

Names are found whatever their case, accents and Markdown emphasis are, and also where characters are written as HTML
entities or, in addresses, as percent codes.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from dialogue.core.lookalikes import skeleton

_CODED = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|(?:%[0-9a-fA-F]{2})+")
# Letters that Unicode does not decompose although readers type them without the stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# Markdown emphasis may cut a name in two; format characters (soft hyphen, joiners) hide in one.
_EMPHASIS = frozenset("*~`")
_NO_EMPHASIS = str.maketrans("", "", "*~`")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = frozenset(".!?…:;\n。！？")


class Word(NamedTuple):
    """A word, folded; where it stands in the text, as it is written there, and what stands before it."""

    text: str
    start: int
    end: int
    raw: str
    before: str

    @property
    def has_capital(self) -> bool:
        """Whether it begins with a capital letter, or in a script that has none."""
        return not self.raw[0].islower()

    @property
    def is_capitals(self) -> bool:
        """Whether all its letters are capitals."""
        return self.raw.isupper()

    @property
    def is_first(self) -> bool:
        """Whether it begins a sentence, where every word has a capital letter."""
        return not self.before or not _SENTENCE_ENDS.isdisjoint(self.before)

    @property
    def seen(self) -> str:
        """What the word looks like: equal for words in letters of other scripts that look the same."""
        return _seen(self.raw)


def words_of(text: str) -> list[Word]:
    """The words of a text in their order; punctuation, hyphens and apostrophes separate."""
    found: list[Word] = []
    before = folded = raw = ""
    start = end = 0
    for char, at, until in _characters(text):
        for nth, letter in enumerate(_folded(char)):
            if letter.isalnum():
                start = start if folded else at
                raw = raw if folded and nth else raw + char
                folded, end = folded + letter, until
                continue
            if folded:
                found.append(Word(folded, start, end, raw, before))
                before = folded = raw = ""
            before += char
    return [*found, Word(folded, start, end, raw, before)] if folded else found


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are shown, folded: the same words, sooner."""
    plain = unicodedata.normalize("NFKD", shown(text).translate(_NO_EMPHASIS)).casefold()
    kept = (char for char in plain if unicodedata.category(char) not in ("Mn", "Cf"))
    return tuple(_WORD.findall("".join(kept).translate(_STROKES)))


def shown(text: str) -> str:
    """The text with its coded characters as a reader sees them."""
    return _CODED.sub(lambda coded: _decoded(coded[0]), text) if "&" in text or "%" in text else text


def _decoded(coded: str) -> str:
    return html.unescape(coded) if coded[0] == "&" else unquote(coded)


def _characters(text: str) -> Iterator[tuple[str, int, int]]:
    """Each character as a reader sees it, and the part of the text that makes it."""
    at = 0
    for coded in _CODED.finditer(text):
        yield from ((text[n], n, n + 1) for n in range(at, coded.start()))
        at = coded.end()
        yield from ((char, coded.start(), at) for char in _decoded(coded[0]))
    yield from ((text[n], n, n + 1) for n in range(at, len(text)))


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """The character without case and accents; empty for emphasis and invisible characters."""
    if char in _EMPHASIS:
        return ""
    plain = unicodedata.normalize("NFKD", char).casefold()
    return "".join(part for part in plain if unicodedata.category(part) not in ("Mn", "Cf")).translate(_STROKES)


@lru_cache(maxsize=8192)
def _seen(raw: str) -> str:
    return "".join(_folded(char) for char in skeleton(raw.casefold()))
