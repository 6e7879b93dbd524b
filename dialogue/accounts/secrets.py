"""Secrets people hold: passwords by argon2id, links and tokens as digests of 256 random bits."""

import hashlib
import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool

from dialogue.core import db

AT_ONCE = 2  # Each hash takes 64 MiB and a core for a moment.

_hasher = PasswordHasher()


def new_secret() -> str:
    """A secret to hand out once: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a handed-out secret. Long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def hash_password(password: str) -> str:
    """The argon2id hash to keep (about 100 ms)."""
    return str(_off_the_loop(_hasher.hash, password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password fits; takes as long for an account that does not exist."""
    return bool(_off_the_loop(_fits, kept, password))


def _fits(kept: str | None, password: str) -> bool:
    # The hash for unknown accounts and the refusal stay in the thread: neither holds the loop nor breaks a greenlet.
    try:
        return bool(_hasher.verify(kept or _nobody(), password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def prepare() -> None:
    """Hash what passwords for unknown accounts are compared with, so that the first of them takes no longer."""
    _nobody()


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def _off_the_loop(work: Callable[..., Any], *details: object) -> Any:
    """Run slow work in a thread where the server is an event loop: other requests go on.

    No connection is held meanwhile: requests that wait for a thread would use up the pool.
    """
    with db.elsewhere():
        if not is_module_patched("threading"):
            return work(*details)
        answer, refusal = _threads().apply(_outcome, (work, details))
    if refusal is not None:
        raise refusal
    return answer


def _outcome(work: Callable[..., Any], details: tuple[object, ...]) -> tuple[Any, Exception | None]:
    """Return the answer or the error as a value: gevent reports an error that leaves a pool thread as a crash."""
    try:
        return work(*details), None
    except Exception as error:
        return None, error


@cache
def _threads() -> Any:
    return ThreadPool(AT_ONCE)
