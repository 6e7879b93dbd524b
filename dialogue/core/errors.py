"""Refusals: raised once by models and actions, translated once into a page, a form or an ack."""

from collections.abc import Mapping
from typing import Self


class DomainError(Exception):
    """A refusal a person can understand. `code` is stable for programs, `message` is for people."""

    code = "refused"
    status = 400

    def __init__(self, message: object = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DomainError):
    """What was typed cannot be accepted; `field` names where, `wrong` every such field with its message."""

    code = "invalid"
    status = 422

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message, field=field)
        self.wrong: dict[str, object] = {field: message}

    @classmethod
    def several(cls, wrong: Mapping[str, object]) -> Self:
        """Refuse several fields at once; the first one is told where there is room for one."""
        field, message = next(iter(wrong.items()))
        refusal = cls(field, message)
        refusal.wrong = dict(wrong)
        return refusal


class NotFound(DomainError):
    """There is no such thing, or the reader may not know of it: one answer for both."""

    code = "not_found"
    status = 404


class NotPermitted(DomainError):
    """The person sees the thing but may not do this with it."""

    code = "not_permitted"
    status = 403


class NotSignedIn(DomainError):
    """A sign-in is required."""

    code = "not_signed_in"
    status = 401


class Conflict(DomainError):
    """The thing's state, or a concurrent change, does not allow this now."""

    code = "conflict"
    status = 409


class TooMany(DomainError):
    """Too often in too short a time."""

    code = "too_many"
    status = 429


class TooLarge(DomainError):
    """More was sent than the route takes; nothing of it was read."""

    code = "too_large"
    status = 413


class Unavailable(DomainError):
    """The database or another part cannot be reached now; what was typed should be kept and sent again."""

    code = "unavailable"
    status = 503


class Collided(Unavailable):
    """Two transactions stood in each other's way, and this one was given up: the same again will do."""
