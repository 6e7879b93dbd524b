"""The one mark a clause may carry: `*Recalling* …` sets its first words, or any others, in italics."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

# A star opens before a letter and closes behind one; a lone star stays a star. Scripts without spaces between
# words (Han, kana, Hangul beside its particles) have no other sign of where a word begins.
_UNSPACED = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
_EMPHASIS = re.compile(
    rf"(?:(?<![*\w])|(?<=[{_UNSPACED}]))\*(?=[^\s*])([^*\n]*?[^\s*])\*(?:(?![*\w])|(?=[{_UNSPACED}]))")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a clause, each with whether it is emphasised. Joined they are the clause without marks."""
    for at, piece in enumerate(_EMPHASIS.split(text)):
        if piece:
            yield piece, at % 2 == 1


def emphasised(text: str) -> Markup:
    """Return safe HTML of a clause: `*words*` in `<em>`, its line breaks kept, everything else as it was typed."""
    return Markup("").join(html(piece, is_marked) for piece, is_marked in pieces(text))


def html(piece: str, is_marked: bool) -> Markup:
    """Return safe HTML of one piece of a clause, its line breaks kept."""
    safe = escape(piece).replace("\n", Markup("<br>\n"))
    return Markup("<em>{}</em>").format(safe) if is_marked else safe
