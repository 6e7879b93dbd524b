"""JSON routes: each declares its permission and its rate limit as a socket event does, and reads one JSON object.

`tests/test_matrix.py` compares what is declared with the table of policies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import g, request

from dialogue.core import inputs
from dialogue.core.errors import Invalid, NotSignedIn
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, Role, allows

Answer = dict[str, Any]
View = Callable[..., Answer]
WITHOUT_SIGN_IN = frozenset({Role.PUBLIC})


class Readers(StrEnum):
    """The readers of a route that changes nothing; its query finds what they may see."""

    OPEN = "open"
    SEE = "see"  # … that there is such a thing.
    READ = "read"  # … what is said in its room.
    SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Declared:
    """The policy and the rate limit of a route; `limit` names a row of core.limits."""

    policy: Permission | Readers
    limit: str | None


def answers(readers: Readers) -> Callable[[View], Callable[..., tuple[Answer, int]]]:
    """Declare a route that reads. It returns the fields of the answer beside `ok`."""
    return _declared(Declared(readers, None), 200)


def changes(permission: Permission, *, limit: str = "press",
            status: int = 200) -> Callable[[View], Callable[..., tuple[Answer, int]]]:
    """Declare a route that changes something: the permission its action requires, and its rate limit.

    If the public has the permission, no sign-in is needed and the network address is limited.
    """
    return _declared(Declared(permission, limit), status)


def _declared(declared: Declared, status: int) -> Callable[[View], Callable[..., tuple[Answer, int]]]:

    def declare(view: View) -> Callable[..., tuple[Answer, int]]:
        @wraps(view)
        def answer(**parts: Any) -> tuple[Answer, int]:
            _admit(declared)
            return {"ok": True, **view(**parts)}, status

        answer.declared = declared  # type: ignore[attr-defined]  # Functions take attributes; the route table is read by them.
        return answer

    return declare


def _admit(declared: Declared) -> None:
    person = g.get("person")
    if person is None and not _is_public(declared.policy):
        raise NotSignedIn(_("Sign in first."))
    if declared.limit is not None:
        throttle(declared.limit, person.id if person else request.remote_addr or "")


def _is_public(policy: Permission | Readers) -> bool:
    return allows(WITHOUT_SIGN_IN, policy) if isinstance(policy, Permission) else policy is not Readers.SIGNED_IN


class Body(dict[str, Any]):
    """The JSON object of a request; `inputs` refuses its fields as it does a form's."""

    @property
    def key(self) -> str | None:
        """The idempotency key, where one was sent. Raises Invalid."""
        return inputs.key(self) if "key" in self else None

    @property
    def is_vouched(self) -> bool:
        """Return whether the writer is responsible for the names in the text (see rooms/naming.py)."""
        return self.get("vouched") is True


def body() -> Body:
    """Return the JSON object that was sent. Raises Invalid."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid("body", _("Send one JSON object."))
    return Body(sent)
