"""Lines between a page and the server that do not do what a line should."""

import json
import random
from collections.abc import Iterator

from playwright.sync_api import Page, WebSocketRoute

HANDFUL = 10  # entries that come over a bad line together: one of them never, two of them twice


class BadLine:
    """The line of one page. Until it is mended, the record comes over it out of order, doubled and with holes."""

    def __init__(self, page: Page, seed: int) -> None:
        self.bad = True
        self.entries = 0  # that came from the server
        self._chance = random.Random(seed)
        self._held: list[str] = []
        page.route_web_socket("**/socket.io/**", self._lay)

    def mend(self) -> None:
        """From now on all comes as it was sent; what was still held back is lost."""
        self.bad = False

    def _lay(self, end: WebSocketRoute) -> None:
        server = end.connect_to_server()
        server.on_message(lambda frame: [end.send(each) for each in self._carried(str(frame))])

    def _carried(self, frame: str) -> Iterator[str]:
        if not self.bad or not frame.startswith('42["record"'):
            yield frame
            return
        told = one_by_one(frame)
        self.entries += len(told)
        self._held += told
        while len(self._held) >= HANDFUL:
            handful, self._held = self._held[:HANDFUL], self._held[HANDFUL:]
            yield from self._mangled(handful)

    def _mangled(self, handful: list[str]) -> list[str]:
        _lost, *rest = self._chance.sample(handful, len(handful))
        return self._chance.sample([*rest, *rest[:2]], len(rest) + 2)


def one_by_one(frame: str) -> list[str]:
    """A frame of the record as frames of one entry each."""
    name, told = json.loads(frame.removeprefix("42"))
    return ["42" + json.dumps([name, {**told, "events": [entry]}]) for entry in told["events"]]


class SilentLine:
    """The network of one page. Once dead, nothing passes, nothing is closed and nothing is answered."""

    def __init__(self, page: Page) -> None:
        self.dead = False
        self._deaths = 0
        page.route_web_socket("**/socket.io/**", self._lay)
        page.route("**/api/**", lambda asked: asked.abort() if self.dead else asked.continue_())

    def dies(self) -> None:
        """What is connected stays dead for ever; new connections are not answered."""
        self.dead = True
        self._deaths += 1

    def _lay(self, end: WebSocketRoute) -> None:
        if self.dead:
            return
        laid, server = self._deaths, end.connect_to_server()

        def lives() -> bool:
            return laid == self._deaths

        server.on_message(lambda frame: end.send(frame) if lives() else None)
        end.on_message(lambda frame: server.send(frame) if lives() else None)
        server.on_close(lambda code, reason: end.close(code=code, reason=reason) if lives() else None)
        end.on_close(lambda code, reason: server.close(code=code, reason=reason) if lives() else None)


def turned_away(page: Page, *refusals: str) -> list[str]:
    """From now on the page's first attempts are refused at the door, in these words; returns those still to come."""
    waiting = list(refusals)

    def at_the_door(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda frame: route.send(answered(str(frame))))

    def answered(frame: str) -> str:
        return f'44{{"message":"{waiting.pop(0)}"}}' if waiting and frame.startswith("40") else frame

    page.route_web_socket("**/socket.io/**", at_the_door)
    return waiting
