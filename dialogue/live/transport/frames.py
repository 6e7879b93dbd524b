"""Encoding and decoding packets and frames: small JSON texts, no attachments."""

import json
import math
import re
from typing import Any, NamedTuple

from socketio.packet import BINARY_ACK, BINARY_EVENT, EVENT, Packet

MAX_FRAME = 64 * 1024
MAX_DEPTH = 20
TEXT = 0x81  # A final frame of text (RFC 6455 §5.2).
MASKED = 0x80  # … whose payload is masked, beside its length.
RESERVED = frozenset({"connect", "disconnect", "*"})  # Reserved by the library; clients may not send them.


class StrictJson:
    """Standard JSON: no NaN, no infinite numbers, bounded nesting."""

    @staticmethod
    def dumps(value: Any, **_style: Any) -> str:
        """Encode compactly, whatever style the library asks for."""
        return _SHORT.encode(value)

    @staticmethod
    def loads(text: str) -> Any:
        """Decode. Raises ValueError."""
        try:
            read = _STRICT.decode(text)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if text.count("[") + text.count("{") > MAX_DEPTH:  # Else it cannot be too deep.
            _refuse_depth(read, MAX_DEPTH)
        return read


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number without end")
    return number


def _refuse_depth(value: Any, left: int) -> None:
    if not left:
        raise ValueError("nested too deeply")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_depth(part, left - 1)


# Made once: the functions of `json` make a coder for each message.
_SHORT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_STRICT = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


class Sent(NamedTuple):
    """An event from a client: the number for its ack, its name, and its arguments."""

    number: str
    name: str
    held: list[Any]


def plain_event(packet: str) -> Sent | None:
    """Decode a Socket.IO event of the root namespace; return None for any other packet.

    Nearly all packets are such events, and the library takes three times as long. Raises ValueError.
    """
    head = _EVENT.match(packet)
    if head is None:
        return None
    read = StrictJson.loads(packet[head.end():])
    if not is_named(read):
        raise ValueError("an event is a list that begins with its name")
    return Sent(head[1], read[0], read[1:])


_EVENT = re.compile(r"2([0-9]{0,9})(?=\[)")


def ack(number: str, answer: Any) -> str:
    """Encode the Engine.IO packet that answers an event."""
    return f"43{int(number)}{_SHORT.encode([answer])}"


def is_named(event: Any) -> bool:
    """Tell whether a decoded packet begins with the name of an event that clients may send."""
    return bool(isinstance(event, list) and event and isinstance(event[0], str)) and event[0] not in RESERVED


class PlainPacket(Packet):  # type: ignore[misc]
    """A Socket.IO packet without attachments: clients cannot make the server wait for or buffer binary parts."""

    uses_binary_events = False

    def __init__(self, *args: Any, encoded_packet: Any = None, **more: Any) -> None:
        if encoded_packet == "":  # The library would treat it as an event without a name.
            raise ValueError("a packet has a kind")
        super().__init__(*args, encoded_packet=encoded_packet, **more)

    def decode(self, encoded_packet: Any) -> int:
        """Decode a packet. Raises ValueError; the socket is then closed."""
        if not isinstance(encoded_packet, str):
            raise ValueError("binary frames are not taken")
        count = int(super().decode(encoded_packet))
        if self.packet_type in (BINARY_EVENT, BINARY_ACK):
            raise ValueError("attachments are not taken")
        if self.packet_type == EVENT and not is_named(self.data):
            raise ValueError("an event is a list that begins with its name")
        return count


def size(value: Any) -> int:
    """Return the number of bytes a value takes in a frame."""
    return len(_SHORT.encode(value).encode(errors="replace"))


class Message(NamedTuple):
    """An event and its encoded WebSocket frame: the same bytes for every socket."""

    event: str
    payload: Any
    frame: bytes


def message(event: str, payload: Any) -> Message:
    """Encode an event."""
    return Message(event, payload, text_frame("42" + _SHORT.encode([event, payload])))


def text_frame(text: str) -> bytes:
    """Encode a text as one WebSocket frame. A lone surrogate becomes a `?`."""
    encoded = text.encode(errors="replace")
    return _head(len(encoded)) + encoded


def text_of(data: bytes) -> str | None:
    """Decode bytes that are exactly one masked text frame of less than 64 KB; return None for other bytes."""
    if len(data) < 6 or data[0] != TEXT or data[1] < MASKED:
        return None
    length, start = data[1] - MASKED, 2
    if length == 126:
        length, start = int.from_bytes(data[2:4], "big"), 4
    if len(data) != start + 4 + length or (start == 4 and length < 126):
        return None  # Fragments, several frames, or a length that is not in its shortest form.
    mask = (data[start:start + 4] * (length // 4 + 1))[:length]
    plain = int.from_bytes(data[start + 4:], "big") ^ int.from_bytes(mask, "big")
    try:
        return plain.to_bytes(length, "big").decode()
    except UnicodeDecodeError:
        return None


def _head(length: int) -> bytes:
    """Encode the header of an unmasked text frame of `length` bytes (RFC 6455 §5.2)."""
    if length < 126:
        return bytes((TEXT, length))
    if length < 65536:
        return bytes((TEXT, 126)) + length.to_bytes(2, "big")
    return bytes((TEXT, 127)) + length.to_bytes(8, "big")
