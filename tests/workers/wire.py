"""A client of the wire that goes on as docs/protocol.md says: reconnects, catches up, repeats what has no answer."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import SHUT_RDWR
from ssl import SSLContext
from typing import Any

from simple_websocket import Client, ConnectionClosed, ConnectionError
from wsproto.utilities import ProtocolError

from dialogue.core.db import new_id

PATIENCE = 10.0  # Seconds an answer may take before it counts as missing.
LOST_AFTER = 25.0  # Seconds after which a participant gives up.
GONE = (ConnectionClosed, ConnectionError, OSError, ProtocolError)  # The last: hung up before the handshake's answer.


class Lost(Exception):
    """The connection went before the answer came."""


class Tidy(Client):  # type: ignore[misc]
    """The library's client, which forgets to close what it could not shake hands with."""

    def __init__(self, address: str, headers: dict[str, str] | None, trust: SSLContext | None) -> None:
        try:
            super().__init__(address, headers=headers, ssl_context=trust)
        except BaseException:
            if hasattr(self, "sock"):
                self.sock.close()
            raise

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Hang up once the reading thread has ended: else it reads from the next socket that gets the same number."""
        with suppress(*GONE):
            super(Client, self).close(reason, message)
        with suppress(OSError):
            self.sock.shutdown(SHUT_RDWR)
        self.thread.join()
        self.sock.close()


class Line:
    """One connection to one worker, with a token or with a browser's headers; over TLS with the trusted certificate.

    `heard` is what came in, oldest first: (event, payload, when).
    """

    def __init__(self, url: str, token: str | None = None, headers: dict[str, str] | None = None,
                 trust: SSLContext | None = None) -> None:
        address = url.replace("http", "ws", 1).replace("localhost", "127.0.0.1")
        self._ws = Tidy(f"{address}/socket.io/?EIO=4&transport=websocket", headers, trust)
        self.heard: list[tuple[str, Any, float]] = []
        self.is_open = True
        self._answers: dict[int, Any] = {}
        self._news = threading.Condition()
        self._numbers = itertools.count(1)
        threading.Thread(target=self._read, daemon=True).start()
        self._ws.send("40" + (json.dumps({"token": token}) if token else ""))
        self.until(lambda: "connected" in self._answers or not self.is_open)
        if "connected" not in self._answers:
            self.close()
            raise Lost

    def _read(self) -> None:
        try:
            while True:
                self._take(self._ws.receive())
        except GONE:
            with self._news:
                self.is_open = False
                self._news.notify_all()

    def _take(self, text: str) -> None:
        if text == "2":
            self._ws.send("3")
            return
        with self._news:
            if text.startswith("40"):
                self._answers["connected"] = True
            elif text.startswith("41"):
                self.is_open = False  # Shown out.
            elif text.startswith("42"):
                event, payload = json.loads(text[2:])
                self.heard.append((event, payload, time.monotonic()))
            elif text.startswith("43"):
                number, bracket, rest = text[2:].partition("[")
                self._answers[int(number)] = next(iter(json.loads(bracket + rest)), None)
            self._news.notify_all()

    def until(self, happened: Callable[[], Any], seconds: float = PATIENCE) -> bool:
        """Wait until something happened; whether it did."""
        with self._news:
            return bool(self._news.wait_for(happened, seconds))

    def send(self, event: str, **payload: Any) -> int:
        """Send an event; the number its answer will have. Raises Lost."""
        number = next(self._numbers)
        try:
            self._ws.send(f"42{number}" + json.dumps([event, payload]))
        except GONE as error:
            raise Lost from error
        return number

    def answer(self, number: int) -> Any:
        """The answer to what was sent under a number. Raises Lost."""
        self.until(lambda: number in self._answers or not self.is_open)
        if number not in self._answers:
            raise Lost
        return self._answers[number]

    def ask(self, event: str, **payload: Any) -> Any:
        """Send an event and wait for its answer. Raises Lost."""
        return self.answer(self.send(event, **payload))

    def payloads(self, event: str) -> list[Any]:
        """What came in of one event."""
        return [payload for name, payload, _when in self.heard if name == event]

    def seqs(self) -> list[int]:
        """The numbers of the entries that came in."""
        return [entry["seq"] for payload in self.payloads("record") for entry in payload["events"]]

    def close(self) -> None:
        """Hang up."""
        self._ws.close()


class Participant:
    """A participant who stays in a room whatever the workers do. `entries` is the record as they see it."""

    def __init__(self, urls: Sequence[str], token: str, stream: str, trust: SSLContext | None = None) -> None:
        self._urls = itertools.cycle(urls)
        self._trust = trust
        self._token = token
        self._stream = stream
        self.entries: dict[int, Any] = {}
        self.line: Line | None = None

    def post(self, text: str) -> int:
        """Say something and repeat it under the same key until it is acknowledged; its number."""
        key = new_id()
        deadline = time.monotonic() + LOST_AFTER
        while time.monotonic() < deadline:
            try:
                answer = self.connected().ask("contribution.post", stream=self._stream, key=key, text=text)
            except Lost:
                continue
            if answer["ok"]:
                return int(answer["seq"])
            assert answer["error"]["code"] == "unavailable", answer
        raise AssertionError("nobody took what this participant said")

    def connected(self) -> Line:
        """The open line; a new one where it was cut, with everything missed."""
        deadline = time.monotonic() + LOST_AFTER
        while self.line is None or not self.line.is_open:
            assert time.monotonic() < deadline, "nobody let this participant in again"
            self._keep()
            try:
                self.line = Line(next(self._urls), self._token, trust=self._trust)
                self._catch_up(self.line)
            except (Lost, *GONE):
                self.line = None
                time.sleep(0.1)
        return self.line

    def _catch_up(self, line: Line) -> None:
        more = True
        while more:
            after = max(self.entries, default=0)
            answer = line.ask("stream.join", stream=self._stream, after=after)
            self.entries |= {entry["seq"]: entry for entry in answer["events"]}
            more = answer["more"]

    def _keep(self) -> None:
        """Apply what the line brought, in order and without gaps; the rest is fetched by the next one."""
        came = {} if self.line is None else {
            entry["seq"]: entry for payload in self.line.payloads("record") for entry in payload["events"]}
        while (seq := max(self.entries, default=0) + 1) in came:
            self.entries[seq] = came[seq]

    def seen(self) -> list[int]:
        """The numbers of what they have seen until now."""
        self._keep()
        return sorted(self.entries)
