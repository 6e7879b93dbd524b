"""The keys of open secret ballots: files beside the database, never in it, gone when the ballot is.

Without its key, a ballot's slots cannot be computed again, so whoever finds a copy of the database cannot tell
whose vote is whose. With several workers the folder has to be one they share.
"""

import hmac
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32
STALE_SECONDS = 3600
_folder: Path | None = None


def keep_in(instance: Path) -> None:
    """Keep the keys under this installation's folder."""
    global _folder  # noqa: PLW0603 - one folder a process is the point.
    _folder = instance / "keys"
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make(ballot_id: str) -> None:
    """Make the ballot's key, and be sure it is on the disk before anything depends on it."""
    descriptor = os.open(_path(ballot_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _write(descriptor, secrets.token_bytes(KEY_BYTES))
    _sync_folder()


def put_back(ballot_id: str, key: bytes) -> None:
    """Keep a ballot's key again after a restore, instead of any other it may have here."""
    destroy(ballot_id)
    _write(os.open(_path(ballot_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), key)
    _sync_folder()


def find(ballot_id: str) -> bytes | None:
    """The ballot's key, or None where it was lost or destroyed."""
    try:
        key = _path(ballot_id).read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == KEY_BYTES else None


def destroy(ballot_id: str) -> None:
    """Overwrite the key and remove it; nothing happens where there is none."""
    with suppress(FileNotFoundError):
        _write(os.open(_path(ballot_id), os.O_WRONLY), secrets.token_bytes(KEY_BYTES))
        _path(ballot_id).unlink()
        _sync_folder()


def held() -> dict[str, bool]:
    """The ballots that have a key here, and whether it was made long ago."""
    old = time.time() - STALE_SECONDS
    return {file.name: file.stat().st_mtime < old for file in _home().iterdir()}


def slot(key: bytes, voice_id: str) -> str:
    """Where the voice's vote lies: the same place each time, and nobody's without the key."""
    return mac(key, "slot", voice_id)


def mac(key: bytes, *parts: str) -> str:
    """A digest of the parts that only this key can make, as 64 hexadecimal digits."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256").hex()


def _home() -> Path:
    if _folder is None:
        raise RuntimeError("nobody said where keys are kept")
    return _folder


def _path(ballot_id: str) -> Path:
    return _home() / ballot_id


def _write(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder() -> None:
    descriptor = os.open(_home(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
