"""Names that are nearly the same as one there is already: a warning before a second thing is made.

The warning is no prohibition: the page shown again says which name is there, and the same form sent again goes
through.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher

from dialogue.core.errors import Invalid
from dialogue.core.folding import folded
from dialogue.core.i18n import lazy_gettext as _

MEANT = "meant"  # The hidden field with the name that was warned about.
SHORTEST, MAX_APART, ALIKE = 8, 3, 0.92  # Letters, letters, and the share of letters in common for a slip of typing.


class Near(Invalid):
    """There is a thing with nearly this name; sent again, the form goes through."""


def refuse_near(form: object, field: str, name: str, others: Iterable[str]) -> None:
    """Raise Near at the field when one of the others has nearly this name, unless the form was warned about it."""
    sent = form.get(MEANT) if hasattr(form, "get") else None
    if isinstance(sent, str) and folded(sent) == folded(name):
        return
    near = next((other for other in others if is_near(name, other)), None)
    if near is not None:
        raise Near(field, _("“%(name)s” is there already. If you mean another one, send this form again.", name=near))


def is_near(one: str, other: str) -> bool:
    """Tell whether two names differ in case, accents, signs, the order of words or a slip of typing alone."""
    first, second = folded(one), folded(other)
    if _digits(first) != _digits(second):
        return False  # Room 1 and Room 2 are two rooms.
    if sorted(_words(first)) == sorted(_words(second)):
        return True
    return _is_slip("".join(_words(first)), "".join(_words(second)))


def _is_slip(first: str, second: str) -> bool:
    if first == second:
        return True
    if min(len(first), len(second)) < SHORTEST or abs(len(first) - len(second)) > MAX_APART:
        return False
    match = SequenceMatcher(None, first, second, autojunk=False)
    return match.quick_ratio() >= ALIKE and match.ratio() >= ALIKE


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
