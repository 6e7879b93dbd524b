"""Sealing parts of a secret ballot's box with the ballot's key: AES-256 in Galois/Counter Mode (NIST SP 800-38D).

Each writing draws a new nonce, so two sealings of the same content have nothing in common. What is sealed cannot
be read, nor changed without notice, nor moved to another ballot or another place of its ballot.
"""

import secrets
from struct import Struct

from dialogue.votes import keys

MARK = b"box\x01"  # The first bytes of whatever is sealed in this way.
_HEAD = Struct(">4sHI")  # Mark, shard, length of what follows.
_NONCE = 12


def seal(key: bytes, ballot_id: str, shard: int, content: bytes | bytearray) -> bytes:
    """Seal the content of one shard."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # Loaded where a secret ballot is.

    nonce = secrets.token_bytes(_NONCE)
    head = _HEAD.pack(MARK, shard, _NONCE + len(content) + 16)
    return head + nonce + AESGCM(_sealing_key(key)).encrypt(nonce, bytes(content), head + ballot_id.encode())


def opened(key: bytes, ballot_id: str, shard: int | None, sealed: bytes) -> bytearray | None:
    """Open what was sealed, or return None where this is not the key, or not the place. Any shard if `shard` is None.

    Bytes beyond the sealed ones are ignored.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = sealed[:_HEAD.size]
    if len(head) < _HEAD.size:
        return None
    mark, number, length = _HEAD.unpack(head)
    rest = sealed[_HEAD.size:_HEAD.size + length]
    if mark != MARK or shard not in (None, number) or len(rest) < _NONCE + 16:
        return None
    try:
        return bytearray(AESGCM(_sealing_key(key)).decrypt(rest[:_NONCE], rest[_NONCE:], head + ballot_id.encode()))
    except InvalidTag:
        return None


def _sealing_key(key: bytes) -> bytes:
    return keys.digest(key, "seal")
