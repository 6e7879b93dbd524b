"""Isolation of people's text written from right to left, so that it does not reorder the words around it.

Elements do this with `bdi` or `dir="auto"`. Titles, options and sentences hold plain text, and take marks instead
(Unicode Standard Annex 9: first strong isolate, pop directional isolate).
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

FIRST_STRONG, POP = "\u2068", "\u2069"
_FROM_RIGHT = frozenset({"R", "AL", "RLE", "RLO", "RLI"})


def direction_of(text: str) -> Literal["ltr", "rtl"] | None:
    """The side that a text is read from, by its first letter with a direction; None without one (UAX 9, P2)."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), None)
    return None if first is None else "ltr" if first == "L" else "rtl"


def isolated(text: str) -> str:
    """The text between isolating marks where it holds a right-to-left character; other text stays as it is."""
    turns = any(unicodedata.bidirectional(sign) in _FROM_RIGHT for sign in text)
    return f"{FIRST_STRONG}{text}{POP}" if turns else text


def isolated_if_plain(value: Any) -> Any:
    """Plain text isolated; what is markup already, or no text, as it is."""
    return isolated(value) if type(value) is str else value


def with_isolated(told: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a sentence, its texts isolated."""
    return {name: isolated_if_plain(value) for name, value in told.items()}
