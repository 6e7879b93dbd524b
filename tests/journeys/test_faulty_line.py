"""Pages at the end of a bad line: whatever is lost, doubled or refused on the way, in the end they show the truth."""

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dialogue.core import db
from dialogue.rooms.contributions import actions
from tests.journeys.conftest import House
from tests.journeys.lines import HANDFUL, BadLine, SilentLine, turned_away
from tests.journeys.listening import LISTEN, Pair, is_live, said

SHOWN = """() => [...document.querySelectorAll(".contribution")].map((each) => {
  const part = (name) => each.querySelector(`[data-field="${name}"]`);
  return [each.id, part("html").innerText.trim(), !part("edited").hidden, each.classList.contains("retracted")];
})"""


class Talk:
    """What others do in a room, ten entries at a time: they speak, say it better and take it back."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair = pair
        self.entries = 0
        self._chance = random.Random(seed)
        self._said: list[str] = []

    def goes_on(self) -> None:
        """Six contributions, three edits, old ones among them, and one that is taken back."""
        for n in range(6):
            self._said.append(self.pair.says(f"Words {self.entries + n}"))
        for n, contribution_id in enumerate(self._chance.sample(self._said, 3)):
            actions.edit(self.pair.speaker, contribution_id, text=f"Better words {self.entries + n}")
        actions.retract(self.pair.speaker, self._said.pop(self._chance.randrange(len(self._said))))
        self.entries += HANDFUL
        db.release()

    def ends(self) -> None:
        """The last word."""
        self.pair.says("The last word")


def until(page: Page, so: Callable[[], bool]) -> None:
    """Wait until it is so, while the page goes on."""
    for _n in range(200):
        if so():
            return
        page.wait_for_timeout(100)
    pytest.fail("It never was so.")


def all_shown(page: Page) -> list[list[object]]:
    """What the page shows of the discussion, once the last word is there."""
    expect(page.locator(".contribution .body").last).to_have_text("The last word")
    shown: list[list[object]] = page.evaluate(SHOWN)
    return shown


def afresh(page: Page) -> list[list[object]]:
    """What a new page of the same person shows."""
    new = page.context.new_page()
    new.goto(page.url)
    return all_shown(new)


def test_what_comes_shuffled_doubled_and_with_holes_is_shown_as_it_was_said(house: House, seed: int) -> None:
    pair = Pair.meet(house)
    page = house.enter(pair.listener)
    line, talk = BadLine(page, seed), Talk(pair, seed)
    page.goto(pair.room.address)
    is_live(page)
    page.evaluate("window.neverReloaded = true")
    for _round in range(5):
        talk.goes_on()
        until(page, lambda: line.entries >= talk.entries)
    line.mend()
    talk.ends()
    shown = all_shown(page)
    assert page.evaluate("window.neverReloaded")
    assert shown == afresh(page)
    assert len(shown) == 31


def test_two_tabs_of_one_person_show_the_same_though_one_has_a_bad_line(house: House, seed: int) -> None:
    pair = Pair.meet(house)
    good = pair.listens()
    bad = good.context.new_page()
    line, talk = BadLine(bad, seed), Talk(pair, seed)
    bad.goto(pair.room.address)
    for tab in (good, bad):
        is_live(tab)
    for n in range(3):
        talk.goes_on()
        for tab in (good, bad):
            tab.get_by_label("Your contribution").fill(f"My words {n}")
            tab.get_by_role("button", name="Post").click()
            expect(tab.get_by_label("Your contribution")).to_have_value("")
        until(bad, lambda told=talk.entries + 2 * n + 2: line.entries >= told)
    line.mend()
    talk.ends()
    assert all_shown(bad) == all_shown(good) == afresh(good)
    assert len(all_shown(good)) == 25


def speak_during(page: Page, pair: Pair, seconds: int) -> list[str]:
    """Something is said now and then, for so long; returns what."""
    words = [f"Meanwhile {n}" for n in range(8)]
    for text in words:
        pair.says(text)
        page.wait_for_timeout(1_000 * seconds / len(words))
    return words


def test_who_was_offline_for_long_finds_all_in_order_and_what_they_typed(house: House, *, soak: bool) -> None:
    pair = Pair.meet(house)
    page = pair.listens()
    page.get_by_label("Your contribution").fill("half a thought")
    page.context.set_offline(True)
    words = speak_during(page, pair, 45 if soak else 8)
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    page.context.set_offline(False)
    expect(page.locator("connection-status")).to_contain_text("Connected again")
    expect(page.locator(".contribution .body")).to_have_text(words)
    expect(page.get_by_label("Your contribution")).to_have_value("half a thought")
    assert said(page) == ["reconnecting", "caught_up"]


def test_a_line_that_died_without_a_word_is_noticed_and_nothing_was_missed(house: House, *, soak: bool) -> None:
    pair = Pair.meet(house)
    page = house.enter(pair.listener)
    line = SilentLine(page)
    page.clock.install()
    page.goto(pair.room.address)
    is_live(page)
    page.evaluate(LISTEN)
    page.get_by_label("Your contribution").fill("half a thought")
    line.dies()
    words = speak_during(page, pair, 60 if soak else 4)
    if not soak:
        page.clock.fast_forward("00:45")  # The page's own time, so that it misses the server's pings.
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    line.dead = False
    expect(page.locator("connection-status")).to_contain_text("Connected again", timeout=40_000)
    expect(page.locator(".contribution .body")).to_have_text(words)
    expect(page.get_by_label("Your contribution")).to_have_value("half a thought")
    assert said(page) == ["reconnecting", "caught_up"]


def test_reconnecting_clears_the_offline_notice(house: House) -> None:
    pair = Pair.meet(house)
    page = pair.listens()
    page.context.set_offline(True)
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    page.context.set_offline(False)
    expect(page.locator("connection-status")).to_contain_text("Connected again")
    page.evaluate(LISTEN)
    page.context.set_offline(True)
    pair.says("In between")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(page.locator(".contribution .body")).to_have_text(["In between"])
    expect(page.locator("connection-status")).to_be_hidden()
    assert said(page) == []


def test_who_is_refused_at_the_door_knocks_again_until_there_is_room(house: House) -> None:
    pair = Pair.meet(house)
    page = house.enter(pair.listener)
    page.add_init_script("Math.random = () => 0.9")  # Long pauses, so that the outage is one to speak of.
    refusals = turned_away(page, "too_many", "too_many")
    page.goto(pair.room.address)
    page.evaluate(LISTEN)
    pair.says("While it waited")
    is_live(page)
    assert refusals == []
    expect(page.locator(".contribution .body")).to_have_text(["While it waited"])
    expect(page.locator("connection-status")).to_contain_text("Connected again")
    assert said(page) == ["reconnecting", "caught_up"]


@pytest.mark.parametrize("refusal", ["origin", "token"])
def test_who_would_only_be_refused_again_does_not_knock_twice(house: House, refusal: str) -> None:
    pair = Pair.meet(house)
    page = house.enter(pair.listener)
    knocks = turned_away(page, refusal, "too_many")
    page.goto(pair.room.address)
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    page.wait_for_timeout(2_000)
    assert knocks == ["too_many"]
