"""The one mark a clause may carry: `*Recalling* …` sets its first words, or any others, in italics."""

import re

from markupsafe import Markup, escape

# A star opens before a letter and closes behind one; a lone star stays a star.
_EMPHASIS = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![*\w])")


def emphasised(text: str) -> Markup:
    """Safe HTML of a clause: `*words*` in `<em>`, its line breaks kept, everything else as it was typed."""
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", str(escape(text))).replace("\n", "<br>\n"))  # noqa: S704 - escaped.


def plain(text: str) -> str:
    """The clause without its marks, for comparing wordings and for files."""
    return _EMPHASIS.sub(r"\1", text)
