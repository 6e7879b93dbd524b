"""The numbers of clauses in a printed text: operative 1, 2, 3 and below them (a), (b); preambular have none."""

from collections.abc import Iterable, Iterator
from string import ascii_lowercase

PREAMBULAR, SUB = "preambular", "sub"


def numbered(kinds: Iterable[str]) -> Iterator[str]:
    """The number of each clause, in order; "" for preambular ones. Letters begin anew under each operative clause."""
    number = letter = 0
    for kind in kinds:
        if kind == PREAMBULAR:
            yield ""
        elif kind == SUB:
            letter += 1
            yield f"({_letters(letter)})"
        else:
            number, letter = number + 1, 0
            yield str(number)


def _letters(number: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    before, last = divmod(number - 1, len(ascii_lowercase))
    return (_letters(before) if before else "") + ascii_lowercase[last]
