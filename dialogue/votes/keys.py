"""The keys of open secret ballots: files in a folder of their own, destroyed when the ballot is over.

The folder is not that of the database, so a copy or a backup of the database holds no key. Without its key a ballot's
box cannot be opened: what is left of it in any file tells nothing. With several workers the folder has to be one
they share.
"""

import hmac
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from dialogue.core.application import PerApp

KEY_BYTES = 32
STALE_SECONDS = 3600


class _Place:
    folder: Path | None = None


_place = PerApp(_Place)


def keep_in(folder: Path, *, formerly: Path) -> None:
    """Keep the keys in this folder, and move those there that an earlier version kept elsewhere."""
    _place().folder = folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if formerly != folder and formerly.is_dir():
        for file in formerly.iterdir():
            _move(file)


def folder() -> Path:
    """Where the keys are."""
    found = _place().folder
    if found is None:
        raise RuntimeError("nobody said where keys are kept")
    return found


def _move(file: Path) -> None:
    """Move one key, so that a crash leaves it in one of the two places at least.

    Another worker may be moving it too, and be about to overwrite the old file: only the first copy counts.
    """
    with suppress(FileNotFoundError):
        key = file.read_bytes()
        copy = folder() / f".{file.name}.{secrets.token_hex(8)}"
        _write(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), key)
        with suppress(FileExistsError):
            os.link(copy, _path(file.name))
        copy.unlink()
        _sync_folder()
        _overwrite(file)


def make(ballot_id: str) -> bytes:
    """Make the ballot's key, and be sure it is on the disk before anything depends on it."""
    key = secrets.token_bytes(KEY_BYTES)
    _write(os.open(_path(ballot_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), key)
    _sync_folder()
    return key


def put_back(ballot_id: str, key: bytes) -> None:
    """Keep a ballot's key again after a restore. A crash leaves the one that was there, or this one."""
    if find(ballot_id) == key:
        return
    copy = folder() / f".{ballot_id}.{secrets.token_hex(8)}"
    try:
        _write(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), key)
        copy.replace(_path(ballot_id))
    finally:
        copy.unlink(missing_ok=True)
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
        _overwrite(_path(ballot_id))
        _sync_folder()


def _overwrite(file: Path) -> None:
    _write(os.open(file, os.O_WRONLY), secrets.token_bytes(KEY_BYTES))
    file.unlink()


def held() -> dict[str, bool]:
    """The ballots that have a key here, and whether it was made long ago."""
    old = time.time() - STALE_SECONDS
    return {file.name: file.stat().st_mtime < old for file in folder().iterdir() if not file.name.startswith(".")}


def digest(key: bytes, *parts: str) -> bytes:
    """A digest of the parts that only this key can make (HMAC with SHA-256)."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256")


def mac(key: bytes, *parts: str) -> str:
    """The same as 64 hexadecimal digits."""
    return digest(key, *parts).hex()


def _path(ballot_id: str) -> Path:
    return folder() / ballot_id


def _write(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder() -> None:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
