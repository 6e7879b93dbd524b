"""No page is wider than its window, whatever people wrote: long words, addresses, tables, code."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import String, func, literal, update

from dialogue.core import db, richtext
from tests.journeys.conftest import House
from tests.journeys.settled import Settled, settle

WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetri"
ADDRESS = "https://archive.example.org/" + "a-very-long-address-without-any-break_" * 4
WIDE = "\n\n".join((
    WORD, ADDRESS, "`" + "code_without_spaces(" * 8 + "`",
    "| One | Two | Three | Four | Five | Six | Seven |\n|---|---|---|---|---|---|---|\n| "
    + " | ".join(["Zuständigkeitsbereich"] * 7) + " |",
    "```\n" + "a line of code that goes on and on, " * 8 + "\n```",
    f"- {WORD}\n  - {WORD}\n    - {WORD}", f"> {ADDRESS}",
))
TEXTS = {"title", "name", "question", "text", "statement", "problem", "goal", "forum", "note", "publisher", "label",
         "rationale", "brief"}
WIDER = """() => [...document.querySelectorAll("main *, header *, footer *, aside *")]
  .filter(at => at.getBoundingClientRect().right > innerWidth + 1 || at.getBoundingClientRect().left < -1)
  .filter(at => !at.closest(".visually-hidden, .menu-panel") && getComputedStyle(at).visibility === "visible")
  .slice(0, 3).map(at => at.outerHTML.slice(0, 120))"""
BROKEN = """() => [...document.querySelectorAll(".stepper li, .tabs li, .brand, .only-phone > summary, .count")]
  .filter((at) => {
  const lines = document.createRange(), words = document.createTreeWalker(at, NodeFilter.SHOW_TEXT);
  for (let text; text = words.nextNode();)
    for (const word of text.data.matchAll(/\\S+/g)) {
      lines.setStart(text, word.index), lines.setEnd(text, word.index + word[0].length);
      if (lines.getClientRects().length > 1) return true;
    }
  return at.scrollWidth > at.clientWidth + 1;
}).map((at) => at.textContent.trim())"""
WIDTH = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"


@pytest.fixture
def wide(house: House) -> Settled:
    """A Dialogue in the middle of its work, in which all that people wrote is as wide as it may be."""
    settled = settle(house.world)
    for table in db.Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name in TEXTS and isinstance(column.type, String):
                longest = column.type.length or len(WIDE)
                own = literal(WORD) + func.substr(table.c.id, 1, 6) if "id" in table.c else literal(WORD)
                db.session().execute(update(table).values({column: WIDE[:longest] if longest > 400 else own}))
            if column.name == "html":
                db.session().execute(update(table).values({column: richtext.render(WIDE)}))
    db.session().commit()
    db.release()
    return settled


def too_wide(page: Page, settled: Settled, width: int) -> dict[str, object]:
    found = {}
    for name, address in settled.pages.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        if page.evaluate(WIDTH) > width:
            found[name] = (page.evaluate(WIDTH), page.evaluate(WIDER))
    return found


def test_no_page_is_wider_than_its_window(house: House, wide: Settled) -> None:
    page = house.enter(wide.chair)
    for width in (360, 320, 640):
        page.set_viewport_size({"width": width, "height": 740})
        assert too_wide(page, wide, width) == {}


def test_a_wide_table_and_a_long_line_of_code_scroll_by_themselves(house: House, wide: Settled) -> None:
    page = house.enter(wide.chair, wide.room.address, viewport=(360, 740))
    body = page.locator(".contribution .body").first
    for part in ("table", "pre"):
        scrolls = body.locator(part).evaluate("at => at.scrollWidth > at.clientWidth && at.clientWidth <= innerWidth")
        assert scrolls, part


def test_tabs_steps_and_the_header_keep_their_words_whole_and_apart(house: House) -> None:
    settled = settle(house.world)
    page = house.enter(settled.chair)
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (settled.pages["item"], "/admin", "/account"):
            page.goto(address)
            assert page.locator(".stepper li, .tabs li").count() > 2, address
            assert page.evaluate(BROKEN) == [], (address, width)


def test_a_page_shorter_than_its_window_does_not_scroll(house: House) -> None:
    page = house.enter(house.world.person())
    page.goto("/nothing-is-here")
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
