"""The number a guest shows at the door, by which a moderator finds the right one among guests of the same name."""

import hashlib

DIGITS = 6


def number(hall_id: str, person_id: str) -> str:
    """The guest's number in this hall: `482113`."""
    drawn = hashlib.sha256(f"{hall_id} {person_id}".encode()).digest()
    return str(int.from_bytes(drawn[:8]) % 10**DIGITS).zfill(DIGITS)


def typed(search: str) -> str | None:
    """The number in a search, written with or without its gap; None for a name."""
    plain = search.replace(" ", "").replace("-", "")
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdigit() else None


def shown(number: str) -> str:
    """A number as people read it: `482-113`."""
    return f"{number[:3]}-{number[3:]}"
