"""People who do all that can be done to a discussion, as chance has it, within the limits an account has."""

import asyncio
from typing import Any

from tests.faults.client import Client

SAID, PRESSED = 30, 120  # a minute, as docs/protocol.md says: a client that acts for less than a minute stays within


class Talk:
    """One discussion; `said` are the ids of what was said in it by those who talk here."""

    def __init__(self, said: list[str] | None = None) -> None:
        self.said = said or []

    async def by(self, client: Client, deeds: int) -> None:
        """Let one client act again and again."""
        mine = []
        for n in range(min(deeds, SAID)):  # Each of them could be a post or an edit.
            if not mine or client.chance.random() < 0.4:
                said = await client.post(f"{client.who} says {n}, <b>&amp;</b> *{client.chance.random()}*")
                mine.append(said["id"])
                self.said.append(said["id"])
            else:
                await self._change(client, client.chance.choice(mine), n)
            for _ in range(client.chance.randrange(4)):
                support = client.chance.random() < 0.7
                await _press(client, "contribution.support", client.chance.choice(self.said), support=support)

    async def _change(self, client: Client, own: str, n: int) -> None:
        if client.chance.random() < 0.7:
            await _press(client, "contribution.edit", own, text=f"{client.who} rather says {n}")
        else:
            await _press(client, "contribution.retract", own)

    async def until(self, over: asyncio.Event, chair: Client) -> None:
        """The chair hides something now and then."""
        while not over.is_set():
            await asyncio.sleep(chair.chance.uniform(0.1, 0.6))
            if self.said:
                await _press(chair, "contribution.hide", chair.chance.choice(self.said), reason="Off the subject")


async def _press(client: Client, event: str, contribution: str, **more: Any) -> None:
    """Act, or receive a conflict with another client."""
    answer = await client.ask(event, {"contribution": contribution} | more)
    assert answer["ok"] or answer["error"]["code"] == "conflict", answer
