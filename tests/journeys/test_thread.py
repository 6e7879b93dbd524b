"""The thread: from a first word to evidence, walked by people who each see only their own screen."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.app_server import AppServer
from tests.journeys.people import Chair, Convenor, Member, Rapporteur, Visitor

ROOM, TEXT = "A council that answers", "A review every five years"
WORD = "Let the council be reviewed every five years."
TURNOUT = 'turnout-meter [data-field="value"]'
ITEM_FILES = ("PDF", "Word document", "Markdown")


class Cast:
    """Who takes part: five with a place, and a stranger who only reads."""

    def __init__(self, url: str, new_person: Callable[..., Page]) -> None:
        self.convenor = Convenor(new_person(url), "Convenor Example")
        self.chair = Chair(new_person(url), "Chair Example")
        self.rapporteur = Rapporteur(new_person(url), "Rapporteur Example")
        self.author = Member(new_person(url), "Author Example")
        self.ally = Member(new_person(url), "Ally Example")
        self.stranger = Visitor(new_person(url), "Stranger Example")

    @property
    def everybody(self) -> list[Visitor]:
        """All of them."""
        return [self.convenor, self.chair, self.rapporteur, self.author, self.ally, self.stranger]


@pytest.fixture(params=["sqlite", "postgres"])
def cast(request: pytest.FixtureRequest, serve: Callable[..., AppServer], new_person: Callable[..., Page]) -> Cast:
    """The people, in front of an empty Dialogue on either database."""
    url = request.getfixturevalue("postgres_url")() if request.param == "postgres" else None
    return Cast(serve(url).url, new_person)


@pytest.mark.timeout(300)
def test_a_word_becomes_a_milestone_with_evidence_and_the_way_can_be_walked_back(cast: Cast) -> None:
    room = a_room_is_set_up(cast)
    they_talk(cast)
    proposal = a_text_is_made_of_what_was_said(cast)
    it_is_endorsed_and_revised(cast, proposal)
    it_is_voted_on(cast, proposal, room)
    the_record_is_signed_and_published(cast)
    item = it_is_followed_up(cast)
    a_stranger_walks_the_thread(cast.stranger, item)
    files_are_taken_home(cast.convenor)


def a_room_is_set_up(cast: Cast) -> str:
    """The convenor makes everything; four people come in by their links."""
    convenor = cast.convenor.begins().adds_theme("Peace and security")
    convenor.adds_actor("Republic of Example", "state", "State")
    convenor.adds_actor("Examples United", "civil_society", "Non-governmental organisation")
    room = convenor.opens_room(ROOM, rule="on_record", access="open")
    chair = convenor.invites("Chair Example", "chair", "Republic of Example")
    rapporteur = convenor.invites("Rapporteur Example", "rapporteur")
    author = convenor.invites("Author Example", "participant", "Examples United")
    ally = convenor.invites("Ally Example", "participant", "Republic of Example")
    for person, link in ((cast.chair, chair), (cast.rapporteur, rapporteur), (cast.author, author), (cast.ally, ally)):
        person.accepts(link)
    return room


def they_talk(cast: Cast) -> None:
    """What one says the others see at once, and can support and answer."""
    cast.author.posts(WORD)
    for person in (cast.chair, cast.rapporteur, cast.ally):
        person.reads(WORD)
    cast.ally.supports(WORD).replies_to(WORD, "With a public report, please.")
    cast.author.reads("With a public report, please.")
    expect(cast.author.page.locator('[data-field="supports"]').first).to_have_text("1")


def a_text_is_made_of_what_was_said(cast: Cast) -> str:
    """The author makes a proposal of their contribution; the others find it in the room."""
    clauses = ("Decides to review the council every five years.", "Asks for a public report.")
    cast.author.proposes(TEXT, clauses, out_of=WORD).submits()
    for person in (cast.ally, cast.chair):
        person.page.reload()
        person.follows(TEXT).is_headed(TEXT)
    return cast.author.page.url


def it_is_endorsed_and_revised(cast: Cast, proposal: str) -> None:
    """Who endorsed is told of the new wording and sees word by word what changed."""
    cast.ally.presses("Endorse this text")
    expect(cast.author.page.locator(".proposal-figure b")).to_have_text("1")
    cast.author.revises(reason="Five years are too long.", text_1="Decides to review the council every four years.")
    cast.ally.page.get_by_role("link", name="Notices").click()
    cast.ally.presses(TEXT).sees("The text changed since you endorsed it.").follows("See what changed")
    expect(cast.ally.page.locator(".proposal-comparison del")).to_contain_text("five")
    expect(cast.ally.page.locator(".proposal-comparison ins")).to_contain_text("four")
    cast.ally.follows("Back to the proposal").presses("Keep my endorsement")
    expect(cast.ally.page.get_by_role("button", name="Keep my endorsement")).to_have_count(0)


def it_is_voted_on(cast: Cast, proposal: str, room: str) -> None:
    """Three of four vote; before the closing all pages show the turnout only."""
    cast.chair.goes_to(proposal).opens_ballot(rule="Two-thirds majority", quorum="Half of the voters")
    turnout = cast.stranger.goes_to(room).follows(TEXT, within="#ballots").page.locator(TURNOUT)
    expect(turnout).to_have_text("0")
    votes = ((cast.author, "Yes"), (cast.ally, "Yes"), (cast.rapporteur, "No"))
    for count, (person, choice) in enumerate(votes, start=1):
        person.goes_to(room).follows(TEXT, within="#ballots").votes(choice)
        expect(turnout).to_have_text(str(count))
    for person in cast.everybody:
        nobody_is_told_how(person)
    cast.chair.closes_ballot()
    for person in cast.everybody[1:]:
        person.sees("3 cast ≥ 2 needed → quorum met").sees("3 × 2 yes = 6 ≥ 2 × 3 voting = 6 → adopted")


def nobody_is_told_how(person: Visitor) -> None:
    """Neither a page in sight nor a frame of the socket holds a choice that was made."""
    assert person.page.locator(".ballot-verdict, .ballot-roll-call, .bars").count() == 0
    told = [frame for frame in person.heard if '"choice"' in frame or re.search(r'"(yes|no|abstain)":\s*\d', frame)]
    assert told == []


def the_record_is_signed_and_published(cast: Cast) -> None:
    """The rapporteur edits what was drafted by itself and signs it; the chair signs and publishes it."""
    outcome = cast.rapporteur.edits_record("Review of the council adopted")
    cast.rapporteur.goes_to(outcome).presses("Sign the summary").sees("The rapporteur signed the summary")
    chair = cast.chair.goes_to(outcome).presses("Sign revision").unfolds("Publish").presses("Publish it now")
    chair.is_headed("Review of the council adopted").sees("3 × 2 yes = 6 ≥ 2 × 3 voting = 6")


def it_is_followed_up(cast: Cast) -> str:
    """The convenor finds the outcome, puts it on the agenda, sets a milestone and reports with evidence."""
    convenor = cast.convenor.opens_place("Outcomes").follows("Review of the council adopted")
    convenor.puts_on_agenda(problem="Nobody reviews it.", goal="A review every four years.", forum="General assembly")
    item = convenor.is_headed("Review of the council adopted").page.url
    convenor.sets_milestone("A review is mandated", "Republic of Example")
    convenor.reports("Met", "The mandate was given.", publisher="Example Gazette", url="https://example.org/mandate")
    return item


def a_stranger_walks_the_thread(stranger: Visitor, item: str) -> None:
    """From the evidence back to the first word and forward again, one click each."""
    stranger.opens_place("Agenda").follows("Review of the council adopted").sees("Example Gazette")
    way = [("Evidence", None), ("Outcome", "Review of the council adopted"), ("Decision", TEXT), ("Proposal", TEXT)]
    for kind, heading in way:
        stranger.steps_to(kind)
        if heading:
            stranger.is_headed(heading)
    stranger.steps_to("Contribution")
    expect(stranger.page.locator(".contribution").filter(has_text=WORD)).to_be_visible()
    stranger.page.locator(".contribution .became a").click()
    for kind in ("Decision", "Outcome", "Agenda item"):
        stranger.steps_to(kind)
    assert stranger.page.url.split("#")[0] == item.split("#")[0]


def files_are_taken_home(convenor: Convenor) -> None:
    """The agenda as PDF, Word and Markdown, and the outcome as PDF, all with the title in them."""
    for what in ITEM_FILES:
        convenor.opens_place("Agenda").follows("Export")
        assert "Review of the council adopted" in words_of(convenor.downloads(what), what)
    convenor.opens_place("Outcomes").follows("Review of the council adopted").follows("Export")
    assert "Review of the council adopted" in words_of(convenor.downloads("PDF"), "PDF")


def words_of(path: Path, kind: str) -> str:
    """The words of a file, on one line."""
    if kind == "PDF":
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    elif kind == "Word document":
        text = re.sub(r"<[^>]+>", "", zipfile.ZipFile(path).read("word/document.xml").decode())
    else:
        text = path.read_text()
    return " ".join(text.split())
