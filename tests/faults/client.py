"""A client of docs/protocol.md in plain asyncio: applies in order, fetches gaps, comes back, sends again.

It notes all it does and sees in a History.
"""

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

from tests.faults.answers import get
from tests.faults.frames import PATIENCE, TEXT, Gone, RawSocket, Refused, text
from tests.faults.history import History
from tests.faults.picture import Picture

AGAIN = 4.0  # seconds without an ack until the same thing is sent again, on a line that loses frames


class TurnedAway(Exception):
    """The server said no to the Socket.IO connection."""


class Client:
    """One person's program. `sabotage` may change the frames that arrive: drop, double or shuffle them."""

    def __init__(self, url: str, token: str | None, history: History | None = None, *, who: str = "somebody",
                 origin: str | None = None, seed: int = 0) -> None:
        self.url, self.token, self.who, self.origin = url, token, who, origin
        self.history = history or History()
        self.chance = random.Random(f"{seed}:{who}")
        self.stream = ""
        self.last: int | None = None
        self.picture: Picture
        self.ahead: dict[int, dict[str, Any]] = {}
        self.heard: list[tuple[str, Any]] = []
        self.loss = 0.0
        self.shuffles = False
        self._socket: RawSocket | None = None
        self._reader: asyncio.Task[None] | None = None
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._next = 0
        self._repair = asyncio.Lock()
        self._returning = asyncio.Lock()
        self._held: list[Any] = []

    # --- the connection ---

    async def connect(self) -> "Client":
        """Open the socket and say who it is. Raises Refused, TurnedAway, Gone, OSError."""
        socket = await RawSocket.open(self.url, origin=self.origin)
        try:
            await socket.read()  # Engine.IO's greeting.
            await socket.write(text("40" + (json.dumps({"token": self.token}) if self.token else "")))
            async with asyncio.timeout(PATIENCE):
                answer = (await socket.read())[1]
        except BaseException:
            await socket.close()
            raise
        if not answer.startswith(b"40"):
            await socket.close()
            raise TurnedAway(answer.decode())
        self._socket = socket
        self._reader = asyncio.create_task(self._read(socket))
        return self

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands, as far as one can know."""
        return self._reader is not None and not self._reader.done()

    async def _read(self, socket: RawSocket) -> None:
        try:
            while True:
                opcode, payload = await socket.read()
                if opcode == TEXT:
                    await self._take(socket, payload.decode())
        except Gone:
            pass
        finally:
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(Gone())
            self._asked.clear()

    async def _take(self, socket: RawSocket, packet: str) -> None:
        if packet == "2":
            await socket.write(text("3"))
        elif packet.startswith("43"):
            digits = packet[2:packet.index("[")]
            waiting = self._asked.pop(int(digits), None)
            if waiting and not waiting.done():
                waiting.set_result((json.loads(packet[2 + len(digits):]) or [None])[0])
        elif packet.startswith("42"):
            event, payload = json.loads(packet[2:])
            self.heard.append((event, payload))
            self.history.note(self.who, "heard", "info", event=event, stream=payload.get("stream"))
            if event == "record" and payload["stream"] == self.stream:
                self._receive(payload["events"])

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    # --- asking ---

    async def ask(self, event: str, payload: Any, within: float = PATIENCE) -> Any:
        """Send an event and wait for its ack. Raises Gone, TimeoutError."""
        if self._socket is None or not self.is_connected:
            raise Gone
        self._next += 1
        number, waiting = self._next, asyncio.get_running_loop().create_future()
        self._asked[number] = waiting
        try:
            await self._socket.write(text(f"42{number}{json.dumps([event, payload])}"))
            return await asyncio.wait_for(waiting, within)
        finally:
            self._asked.pop(number, None)

    async def post(self, words: str, key: str | None = None) -> Any:
        """Say something in the stream, under one key until it is known what became of it."""
        key = key or self.history.key(self.who)
        return await self._deed("post", "contribution.post", {"stream": self.stream, "key": key, "text": words},
                                key=key, text=words)

    async def vote(self, ballot: str, choice: str, key: str | None = None) -> Any:
        """Vote, likewise."""
        key = key or self.history.key(self.who)
        return await self._deed("vote", "ballot.cast", {"ballot": ballot, "key": key, "choice": choice},
                                key=key, ballot=ballot, choice=choice)

    async def _deed(self, what: str, event: str, payload: Any, **about: Any) -> Any:
        self.history.note(self.who, what, "invoke", **about)
        answer = None
        for _attempt in range(20):
            with suppress(Gone, TimeoutError):
                answer = await self.ask(event, payload, AGAIN if self.loss else PATIENCE)
                if answer["ok"] or answer["error"]["code"] not in ("unavailable", "failed"):
                    break
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))
            await self._come_back()
        outcome = "info" if answer is None else "ok" if answer["ok"] else "fail"
        said = {key: value for key, value in (answer or {}).items() if key in ("id", "seq", "receipt")}
        self.history.note(self.who, what, outcome, **about, **said)
        return answer

    # --- listening ---

    async def join(self, stream: str, after: int | None = None) -> Any:
        """Listen to a stream from a number on; without one, from now on."""
        self.stream = stream
        if after is not None:
            self._begin(after)
        answer = await self.ask("stream.join", {"stream": stream} | ({} if after is None else {"after": after}))
        if answer["ok"]:
            self._begin(answer["seq"])
            await self._follow(self._take_in(answer))
        return answer

    def _begin(self, seq: int) -> None:
        """Go on from here, unless it began long ago."""
        if self.last is None:
            self.last, self.picture = seq, Picture(seq)

    async def _follow(self, page: Any) -> None:
        """Fetch the pages after this one; after a new start once more, for what was sent in between."""
        while page.get("reset") or (page["more"] and page["events"]):
            page = await self._fetch()

    async def _fetch(self) -> Any:
        missed = f"{self.url}/api/v1/streams/{self.stream}/events?after={self.last}"
        return self._take_in(await asyncio.to_thread(get, missed, self.token))

    def _take_in(self, page: Any) -> Any:
        """What was missed; where the server can tell only how things are now, everything else is forgotten."""
        if page.get("reset"):
            self.last, self.ahead = page["seq"], {}
            self.picture = Picture.of_snapshot(page)
            self.history.note(self.who, "reset", "ok", seq=page["seq"])
        self._receive(page["events"], sabotage=False)
        return page

    def _receive(self, events: list[Any], sabotage: bool = True) -> None:
        if sabotage:
            events = self._after_the_line(events)
        for entry in events:
            if self.last is None or entry["seq"] > self.last:
                self.ahead[entry["seq"]] = entry
        if self.last is None:
            return  # The ack of the join, which says where it begins, is yet to come.
        self._apply()
        if self.ahead and sabotage:
            asyncio.get_running_loop().create_task(self.catch_up())

    def _after_the_line(self, events: list[Any]) -> list[Any]:
        """What a bad line makes of the entries that come."""
        if self.shuffles:
            self._held += events
            if len(self._held) < self.chance.randint(1, 4):
                return []
            events, self._held = self._held, []
            self.chance.shuffle(events)
        return [entry for entry in events if self.chance.random() >= self.loss]

    def _apply(self) -> None:
        assert self.last is not None
        while entry := self.ahead.pop(self.last + 1, None):
            self.last += 1
            self.picture.apply(entry)
            self.history.note(self.who, "record", "ok", seq=entry["seq"], kind=entry["kind"])
        self.ahead = {seq: entry for seq, entry in self.ahead.items() if seq > self.last}

    async def catch_up(self) -> None:
        """Fetch what lies between what was applied and what is there."""
        async with self._repair:
            with suppress(OSError):
                await self._follow(await self._fetch())

    async def _come_back(self) -> None:
        """Connect again, if need be, and go on listening where it stopped."""
        async with self._returning:  # Who speaks and who stays are one: a second socket would be one too many.
            if self.is_connected:
                return
            with suppress(Refused, TurnedAway, Gone, OSError, TimeoutError):
                await self.close()
                await self.connect()
                if not self.stream or (await self.join(self.stream, after=self.last))["ok"]:
                    return
            await self.close()

    async def stay(self) -> None:
        """Keep listening through whatever happens, until cancelled."""
        while True:
            await self._come_back()
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))
