"""What is printed: no text over another on any kind of page, and each address once."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from itertools import combinations
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from dialogue.core import db
from tests.app_server import AppServer
from tests.journeys.conftest import House

PAPER = {"width": 658, "height": 971}  # CSS px: A4 less the margins of print.css
EACH = 2  # Pages of a kind that are looked at.
# Boxes of words as they are painted; of each line, its middle half, because lines may touch.
OVERLAPS = """() => {
  const boxes = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode());) {
    const at = text.parentElement;
    const isSeen = at.checkVisibility({ visibilityProperty: true }) && !at.closest(".visually-hidden, svg");
    if (!text.data.trim() || !isSeen) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const { left, right, top, bottom, width, height } of range.getClientRects()) {
      if (width > 1 && height > 1) boxes.push({ words: text.data.trim().slice(0, 60), left: left + 1, right: right - 1,
                                                top: top + height / 4, bottom: bottom - height / 4 });
    }
  }
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const found = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => over(a, b)).map((b) => [a.words, b.words]));
  return found.slice(0, 5);
}"""
# What is for ears alone is clipped to nothing and is part of the file all the same.
FOR_EARS = """() => {
  for (const at of document.querySelectorAll("*")) if (getComputedStyle(at).clipPath === "inset(50%)") at.hidden = true;
}"""


def signed_in(server: AppServer, page: Page, name: str) -> Page:
    """One of the sample's people at their browser."""
    told = (server.folder / "sample-sign-ins.txt").read_text()
    address = re.search(rf"(\S+@\S+)\s+{name}", told)
    password = re.search(r"password for all five:\s+(\S+)", told)
    assert address
    assert password
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address[1])
    page.get_by_label("Password").fill(password[1])
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".site-header").get_by_role("link", name="Notices")).to_be_visible()
    return page


def kind_of(address: str) -> str:
    """The address without its ids: pages of one template have the same."""
    return re.sub(r"/[\w-]{22}(?=/|$)", "/*", address)


def every_kind(page: Page) -> Iterator[str]:
    """Walk along the links from the first page, over some pages of each kind."""
    waiting, met, kinds = ["/"], {"/"}, dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            continue
        yield address
        hrefs = page.locator('a[href^="/"]:not([download])').evaluate_all("all => all.map(a => a.getAttribute('href'))")
        for found in [href.split("#")[0] for href in hrefs]:
            kind = kind_of(found)
            if found in met or re.search(r"[?.]|/file$|^/exports/", found) or kinds.get(kind, 0) >= EACH:
                continue
            met.add(found)
            kinds[kind] = kinds.get(kind, 0) + 1
            waiting.append(found)


class Run(NamedTuple):
    """Some words on a printed page: where their line begins, in points, and how wide they are at least."""

    words: str
    x: float
    y: float
    size: float

    def is_over(self, other: "Run") -> bool:
        """Whether the two are printed over each other: letters rise by 3/4 of their size and hang by a fifth."""
        apart = abs(self.y - other.y)
        if apart < 1 and (self.runs_left or other.runs_left):
            return False  # Words of one line: where one that runs to the left begins is not told.
        upper, lower = sorted((self, other), key=lambda run: -run.y)
        touch = apart < 0.75 * lower.size + 0.2 * upper.size
        return touch and self.x < other.end and other.x < self.end

    @property
    def runs_left(self) -> bool:
        """Whether a letter of it is written from right to left."""
        return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in self.words)

    @property
    def end(self) -> float:
        """Where the words end at the earliest: no font here is narrower on the average."""
        return self.x + 0.3 * self.size * len(self.words)


def printed(page: Page) -> Iterator[list[Run]]:
    """The runs of words on each page of the paper that the browser prints."""
    for sheet in PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages:
        found: list[Run] = []
        sheet.extract_text(visitor_text=partial(note, found))
        yield found


def note(found: list[Run], words: str, outer: list[float], inner: list[float], _font: Any, size: float) -> None:
    """Write a run down, as pypdf tells it."""
    if words.strip():
        x, y = (inner[4] * outer[n] + inner[5] * outer[n + 2] + outer[n + 4] for n in (0, 1))
        found.append(Run(words.strip(), x, y, abs(size * inner[3] * outer[3])))


def over_each_other(page: Page) -> list[tuple[str, str]]:
    """Words that would be printed over others: by the boxes of the page, and on the sheets of its paper."""
    page.evaluate(FOR_EARS)
    boxes = [tuple(pair) for pair in page.evaluate(OVERLAPS)]
    return boxes + [(one.words, other.words) for sheet in printed(page)
                    for one, other in combinations(sheet, 2) if one.is_over(other)][:5]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["Ambrose Kettlewyn", "Inessa Valtorro"], ids=["chair", "convenor"])
def test_no_text_is_printed_over_another(sample: AppServer, new_person: Callable[..., Page], name: str) -> None:
    page = signed_in(sample, new_person(sample.url, viewport=tuple(PAPER.values())), name)
    page.emulate_media(media="print")
    found = {address: over_each_other(page) for address in every_kind(page)}
    assert len({kind_of(address) for address in found}) > 15
    assert {address: over for address, over in found.items() if over} == {}


def test_an_address_is_printed_once(house: House) -> None:
    room = house.world.room()
    writer = house.world.member(room)
    text = "See https://example.org/minutes and [the report](https://example.org/report), www.example.net/notes too."
    house.world.contribution(room, writer, text)
    db.release()
    page = house.enter(writer, room.address)
    page.get_by_label("Your contribution").fill(text.replace("example", "live.example"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".contribution")).to_have_count(2)
    for _look in ("live", "reloaded"):
        paper = "".join(run.words for sheet in printed(page) for run in sheet)
        for host in ("example", "live.example"):
            for address in (f"//{host}.org/minutes", f"//{host}.org/report", f"www.{host}.net/notes"):
                assert paper.count(address) == 1, address
        page.reload()
