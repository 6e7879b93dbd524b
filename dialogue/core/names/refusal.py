"""The refusal of a text for the names in it, with the text as it is shown again: what may name someone is marked."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from dialogue.core.errors import Invalid
from dialogue.core.names.linter import Spot


class Piece(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    is_marked: bool


class Named(Invalid):
    """A text holds what may name someone.

    `marked` are the texts in pieces, by field. `can_be_vouched` says that the writer may answer for it and go on.
    """

    def __init__(self, wrong: Mapping[str, object], marked: Mapping[str, Collection[Piece]], *,
                 can_be_vouched: bool = False) -> None:
        field, message = next(iter(wrong.items()))
        super().__init__(field, message)
        self.wrong, self.marked, self.can_be_vouched = dict(wrong), marked, can_be_vouched


def pieces(text: str, spots: Iterable[Spot]) -> list[Piece]:
    """The text cut at the spots, which may overlap."""
    made: list[Piece] = []
    at = 0
    for spot in sorted(spots):
        start, end = max(spot.start, at), max(spot.end, at)
        made += [Piece(text[at:start], is_marked=False), Piece(text[start:end], is_marked=True)]
        at = end
    made.append(Piece(text[at:], is_marked=False))
    return [piece for piece in made if piece.text]
