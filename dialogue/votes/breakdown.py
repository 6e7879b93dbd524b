"""A ballot's choices by group, without revealing a person's vote.

The totals of a ballot are public, and who belongs to which group, and often who took part, is no secret
either. So a published table is safe only if it stays silent under subtraction, and "small" has to be judged
on what a reader can work out, not on what is printed. In a secret ballot:

1. A row is shown whole or withheld whole. Hiding one cell of a row would be in vain, because the reader
   subtracts the other cells from the row's votes.
2. A row is *telling* if it is unanimous (then each choice in it is known) or if any choice in it was
   made by at least one voter and by fewer than the smallest cell (five, usually). A group of twenty with a
   single no is telling: nineteen colleagues know that the dissenter sits among them, and the dissenter knows
   how all the others voted. Groups with fewer votes than the smallest cell are always telling.
   Telling rows are withheld.
3. Rows are withheld from the fewest votes upwards (among equals, the first listed first): below a withheld
   row all are withheld. Otherwise a withheld row above a shown one would be telling for certain, and from
   that alone its figures can at times be worked out. The order follows turnout, never choices.
4. Totals minus shown rows gives the withheld rows together, so this remainder is published whether we like
   it or not, and is judged by rule 2 like any row. While it is telling, the next smallest row is withheld as
   well. (So no row is ever withheld alone: the remainder would be that very row.)
5. If this ends with no row left, there is no breakdown: the remainder is the total, public by itself.

A group without votes has no choice to protect and is shown as zeros. A reader who knows these rules can
also reason from the fact *that* a row is withheld; but a unanimous row and one with a single dissenter are
withheld alike, so no choice of a withheld row follows. For the same reason smallest cells below two are
refused. The promise holds for one breakdown a ballot: publishing a second, overlapping one (by region and by
actor set) would need both to be judged together.

In a recorded ballot each vote is public by name, and nothing is withheld.

Source of the threshold: the Chatham House Rule as this house reads it, groups below five are not told apart.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogue.votes.rules import Choice


@dataclass(frozen=True)
class Cells:
    """Votes by choice."""

    yes: int = 0
    no: int = 0
    abstain: int = 0

    @property
    def cast(self) -> int:
        """All votes of the row."""
        return self.yes + self.no + self.abstain

    def __add__(self, other: "Cells") -> "Cells":
        return Cells(self.yes + other.yes, self.no + other.no, self.abstain + other.abstain)

    def is_telling(self, smallest_cell: int) -> bool:
        """Tell whether the figures reveal a person's choice: unanimous, or a choice made by too few."""
        made = [cell for cell in (self.yes, self.no, self.abstain) if cell]
        return len(made) == 1 or any(cell < smallest_cell for cell in made)


@dataclass(frozen=True)
class Row:
    """One group's line; `cells` is None if it is withheld."""

    group: str
    cells: Cells | None


@dataclass(frozen=True)
class Breakdown:
    """What may be published: rows in the order of the groups, and what the withheld rows add up to.

    `remainder` is None if no row is withheld. It is safe to print: any reader could compute it.
    """

    rows: tuple[Row, ...]
    remainder: Cells | None

    @property
    def withheld(self) -> tuple[str, ...]:
        """The groups whose choices are not shown."""
        return tuple(row.group for row in self.rows if row.cells is None)


def breakdown(
    votes: Iterable[tuple[str, Choice]], groups: Sequence[str], smallest_cell: int = 5, *, secret: bool = True
) -> Breakdown:
    """Return choices by group: all of them if recorded, only those that reveal no vote if `secret`.

    `votes` are pairs of group and choice. Pass `secret` whenever the reader may not see votes by name: secret
    ballots, and every ballot under the Chatham House Rule. The module's text gives the rule and its reasons.

    Raises ValueError for a vote of an unlisted group, a group listed twice, or a smallest cell below two.
    """
    if smallest_cell < 2:
        raise ValueError("the smallest cell must be two at least")
    table = _count(votes, groups)
    withheld = _withheld(table, smallest_cell) if secret else set()
    return Breakdown(
        rows=tuple(Row(group, None if group in withheld else cells) for group, cells in table.items()),
        remainder=_together(table, withheld) if withheld else None,
    )


def _count(votes: Iterable[tuple[str, Choice]], groups: Sequence[str]) -> dict[str, Cells]:
    if len(set(groups)) != len(groups):
        raise ValueError("a group is listed twice")
    found = Counter(votes)
    if {group for group, _ in found} - set(groups):
        raise ValueError("a vote belongs to no listed group")
    return {group: Cells(*(found[group, choice] for choice in Choice)) for group in groups}


def _withheld(table: dict[str, Cells], smallest_cell: int) -> set[str]:
    """The groups to withhold: the fewest of the smallest ones that leave nothing telling, by rules 2 to 4."""
    voted = sorted((group for group in table if table[group].cast), key=lambda group: table[group].cast)
    for cut in range(len(voted)):
        readable = [_together(table, voted[:cut]), *(table[group] for group in voted[cut:])]
        if not any(cells.is_telling(smallest_cell) for cells in readable):
            return set(voted[:cut])
    return set(voted)


def _together(table: dict[str, Cells], groups: Iterable[str]) -> Cells:
    return sum((table[group] for group in groups), Cells())
