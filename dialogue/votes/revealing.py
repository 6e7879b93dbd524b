"""What a secret result reveals all the same."""

from collections.abc import Sequence

from dialogue.core.i18n import lazy_gettext as _

# Pages, files and forms take the sentences from here.
WORDS = {
    "all": _("Everyone who voted chose the same, so this result reveals how each of them voted."),
    "small": _("In a group this small, people who compare their votes can work out the others’."),
}
SMALL_ROLL = 10  # Two groups of five: the members of one know all but five votes.


def reveals_words(code: str) -> str:
    """What people are told of it, in the reader's language."""
    return str(WORDS[code])


def reveals(eligible: int, choices: Sequence[int | None]) -> str:
    """Why a result may tell votes: "all" where all who voted chose the same, "small" on a small roll, or "".

    `choices` are how many chose each; None before the closing.
    """
    if len([number for number in choices if number]) == 1:
        return "all"
    return "small" if eligible <= SMALL_ROLL else ""
