"""How much one request may send: bytes of its body and fields of its form, judged before anything is parsed.

A route takes as much as an ordinary form holds; one that takes a whole text declares it with `takes`. The body is
read here, before the database is asked for anything: a slow line must not hold a connection meanwhile.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from dialogue.core.errors import TooLarge
from dialogue.core.i18n import lazy_gettext as _

BYTES_A_CHARACTER = 12  # At most: "%F0%9F%98%80" in a form, "\ud83d\ude00" in JSON.
BESIDES = 16_000  # Bytes for the names of fields, tokens and punctuation.
TOO_LONG = 2  # Times what fits: a text so much too long is still handed back, to be shortened.
MAX_NAME_LENGTH = 64  # Characters of a field's name.
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Bound:
    """What a route takes."""

    characters: int = 4_000
    fields: int = 200

    @property
    def bytes(self) -> int:
        """The longest body."""
        return self.characters * BYTES_A_CHARACTER + BESIDES


DEFAULT = Bound()


def takes(*, characters: int = DEFAULT.characters, fields: int = DEFAULT.fields) -> Callable[[View], View]:
    """Let the view's route take more than an ordinary form holds."""

    def declare(view: View) -> View:
        view.bound = Bound(characters, fields)  # type: ignore[attr-defined]
        return view

    return declare


def bound_of(app: Flask, endpoint: str | None) -> Bound:
    """What the route of this name takes."""
    bound: Bound = getattr(app.view_functions.get(endpoint or ""), "bound", DEFAULT)
    return bound


def read_within_bounds() -> None:
    """Read the body of the request at hand. Raises TooLarge before anything of it is parsed."""
    bound = bound_of(current_app, request.endpoint)
    request.max_content_length = request.max_form_memory_size = bound.bytes
    request.max_form_parts = bound.fields
    try:
        body = request.get_data()
    except RequestEntityTooLarge as too_large:
        raise _refusal(bound) from too_large
    if _most_fields(body) > bound.fields:
        raise _refusal(bound)


def _most_fields(body: bytes) -> int:
    """As many fields as the body may hold, counted without parsing it."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return body.count(b"&") + 1
    if request.mimetype == "multipart/form-data":
        return body.lower().count(b"content-disposition")
    return 1


def _refusal(bound: Bound) -> TooLarge:
    return TooLarge(_("This is more than fits here: at most %(characters)s characters in %(fields)s fields. "
                      "Shorten it, then send it again.", characters=f"{bound.characters:,}", fields=bound.fields))


def handed_back(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the fields a refused form sent that an honest one of this route can hold, even if too long."""
    bound = bound_of(current_app, request.endpoint)
    left = TOO_LONG * bound.characters
    fitting: list[tuple[str, str]] = []
    for name, value in fields:
        if len(name) <= MAX_NAME_LENGTH and len(value) <= left and len(fitting) < bound.fields:
            left -= len(value)
            fitting.append((name, value))
    return fitting
