"""No page of the sample is wider than its window, for each kind of reader, and with Arabic in it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.app_server import AppServer

WIDTH = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
SIGN_IN = re.compile(r"^  (\S+@\S+) +(.*)$", re.MULTILINE)
FILES = re.compile(r"\.(csv|xlsx|docx|pdf|md|ics|atom|xml|json|svg)$|^/(api|static|healthz|readyz)|/download$|sign-out")
ID = re.compile(r"(?<=/)[\w-]{22}(?=/|$)")
LINKS = """[...document.querySelectorAll("a[href]")].filter((at) => at.origin === location.origin && !at.download)
  .map((at) => at.pathname + at.search)"""
OUTSIDE = """() => [...document.querySelectorAll("body *")]
  .filter((at) => at.getBoundingClientRect().right > innerWidth + 1 || at.getBoundingClientRect().left < -1)
  .filter((at) => !at.closest(".visually-hidden, .menu-panel"))
  .slice(-3).map((at) => at.outerHTML.slice(0, 160))"""
ARABIC = """() => {
  document.documentElement.dir = "rtl";
  for (const at of document.querySelectorAll('main bdi, main [dir="auto"], aside bdi, aside [dir="auto"]'))
    if (!at.children.length && !at.matches("input, textarea, select, option, [dir=ltr]")
      && !at.closest(".number, .n, .badge, .hall-clock") && /\\p{L}/u.test(at.textContent))
      at.textContent = "نقترح إصلاح مجلس الأمن وفاستخلصناهموهاوالمسؤوليات المشتركة";
}"""
A_KIND = 2  # pages looked at of each kind
PEOPLE = ["guest", "participant", "convenor", "chair"]
EXPECTED = {"guest": 8, "participant": 15, "convenor": 30, "chair": 15}


def enter(page: Page, sample: AppServer, who: str) -> None:
    """Sign in as one of the sample's people, or come into its hall by the code."""
    told = (Path(sample.folder) / "sample-sign-ins.txt").read_text()
    if who == "guest":
        page.goto("/halls/join?" + re.findall(r"/halls/join\?(\S+)", told)[0])
        page.locator("main [name=name]").fill("Guest Example")
        page.locator("main [name=rule]").check()
        page.get_by_role("button", name="Come in").click()
        return
    email = next(email for email, role in SIGN_IN.findall(told) if who in role.lower())
    password = re.findall(r"password for all five: +(\S+)", told)[0]
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("main").get_by_role("button", name="Sign in").click()


def kind(address: str) -> str:
    """The address without what tells apart pages of one kind."""
    return ID.sub("*", address.split("?")[0])


def widths(page: Page) -> list[tuple[str, list[str]]]:
    """What is wider than its window on this page."""
    found = []
    for words, change in (("", None), ("in Arabic", ARABIC)):
        if change:
            page.evaluate(change)
        for width in (640, 320):
            page.set_viewport_size({"width": width, "height": 740})
            if page.evaluate(WIDTH) > width:
                found.append((f"{width} {words}", page.evaluate(OUTSIDE)))
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_of_the_sample_is_wider_than_its_window(sample: AppServer, new_person: Callable[..., Page],
                                                         who: str) -> None:
    page: Page = new_person(sample.url, viewport=(640, 740))
    enter(page, sample, who)
    waiting, seen, wide = ["/"], dict[str, int](), {}
    while waiting:
        address = waiting.pop(0)
        if FILES.search(address.split("?")[0]) or seen.get(kind(address), 0) >= A_KIND:
            continue
        seen[kind(address)] = seen.get(kind(address), 0) + 1
        page.goto(address)
        waiting += [link for link in page.evaluate(LINKS) if link not in waiting]
        if found := widths(page):
            wide[address] = found
    assert wide == {}
    assert len(seen) >= EXPECTED[who], seen
