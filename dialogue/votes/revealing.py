"""What a secret result reveals all the same."""

from collections.abc import Sequence

SMALL_ROLL = 10  # Two groups of five: the members of one know all but five votes.


def reveals(eligible: int, choices: Sequence[int | None]) -> str:
    """Why a result may tell votes: "all" where all who voted chose the same, "small" on a small roll, or "".

    `choices` are how many chose each; None before the closing.
    """
    if len([number for number in choices if number]) == 1:
        return "all"
    return "small" if eligible <= SMALL_ROLL else ""
