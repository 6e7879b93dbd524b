"""The people of a town hall: guests on their phones and the moderator."""

from typing import Self

from playwright.sync_api import Locator, expect

from tests.journeys.people import Chair, Visitor


class Guest(Visitor):
    """A guest of a town hall with a code, a name and a phone."""

    def comes_in(self, code: str) -> Self:
        """Join by the code and acknowledge the rule."""
        self.goes_to("/").page.get_by_text("Menu").click()
        self.opens_place("Town halls").follows("Join with a code").fills_in(code=code).presses("Continue")
        self.fills_in(name=self.name).ticks("I understand").presses("Come in")
        expect(self.page.get_by_label("Your question")).to_be_visible()
        return self

    def asks(self, text: str) -> Self:
        """Put a question."""
        self.page.get_by_label("Your question").fill(text)
        self.presses("Ask")
        expect(self.question(text)).to_be_visible()
        return self

    def question(self, text: str) -> Locator:
        """A question in the list."""
        return self.page.locator(".hall-question").filter(has_text=text)

    def supports(self, text: str) -> Self:
        """Support a question."""
        self.question(text).get_by_role("button").click()
        expect(self.question(text).get_by_role("button")).to_have_attribute("aria-pressed", "true")
        return self


class Moderator(Chair):
    """Runs a town hall from its console."""

    def begins(self, segment: str) -> Self:
        """Start a segment of the programme."""
        return self.presses(f"Begin: {segment}")

    def stages(self, text: str) -> Self:
        """Put a question on stage."""
        question = self.page.locator(".hall-question").filter(has_text=text)
        question.get_by_role("button", name="Put on stage").click()
        expect(question).to_contain_text("On stage")
        return self

    def polls(self, question: str, *options: str) -> Self:
        """Prepare a straw poll and open it."""
        self.unfolds("Prepare a straw poll").fills_in(question=question)
        self.fills_in(**{f"option-{n}": words for n, words in enumerate(options, start=1)})
        return self.presses("Save for later").presses("Open it")
