"""Letters that no font can draw: which they are, by the refusals of Typst, and what stands in their place."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import TypeVar

import regex

from dialogue.exports.documents.characters import changed

T = TypeVar("T")
STAND_IN = "\ufffd"

# Typst prints the letters as Rust prints a string: quoted, some of them escaped.
_REFUSED = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]{1,6})\}|(.))")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


# The scripts that our fonts have whole.
_COVERED = (
    "Common", "Inherited", "Latin", "Greek", "Cyrillic", "Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic",
    "Thai", "Lao", "Khmer", "Myanmar", "Devanagari", "Bengali", "Tamil", "Telugu", "Gujarati", "Gurmukhi", "Kannada",
    "Malayalam", "Oriya", "Sinhala", "Han", "Hiragana", "Katakana", "Bopomofo", "Hangul",
)
_UNCOVERED = regex.compile("[^" + "".join(f"\\p{{Script={name}}}" for name in _COVERED) + "]")


def uncovered(text: str) -> set[str]:
    """Return the letters of scripts that our fonts do not have."""
    return set(_UNCOVERED.findall(text))


def refused(diagnostic: str) -> set[str]:
    """Return the texts, of one or a few letters each, that Typst could not draw."""
    return {_ESCAPED.sub(_unescaped, found) for found in _REFUSED.findall(diagnostic)}


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _CONTROLS.get(found[2], found[2])


def without(value: T, texts: Collection[str]) -> T:
    """Return the same value with a stand-in for each of the texts; addresses and properties are not drawn and stay."""
    found = re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))
    return changed(value, lambda text: found.sub(STAND_IN, text), spared=("link", "properties"))


def scripts(texts: Iterable[str]) -> list[str]:
    """Name the scripts of the texts, and nothing that would tell a letter of them."""
    return sorted({_script(letter) for text in texts for letter in text} - {""})


def _script(letter: str) -> str:
    """The first word of a letter's name is its script; the names of signs and emoji would tell which they are."""
    category = unicodedata.category(letter)
    if category[0] == "L":
        return unicodedata.name(letter, "unknown").partition(" ")[0].lower()
    return {"M": "", "Z": "", "C": "unassigned"}.get(category[0], "signs")
