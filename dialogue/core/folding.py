"""Texts as they are searched and sorted: what a reader would call the same letters is the same here.

A search finds a text whatever its case, accents, spaces (also no-break ones), quotation marks, apostrophes and
dashes are, and whatever invisible characters (soft hyphens, joiners, marks of direction) it holds; full-width
and other styled letters count as plain ones. Databases differ in all of that, and SQLite knows the capitals of
ASCII only, so texts are compared here.

Lists are sorted like the root collation of Unicode (Technical Standard 10, with CLDR's lower case first): first by
base letters, then by accents, then by case; punctuation plays no part at first. This is the order of every
language that is offered, and of most others.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_SIGNS = str.maketrans({
    **dict.fromkeys("’‘‛ʼʹ′＇`´", "'"), **dict.fromkeys("“”„‟«»″＂", '"'), **dict.fromkeys("‐‑‒–—―−", "-"),
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "ng",
    "\u0640": None,  # The Arabic stroke that only lengthens a word.
})
_LAST = "\U0010ffff"  # Behind every letter: a letter of its own that comes right after another one.
_AFTER = str.maketrans({"ґ": "г" + _LAST, "є": "е" + _LAST, "і": "и" + _LAST, "ї": "и" + _LAST * 2, "ў": "у" + _LAST,
                        "й": "и" + _LAST * 3, "ђ": "д" + _LAST, "љ": "л" + _LAST, "њ": "н" + _LAST, "ћ": "т" + _LAST})


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """Return what a text is searched by: one line, without case, accents and invisible characters."""
    return " ".join(_letters(text).split())


def holds(text: str, words: str) -> bool:
    """Tell whether the words stand in the text; no words stand everywhere."""
    return folded(words) in folded(text)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold().translate(_SIGNS)
    return "".join(char for char in unicodedata.normalize("NFKD", plain) if not _is_dropped(char))


def _is_dropped(char: str) -> bool:
    """Tell whether a character is invisible or an accent; the vowel signs of Indic scripts are letters."""
    category = unicodedata.category(char)
    return (category in ("Cf", "Cc") and not char.isspace()) or (category == "Mn" and unicodedata.combining(char) >= 27)


@lru_cache(maxsize=16_384)
def sort_key(text: str) -> tuple[str, str, str]:
    """Return what a list of texts is sorted by."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    base = _letters(plain.translate(_AFTER))
    letters = "".join(char if char.isalnum() or char == _LAST else " " for char in base)
    return " ".join(letters.split()), unicodedata.normalize("NFKD", plain), text.swapcase()


def in_order(found: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Return things in the order of their names; among equal names their order stays."""
    return sorted(found, key=lambda each: sort_key(name(each)))
