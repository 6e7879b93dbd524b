"""The start of a text where there is no room for all of it: never half a character.

A character is a grapheme cluster (Unicode Standard Annex 29): an emoji with its skin tone, a flag, a letter with its
marks.
"""

from itertools import takewhile

import regex

_CLUSTER = regex.compile(r"\X")
_BEHIND = 200  # characters behind a cut that are looked at: a longer cluster is cut


def start_of(text: str, length: int) -> str:
    """Return the start of a text, at most `length` code points. A first cluster that is longer is cut."""
    if len(text) <= length:
        return text
    ends = (cluster.end() for cluster in _CLUSTER.finditer(text, 0, length + _BEHIND))
    end = max(takewhile(lambda end: end <= length, ends), default=length)
    return text[:end]


def shortened(text: str, length: int) -> str:
    """Return a text, or its start and `…`, at most `length` characters: whole words if the script has spaces."""
    if len(text) <= length:
        return text
    if length <= 0:
        return ""
    space = text.rfind(" ", (length - 1) // 2, length)
    start = text[:space] if space >= 0 else start_of(text, length - 1)
    return start.rstrip(" ,;:،、，") + "…"
