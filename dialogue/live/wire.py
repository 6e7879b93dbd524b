"""What goes through a socket: small, plain JSON in text frames, in and out."""

import json
from typing import Any

from socketio.packet import BINARY_ACK, BINARY_EVENT, EVENT, Packet

MAX_FRAME = 64 * 1024
TEXT = 0x81  # A final frame of text (RFC 6455 §5.2).
RESERVED = frozenset({"connect", "disconnect", "*"})  # The library's own words, never a client's.


class StrictJson:
    """JSON as the standard has it: no NaN, no nesting that exhausts the stack."""

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        """Write it compactly."""
        return json.dumps(value, **{"separators": (",", ":"), **options})

    @staticmethod
    def loads(text: str, **options: Any) -> Any:
        """Read it. Raises ValueError for anything odd."""
        try:
            return json.loads(text, parse_constant=_refuse_constant, **options)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class PlainPacket(Packet):  # type: ignore[misc]
    """A Socket.IO packet without attachments: nobody can make the server wait for, or keep, binary parts."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        """Read a packet. Raises ValueError, upon which the socket is closed."""
        if not isinstance(encoded_packet, str):
            raise ValueError("binary frames are not taken")
        count = int(super().decode(encoded_packet))
        if self.packet_type in (BINARY_EVENT, BINARY_ACK):
            raise ValueError("attachments are not taken")
        if self.packet_type == EVENT and not self._is_named():
            raise ValueError("an event is a list that begins with its name")
        return count

    def _is_named(self) -> bool:
        named = isinstance(self.data, list) and self.data and isinstance(self.data[0], str)
        return bool(named) and self.data[0] not in RESERVED


def event_frame(event: str, payload: Any) -> bytes:
    """An event as the bytes of one WebSocket frame: the same for every socket it goes to."""
    text = b"42" + StrictJson.dumps([event, payload], ensure_ascii=False).encode()
    return _head(len(text)) + text


def _head(length: int) -> bytes:
    """The head of an unmasked text frame of `length` bytes (RFC 6455 §5.2)."""
    if length < 126:
        return bytes((TEXT, length))
    if length < 65536:
        return bytes((TEXT, 126)) + length.to_bytes(2, "big")
    return bytes((TEXT, 127)) + length.to_bytes(8, "big")
