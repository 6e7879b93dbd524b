"""The numbers of clauses, as documents of the United Nations set them.

Preambular clauses have none, operative ones are counted 1, 2, 3, … and what stands below an operative clause
is lettered (a), (b), (c), … anew under each.
"""

from collections.abc import Sequence

PREAMBULAR, OPERATIVE, SUBPARAGRAPH = "preambular", "operative", "sub"


def labels(kinds: Sequence[str]) -> list[str]:
    """The label of each clause, in order: "" for preambular, "1" for operative, "(a)" for what is below it."""
    found: list[str] = []
    number = letter = 0
    for kind in kinds:
        if kind == SUBPARAGRAPH:
            letter += 1
            found.append(f"({_letters(letter)})")
        elif kind == OPERATIVE:
            number, letter = number + 1, 0
            found.append(str(number))
        else:
            letter = 0
            found.append("")
    return found


def stranded(kinds: Sequence[str]) -> list[int]:
    """The places (from 0) of subparagraphs that stand below no operative clause."""
    return [place for place, kind in enumerate(kinds)
            if kind == SUBPARAGRAPH and (place == 0 or kinds[place - 1] == PREAMBULAR)]


def _letters(number: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    signs = ""
    while number:
        number, rest = divmod(number - 1, 26)
        signs = chr(ord("a") + rest) + signs
    return signs
