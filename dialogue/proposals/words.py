"""Cutting a text into the words that a comparison weighs: whole words, whole numbers, whole characters.

A character is a grapheme cluster (Unicode Standard Annex 29): an emoji with its skin tone, a flag, a letter with its
marks. Scripts that do without spaces (Chinese, Japanese, Thai, …) are cut by character.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

Pieces = Iterable[tuple[str, bool]]
"""A text in pieces, each with whether it is emphasised."""

# First and last letter of the scripts that are written without spaces between words.
UNSPACED = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Myanmar
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3005", "\u30ff"),  # Japanese kana
    ("\u3400", "\u9fff"),  # Chinese characters
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
_CLUSTER = regex.compile(r"\X")
# What stands inside a number: a sign between two digits, or a space before each group of three.
_IN_NUMBER = regex.compile(
    r"(?<=\p{Nd})[.,'’٫٬⁄](?=\p{Nd})|(?<=(?<!\p{Nd})\p{Nd}{1,3}|\p{Nd}[ \u00a0\u2009\u202f]\p{Nd}{3})"
    r"[ \u00a0\u2009\u202f](?=\p{Nd}{3}(?!\p{Nd}))")
# Signs that are drawn as nothing, and spaces that differ only in where a line may break.
_UNSEEN = regex.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060\u2066-\u2069\ufeff]")
_SPACES = regex.compile("[ \t\n]+")
_NO_BREAK = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))


class Word(NamedTuple):
    """One word of a text as it was typed, and whether it is emphasised."""

    text: str
    emphasis: bool = False

    @property
    def seen(self) -> tuple[str, bool]:
        """What a reader sees: words that are equal here are no change. Emphasis is not seen on a space."""
        seen = _word_as_seen(self.text)
        return seen, self.emphasis and not seen.isspace()


def as_seen(text: str) -> str:
    """Return a text without the differences that no reader sees.

    A soft hyphen or a mark of direction counts as nothing, a no-break space and several spaces as one space, and a
    letter with an accent is the same however it was composed (Unicode normalisation form C).
    """
    seen = _SPACES.sub(_one_space, _UNSEEN.sub("", text).translate(_NO_BREAK))
    return unicodedata.normalize("NFC", seen)


def _one_space(stretch: "regex.Match[str]") -> str:
    """Reduce a stretch of spaces as a page does; line breaks are kept."""
    return "\n" * stretch[0].count("\n") or " "


_word_as_seen = lru_cache(maxsize=4096)(as_seen)


def is_seen_alike(one: Pieces, other: Pieces) -> bool:
    """Tell quickly whether two texts in pieces are the same to a reader."""
    before, after = ([(as_seen(text), emphasis) for text, emphasis in pieces] for pieces in (one, other))
    return before == after


def words_of(pieces: Pieces) -> list[Word]:
    """Cut the pieces of a text into words."""
    return [Word(word, emphasis) for text, emphasis in pieces for word in words(text)]


def words(text: str) -> list[str]:
    """Cut a text into words and numbers, stretches of white space, and single signs; joined they are the text."""
    cuts, last = [0], ""
    in_number = {found.start() for found in _IN_NUMBER.finditer(text)}
    for place, cluster in _clusters(text):
        kind = "word" if place in in_number else _kind(cluster)
        # What is not seen belongs to the word before it, and to the first word where it opens the text.
        if last and kind != "mark" and (kind != last or kind == "sign"):
            cuts.append(place)
        last = last if kind == "mark" else kind
    return [text[start:end] for start, end in pairwise([*cuts, len(text)]) if start < end]


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    for found in _CLUSTER.finditer(text):
        yield found.start(), found[0]


@lru_cache(maxsize=4096)
def _kind(cluster: str) -> str:
    """Name the kind of a cluster's first letter that is not a mark."""
    for letter in cluster:
        category = unicodedata.category(letter)
        if letter.isspace():
            return "space"
        if category[0] in "PS" or any(first <= letter <= last for first, last in UNSPACED):
            return "sign"
        if category[0] != "M" and category != "Cf":
            return "word"
    return "mark"
