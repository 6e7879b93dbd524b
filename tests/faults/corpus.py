"""Malformed and hostile packets: a fixed corpus of known evil, and a seeded mutator over valid packets."""

import json
import random
from collections.abc import Iterator

from tests.faults.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame

NOBODY = "A" * 22
PART = '{"_placeholder":true,"num":0}'


def event(name: str, number: str = "1", **payload: object) -> str:
    """An event as a client sends it."""
    return f"42{number}{json.dumps([name, payload])}"


VALID = [
    "3", "40", '40{"token":"made up"}', "41", "431[]", '42["made.up"]', "40/elsewhere,",
    event("stream.join", stream=NOBODY, after=0), event("stream.leave", stream=NOBODY),
    event("stream.read", stream=NOBODY, seq=1), event("contribution.post", stream=NOBODY, key="k", text="words"),
    event("ballot.cast", ballot=NOBODY, key="k", choice="yes"),
]

# Text frames that break the rules: each ends the socket, but for those named below, and affects no other socket.
EVIL_PACKETS = {
    "an Engine.IO packet of no kind": "9", "an empty packet": "", "an open from a client": '0{"sid":"x"}',
    "an upgrade": "5", "a message without a packet": "4", "a packet of no kind": "49", "a connect error": '44{"a":1}',
    "attachments announced": f'451-["contribution.post",{PART}]', "an ack with attachments": f"461-1[{PART}]",
    "ten billion attachments": f'459999999999-["x",{PART}]', "NaN": '42["stream.join",{"after":NaN}]',
    "infinity": '42["stream.join",{"after":Infinity}]', "a number without end": '42["stream.join",{"after":1e999}]',
    "five thousand digits": '42["stream.join",{"after":' + "9" * 5000 + "}]",
    "a lone surrogate": '421["contribution.post",{"stream":"x","key":"k","text":"\\ud800"}]',
    "a surrogate as event": '421["\\udfff",{}]', "a surrogate as token": '40{"token":"\\ud800"}',
    "a zero byte": '421["contribution.post",{"stream":"\\u0000","key":"k","text":"\\u0000"}]',
    "nested a hundred thousand deep": "42" + "[" * 60_000, "nested objects": "42" + '{"a":' * 10_000,
    "nested within the event": '421["stream.join",' + "[" * 400 + "]" * 401,
    "a huge ack number": event("stream.join", "9" * 101), "a long ack number": event("x", "9" * 99),
    "an ack nobody asked for": "4399999[1,2,3]", "an ack without a number": "43[]", "an ack of no list": '431{"a":1}',
    "an ack of nothing": "43", "an event without data": "42", "an event of no name": "42[]",
    "a number as name": "42[1]",
    "an object as event": '42{"a":1}', "null as event": "42null", "a string as event": '42"stream.join"',
    "the reserved connect": '421["connect",{}]', "the reserved disconnect": '421["disconnect"]',
    "the catch-all itself": '421["*","connect",{}]', "an unknown event": '421["made.up",{}]',
    "a private name": '421["__class__",{}]', "an event in a foreign place": '42/admin,1["stream.join",{}]',
    "a foreign place": "40/admin,{}", "a foreign place with a query": "40/?token=x,",
    "leaving a foreign place": "41/admin,",
    "a second connect": "40", "a second connect as somebody": '40{"token":"other"}', "a list as auth": "40[1]",
    "a number as auth": "407", "an object as token": '40{"token":{"a":[]}}', "a list as token": '40{"token":[]}',
    "half an object": '42["stream.join",{', "two events": '42["a"]["b"]', "digits of another script": "4²",
    "ack digits of another script": '42³["stream.join",{}]',
    "many arguments": "421" + json.dumps(["stream.join", *range(9999)]),
    "a place without end": "42/" + "a" * 60_000, "a key that is an object": '421["contribution.post",{"key":{}}]',
}

# … which are packets, only senseless ones: dropped, or refused by an answer.
TOLERATED = {
    "a lone surrogate", "a surrogate as event", "a surrogate as token", "a zero byte", "a long ack number",
    "an ack nobody asked for", "an ack without a number", "an ack of no list", "an ack of nothing", "an unknown event",
    "a private name", "an event in a foreign place", "a foreign place", "a foreign place with a query",
    "leaving a foreign place", "a second connect", "a second connect as somebody", "a list as auth", "a number as auth",
    "an object as token", "a list as token", "many arguments", "a key that is an object",
}

# Frames that break WebSocket itself: the server ends the connection.
EVIL_FRAMES = {
    "an unmasked frame": frame(TEXT, b"3", masked=False), "a reserved bit": frame(TEXT, b"3", reserved=2),
    "a compressed frame nobody agreed to": frame(TEXT, b"\x00", reserved=4), "an unknown kind of frame": frame(3, b"x"),
    "an unknown control frame": frame(11, b""), "a continuation of nothing": frame(CONTINUATION, b"x"),
    "a text within a text": frame(TEXT, b"4", final=False) + frame(TEXT, b"3"),
    "a ping in parts": frame(PING, b"x", final=False), "a ping too long": frame(PING, b"x" * 126),
    "a length without end": frame(TEXT, b"", claimed=2**63 + 1), "a binary frame": frame(BINARY, b"4abc"),
    "an empty binary frame": frame(BINARY), "invalid UTF-8": frame(TEXT, b"42[\xff\xfe]"),
    "half a character": frame(TEXT, b"42[\xe2\x82"), "a close of one byte": frame(CLOSE, b"\x03"),
    "a close without reason known": frame(CLOSE, b"\x00\x01"), "a close in bad words": frame(CLOSE, b"\x03\xe8\xff"),
}
HARMLESS_FRAMES = {"a pong nobody asked for": frame(PONG, b"x"), "a ping": frame(PING, b"x"),
                   "an event in parts": frame(TEXT, b"42[", final=False) + frame(CONTINUATION, b'"a"]')}
STRANGE = ["\x00", "\ud7ff", "\uffff", "²", "٣", "\\u", '"', "{", "[", "]", "}", ",", "-", "/", "?", "1e9", "null",
           "-1", "9" * 40, "NaN", PART, "_placeholder", "42", "5", "6", "\u202e"]


def mutants(chance: random.Random, number: int) -> Iterator[bytes]:
    """Frames made from valid packets by a few random changes to their text, and sometimes to the frame's bytes."""
    for _ in range(number):
        packet = chance.choice(VALID)
        for _change in range(chance.randint(1, 4)):
            packet = _changed(packet, chance)
        made = frame(TEXT, packet.encode(errors="replace")[:60_000])
        yield _flipped(made, chance) if chance.random() < 0.2 else made


def _changed(packet: str, chance: random.Random) -> str:
    start = chance.randint(0, len(packet))
    end = min(len(packet), start + chance.randint(0, 8))
    kind = chance.randrange(5)
    if kind == 0:
        return packet[:start] + packet[end:]
    if kind == 1:
        return packet[:end] + packet[start:]
    if kind == 2:
        return packet[:start] + chance.choice(STRANGE) + packet[start:]
    if kind == 3:
        return packet[:start] + chance.choice(STRANGE) * chance.randint(1, 200) + packet[end:]
    return packet[:start] + chance.choice(VALID) + packet[end:]


def _flipped(made: bytes, chance: random.Random) -> bytes:
    changed = bytearray(made)
    for _ in range(chance.randint(1, 3)):
        changed[chance.randrange(min(len(changed), 12))] ^= 1 << chance.randrange(8)
    return bytes(changed)
