"""What may come through a socket at all: small, plain JSON in text frames."""

import json
from typing import Any

from socketio.packet import BINARY_ACK, BINARY_EVENT, Packet

MAX_FRAME = 64 * 1024


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
        return count
