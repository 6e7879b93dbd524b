"""Where one sentence ends and the next begins, in any script."""

import re

# Full-width stops end a sentence by themselves; the others need a space and no lower-case letter after them,
# so that "3.2", "A/RES/60/180." and "e.g. states" stay whole.
_END = re.compile(
    r"(?:(?<=[。！？])|(?<=[.!?…؟۔।])|(?<=[.!?…؟][\"'”’»)\]])|(?<=[.!?…؟]\*\*))(?:(?<=[。！？])\s*|\s+)(?![a-zà-öø-ÿа-я])"
)


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, each a verbatim, stripped piece of it.

    A line break always ends a sentence.
    """
    pieces = (piece.strip() for line in text.splitlines() for piece in _END.split(line))
    return [piece for piece in pieces if piece]
