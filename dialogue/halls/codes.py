"""Registration codes: short enough to be read from a wall, too many to be guessed."""

import secrets
import unicodedata

# Without 0 and O, 1, I and L: what a projector shows can be typed in one way only.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8  # 31^8 is about 2^40; wrong guesses are counted.


def new_code(length: int = LENGTH) -> str:
    """A code drawn by lot, as it is stored: without its hyphen."""
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def normal(typed: str) -> str:
    """The code that was typed, as it would be stored: full-width signs as plain ones, capitals, no hyphens."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isascii() and sign.isalnum())


def shown(code: str) -> str:
    """A stored code as people read it: `K7MP-3RTX`."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"
