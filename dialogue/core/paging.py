"""Paging: the arguments `page`, `limit`, and `after` or `before` an entry's number."""

from dialogue.core import inputs
from dialogue.core.record import MAX_SEQ

MAX_PAGE = 10_000


def page(args: inputs.Form) -> int:
    """Return the number of the page, from 1. Raises Invalid."""
    return inputs.integer(args, "page", 1, MAX_PAGE, required=False) or 1


def limit(args: inputs.Form, default: int, most: int) -> int:
    """Return how many a program asks for at once. Raises Invalid."""
    return inputs.integer(args, "limit", 1, most, required=False) or default


def after(args: inputs.Form) -> int | None:
    """Return the number of the entry that the list begins after, or None. Raises Invalid."""
    return inputs.integer(args, "after", 0, MAX_SEQ, required=False)


def before(args: inputs.Form) -> int | None:
    """Return the number of the entry that the list ends before, or None. Raises Invalid."""
    return inputs.integer(args, "before", 0, MAX_SEQ, required=False)
