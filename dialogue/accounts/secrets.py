"""Secrets people hold: passwords by argon2id, links and tokens as digests of 256 random bits."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_urlsafe(16))


def new_secret() -> str:
    """A secret to hand out once: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a handed-out secret. Long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def hash_password(password: str) -> str:
    """The argon2id hash to keep (about 100 ms)."""
    return _hasher.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password fits; takes as long for an account that does not exist."""
    try:
        return _hasher.verify(kept or _nobody, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
