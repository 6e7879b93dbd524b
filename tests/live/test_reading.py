"""What is read without the libraries is read as they read it, and what they refuse is refused."""

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import TextMessage
from wsproto.utilities import ProtocolError

from dialogue.live.transport.flood_limit import Allowance
from dialogue.live.transport.frames import MAX_FRAME, PlainPacket, ack, plain_event, text_of
from dialogue.live.transport.websocket import Metered, Unneeded, Wire, agreement

FRAME = some.builds(
    lambda first, length, mask, body: bytes((first, length)) + mask + body,
    some.sampled_from([0x81, 0x01, 0x80, 0x82, 0x89, 0xC1]), some.integers(0x78, 0xFF), some.binary(max_size=6),
    some.binary(max_size=140))
NAMES = some.sampled_from(["ballot.cast", "connect", "*", "disconnect", "", "stream.join"])
HELD = some.recursive(some.none() | some.booleans() | some.integers(-10**20, 10**20) | some.text(max_size=8),
                      lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner))


def sent(text: str, mask: bytes = b"\x01\x80\xff\x7f", first: int = 0x81) -> bytes:
    """A masked frame as a browser sends it."""
    body = text.encode()
    size = bytes((0x80 | len(body),)) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(body))
    return bytes((first,)) + size + mask + masked


def texts_by_the_library(data: bytes) -> list[str]:
    """The whole messages that the library finds in these bytes."""
    connection = Connection(ConnectionType.SERVER)
    connection.receive_data(data)
    return [event.data for event in connection.events() if isinstance(event, TextMessage) and event.message_finished]


@given(text=some.text(max_size=200), mask=some.binary(min_size=4, max_size=4))
def test_a_whole_frame_is_read_as_the_library_reads_it(text: str, mask: bytes) -> None:
    data = sent(text.encode(errors="replace").decode(), mask)
    assert [text_of(data)] == texts_by_the_library(data)


@given(data=FRAME | some.binary(max_size=20))
def test_bytes_that_are_no_whole_frame_are_left_to_the_library(data: bytes) -> None:
    text = text_of(data)
    if text is not None:
        assert texts_by_the_library(data) == [text]


@pytest.mark.parametrize("data", [
    sent("abc")[:-1], sent("abc") + b"\x81", sent("abc") * 2, sent("abc", first=0x01), sent("abc", first=0x80),
    sent("abc", first=0x89), sent("abc", first=0xC1), b"\x81\x03abc", b"\x81\xfe\x00\x03\x00\x00\x00\x00abc",
    b"\x81\x81\x00\x00\x00\x00\xff"])
def test_a_frame_in_parts_or_out_of_order_is_left_to_the_library(data: bytes) -> None:
    assert text_of(data) is None


def wire() -> Wire:
    """A socket's reader without its socket."""
    made = Wire.__new__(Wire)
    made._allowance, made._is_between_messages, made.connected = Allowance(), True, True
    made.ws, made.input_buffer, made.max_message_size = Metered(made._allowance), [], MAX_FRAME
    made.incoming_message, made.incoming_message_len, made.is_server = None, 0, True
    made.event, made.sock = Unneeded(), SimpleNamespace(send=len)
    return made


@given(texts=some.lists(some.text(some.characters(codec="utf-8"), max_size=150), min_size=1, max_size=6),
       data=some.data())
def test_messages_are_the_same_however_the_bytes_are_cut(texts: list[str], data: some.DataObject) -> None:
    stream, reader = b"".join(map(sent, texts)), wire()
    while stream:
        size = data.draw(some.integers(1, len(stream)))
        reader._take(stream[:size])
        stream = stream[size:]
    assert reader.input_buffer == texts


def test_a_message_in_fragments_is_not_mixed_with_a_frame_that_is_read_alone() -> None:
    reader = wire()
    for part in (sent("one ", first=0x01), sent("two ", first=0x00), sent("three", first=0x80), sent("four")):
        reader._take(part)
    assert reader.input_buffer == ["one two three", "four"]


def test_a_frame_amid_fragments_ends_the_connection() -> None:
    reader = wire()
    reader._take(sent("one ", first=0x01))
    reader._take(sent("amid"))
    assert not reader.connected
    assert reader.input_buffer == []


def test_frames_read_alone_are_counted_against_a_flood() -> None:
    reader = wire()
    taken = 0
    with suppress(ConnectionAbortedError):
        for taken in range(100_000):  # noqa: B007 - Counted up to the flood's end.
            reader._take(sent("again"))
    assert len(reader.input_buffer) == taken < 100_000 - 1


def by_the_library(packet: str) -> Any:
    """What the library finds in a packet."""
    found = PlainPacket(encoded_packet=packet)
    number = "" if found.id is None else str(found.id)
    return (found.packet_type, found.namespace, number, found.data[0], found.data[1:])


@given(name=NAMES, held=some.lists(HELD, max_size=3), number=some.none() | some.integers(0, 10**9 - 1))
def test_an_event_is_read_as_the_library_reads_it(name: str, held: list[Any], number: int | None) -> None:
    packet = f"2{'' if number is None else number}{PlainPacket.json.dumps([name, *held])}"
    try:
        expected = by_the_library(packet)
    except ValueError:
        with pytest.raises(ValueError, match="event is a list"):
            plain_event(packet)
    else:
        found = plain_event(packet)
        assert found is not None
        assert (2, None, *found) == expected


@pytest.mark.parametrize("packet", [
    "20", "2[", '2["a"', "2[NaN]", '2[1,"a"]', "2[]", "2" + "[" * 30 + "]" * 30, "2[{}]"])
def test_an_event_that_is_nonsense_is_refused_as_by_the_library(packet: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        by_the_library(packet)
    with suppress(ValueError):
        assert plain_event(packet) is None


@pytest.mark.parametrize("packet", ["0", "1", "3", '30["a"]', '2/other,["a"]', '51-["a",{"_placeholder":true,"num":0}]',
                                    '2٣["a"]', '21-["a"]', "2" + "9" * 30 + '["a"]', '2"a"', ""])
def test_other_packets_are_left_to_the_library(packet: str) -> None:
    assert plain_event(packet) is None


def test_an_answer_is_written_as_the_library_writes_it() -> None:
    answer = {"ok": True, "receipt": "čß\u2028"}
    read = PlainPacket(encoded_packet=ack("007", answer)[1:])
    assert (read.packet_type, read.namespace, read.id, read.data) == (3, None, 7, [answer])
    assert ack("007", answer)[0] == "4"


HANDSHAKE = {"HTTP_HOST": "localhost", "HTTP_UPGRADE": "WebSocket", "HTTP_CONNECTION": "keep-alive, Upgrade",
             "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==", "HTTP_SEC_WEBSOCKET_VERSION": "13"}


def test_the_handshake_is_answered_as_rfc_6455_says() -> None:
    answer = agreement(HANDSHAKE)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer  # The example of section 1.3.
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(("header", "value"), [
    ("HTTP_HOST", ""), ("HTTP_UPGRADE", "h2c"), ("HTTP_CONNECTION", "keep-alive"), ("HTTP_SEC_WEBSOCKET_KEY", ""),
    ("HTTP_SEC_WEBSOCKET_KEY", "čß"), ("HTTP_SEC_WEBSOCKET_VERSION", "8"), ("HTTP_SEC_WEBSOCKET_VERSION", "13,13")])
def test_another_handshake_is_refused(header: str, value: str) -> None:
    with pytest.raises(ProtocolError):
        agreement(HANDSHAKE | {header: value})
    with pytest.raises(ProtocolError):
        agreement({name: held for name, held in HANDSHAKE.items() if name != header})
