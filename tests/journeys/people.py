"""The people of the journeys: each at a browser of their own, doing what one does with hands on a page.

They type an address only to arrive, and use nothing but the pages.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.world import PASSWORD


class Visitor:
    """A visitor. `page` is what they see, `heard` what their socket was told."""

    def __init__(self, page: Page, name: str = "") -> None:
        self.page, self.name = page, name
        page.set_default_timeout(15_000)
        self.heard: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: self.heard.append(str(frame))))

    def goes_to(self, address: str) -> Self:
        """Type an address, as one does to arrive."""
        self.page.goto(address)
        return self

    def follows(self, link: str, *, within: str = "main, aside") -> Self:
        """Press a link, found by its words."""
        self.page.locator(within).get_by_role("link", name=link).first.click()
        return self

    def opens_place(self, name: str) -> Self:
        """Go to one of the places in the site's own navigation."""
        return self.follows(name, within=".site-nav, .menu")

    def presses(self, button: str) -> Self:
        """Press a button, found by its words."""
        self.page.locator("main, aside").get_by_role("button", name=button).first.click()
        return self

    def unfolds(self, summary: str) -> Self:
        """Open what is folded away."""
        self.page.locator("main summary, aside summary").filter(has_text=summary).first.click()
        return self

    def fills_in(self, **fields: str) -> Self:
        """Fill in fields, named as the form names them."""
        for name, text in fields.items():
            self.page.locator(f'main [name="{name}"]').first.fill(text)
        return self

    def chooses(self, **fields: str) -> Self:
        """Choose in lists, by the words shown."""
        for name, words in fields.items():
            self.page.locator(f'main select[name="{name}"]').select_option(label=words)
        return self

    def ticks(self, words: str) -> Self:
        """Tick a box or take one of several answers."""
        self.page.locator("main").get_by_label(words).first.check()
        return self

    def answers(self, words: str) -> Self:
        """Take one of several answers, by exactly these words."""
        self.page.locator("main").get_by_role("radio", name=words, exact=True).check()
        return self

    def sees(self, words: str) -> Self:
        """Expect the words in sight."""
        expect(self.page.locator("main, aside").get_by_text(words).first).to_be_visible()
        return self

    def is_headed(self, words: str) -> Self:
        """Expect to be on the page of this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)
        return self

    def downloads(self, what: str) -> Path:
        """Choose a file in the export form in front of them, wait for it and save it."""
        self.ticks(what).presses("Make the file")
        ready = self.page.get_by_role("link", name="Download")
        expect(ready).to_be_visible(timeout=60_000)
        with self.page.expect_download() as saved:
            ready.click()
        return Path(saved.value.path())

    def steps_to(self, kind: str) -> Self:
        """Press the thread's link to the next thing of a kind."""
        is_kind = self.page.locator(".kind", has_text=re.compile(f"^{kind}$"))
        self.thread.locator("li").filter(has=is_kind).locator("a").first.click()
        return self

    @property
    def thread(self) -> Locator:
        """The line of the thread on the page."""
        return self.page.locator("nav.thread")


class Convenor(Visitor):
    """Sets everything up."""

    def begins(self) -> Self:
        """Make the first account."""
        self.goes_to("/start").fills_in(name=self.name, email="convenor@example.org", password=PASSWORD)
        self.presses("Begin")
        expect(self.page).not_to_have_url("/start")
        return self

    def administers(self, part: str) -> Self:
        """Open a part of the administration."""
        self.page.locator(".site-tools .only-wide summary").click()
        return self.follows("Administration", within=".site-tools .only-wide").follows(part, within="main nav.tabs")

    def adds_theme(self, title: str) -> Self:
        """Add a theme."""
        return self.administers("Themes").fills_in(title=title).presses("Add the theme").sees(title)

    def adds_actor(self, name: str, actor_set: str, kind: str) -> Self:
        """Add an actor."""
        self.administers("Actors").follows("Add an actor").fills_in(name=name)
        self.page.locator(f'main input[name="actor_set"][value="{actor_set}"]').check()
        return self.chooses(subtype=kind).presses("Add the actor").sees(name)

    def opens_room(self, title: str, *, rule: str, access: str) -> str:
        """Open a room with one goal and return its address."""
        self.opens_place("Rooms").follows("Open a room").fills_in(title=title, goal_1="Agree on a text")
        self.page.locator(f'main input[name="attribution"][value="{rule}"]').check()
        self.page.locator(f'main input[name="access"][value="{access}"]').check()
        self.presses("Open the room").is_headed("People").sees(title)
        return self.page.url.removesuffix("/people")

    def invites(self, name: str, role: str, actor: str | None = None) -> str:
        """From the room's people, make an invitation to a place with a vote and return its link."""
        self.follows("Invite by link").fills_in(name=name)
        self.page.locator(f'main input[name="role"][value="{role}"]').check()
        self.page.locator('main input[name="may_vote"][value="1"]').check()
        if actor:
            self.chooses(actor=actor)
        self.presses("Make the link")
        link = self.page.locator("#secret").input_value()
        self.follows("Back to the people")
        return link

    def puts_on_agenda(self, *, problem: str, goal: str, forum: str) -> Self:
        """From an adopted outcome, bring an item onto the agenda."""
        self.follows("Put on the agenda").fills_in(problem=problem, goal=goal, forum=forum)
        return self.presses("Bring it onto the agenda")

    def sets_milestone(self, statement: str, owner: str) -> Self:
        """From an item, set a milestone due in a month."""
        due = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 (a due date is a day without a zone)
        self.follows("New milestone").fills_in(statement=statement, due=due).chooses(owner_id=owner)
        return self.presses("Set the milestone").sees(statement)

    def reports(self, status: str, note: str, *, publisher: str, url: str) -> Self:
        """From an item, report on its first milestone, with evidence."""
        self.follows("Report").answers(status).fills_in(note=note, publisher=publisher, url=url)
        return self.presses("Report").sees(note)


class Member(Visitor):
    """A member of a room."""

    def accepts(self, link: str) -> Self:
        """Redeem an invitation with a new account and acknowledge the room's rule."""
        email = f"{self.name.lower().replace(' ', '.')}@example.org"
        self.goes_to(link).fills_in(name=self.name, email=email, password=PASSWORD)
        self.presses("Make the account and accept").presses("I will keep this rule. Enter")
        expect(self.page.get_by_label("Your contribution")).to_be_visible()
        return self

    @property
    def contributions(self) -> Locator:
        """What the room shows."""
        return self.page.locator(".contribution")

    def posts(self, text: str) -> Self:
        """Say something and see it said."""
        self.page.get_by_label("Your contribution").fill(text)
        return self.presses("Post").reads(text)

    def replies_to(self, words: str, text: str) -> Self:
        """Answer a contribution."""
        self.contributions.filter(has_text=words).get_by_role("link", name="Reply").click()
        return self.posts(text)

    def reads(self, text: str) -> Self:
        """Expect a contribution, without a reload."""
        expect(self.contributions.filter(has_text=text).first).to_be_visible()
        return self

    def supports(self, words: str) -> Self:
        """Support a contribution."""
        said = self.contributions.filter(has_text=words).first
        said.get_by_role("button", name="Support").click()
        expect(said.get_by_role("button", name="Support")).to_have_attribute("aria-pressed", "true")
        return self

    def proposes(self, title: str, clauses: Sequence[str], *, out_of: str) -> Self:
        """Make a proposal of a contribution and submit it."""
        self.contributions.filter(has_text=out_of).first.get_by_label("For a proposal").check()
        self.presses("Start a proposal from the ticked contributions").sees(out_of).fills_in(title=title)
        for number, text in enumerate(clauses, start=1):
            if self.page.locator(f'[name="text-{number}"]').count() == 0:
                self.presses("Add an operative clause")
            self.fills_in(**{f"text-{number}": text})
        return self.presses("Keep as a draft").is_headed(title)

    def submits(self) -> Self:
        """Let the room see the draft."""
        self.presses("Submit to the room")
        expect(self.page.locator(".stepper [aria-current]")).to_have_text("Submitted")
        return self

    def revises(self, *, reason: str, **texts: str) -> Self:
        """Change the text of a submitted proposal."""
        rows = {name.replace("_", "-"): text for name, text in texts.items()}
        self.follows("Change the text").fills_in(reason=reason, **rows)
        return self.presses("Save as version")

    def votes(self, choice: str) -> Self:
        """Cast a vote on the ballot in front of them."""
        self.answers(choice).presses("Cast my vote")
        expect(self.page.locator('[data-field="own"]')).not_to_be_empty()
        return self

    def waits_for_summary(self) -> Self:
        """Look at a record again until its first draft is written: what changes cannot be signed."""
        self.sees("Summary of the discussion")
        for _look in range(40):
            if not self.page.get_by_text("is being written").count():
                break
            self.page.wait_for_timeout(500)
            self.page.reload()
        return self


class Chair(Member):
    """Runs a room."""

    def opens_ballot(self, *, rule: str, quorum: str) -> str:
        """From a proposal, open a recorded ballot that ends by hand; return its address."""
        self.follows("Put to a decision").ticks(rule).chooses(quorum=quorum).ticks("Recorded")
        self.ticks("When I close it").presses("Open the ballot").sees("Votes cast")
        return self.page.url

    def closes_ballot(self) -> Self:
        """Close the ballot in front of them."""
        return self.unfolds("Close the ballot").presses("Close now")


class Rapporteur(Member):
    """Writes the record."""

    def edits_record(self, title: str) -> str:
        """From a closed ballot, give the drafted record a title once its summary is there; return its address."""
        self.page.reload()
        self.steps_to("Outcome").waits_for_summary()
        address = self.page.url
        self.follows("Edit the draft").fills_in(title=title).presses("Save the draft")
        expect(self.page.locator(".flashes")).to_be_visible()
        return address
