"""The agenda as a file: filters, order, parts, calendar."""

import csv
import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import docx as word
import pytest
from icalendar import Calendar
from lxml import html
from markdown_it import MarkdownIt

from dialogue.agenda.models import Stage
from tests.agenda.conftest import Agenda
from tests.exports import story
from tests.exports.conftest import HOSTILE
from tests.exports.waiting import SECTIONS, ask, made
from tests.world import World


def titles(data: bytes) -> list[str]:
    return [row["title"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]


def calendar(data: bytes) -> dict[str, object]:
    return {str(entry["SUMMARY"]): entry for entry in Calendar.from_ical(data).walk("VEVENT")}


def test_only_what_was_asked_for_is_in_it(world: World) -> None:
    theme_id = world.theme.id
    story.item(world, "Alpha", stage=Stage.IDEA, forum="Security Council")
    story.item(world, "Beta", forum="General Assembly")
    for asked, found in (({}, ["Alpha", "Beta"]), ({"stage": "idea"}, ["Alpha"]), ({"forum": "assembly"}, ["Beta"]),
                         ({"theme": theme_id}, ["Alpha", "Beta"]), ({"champions": "state"}, ["Alpha", "Beta"]),
                         ({"updated_since": "2026-03-14"}, ["Alpha", "Beta"])):
        assert titles(made(world, format="csv", order="title", **asked)) == found


@pytest.mark.parametrize("asked", [{"champions": "public"}, {"updated_since": "2026-03-15"}, {"forum": "%"}])
def test_what_a_filter_leaves_out_is_left_out(world: World, asked: dict[str, str]) -> None:
    story.item(world)
    assert ask(world.browser(), **asked).status_code == 422


@pytest.mark.parametrize(("order", "expected"), [
    ("title", ["Alpha", "Beta", "Gamma"]), ("score", ["Beta", "Gamma", "Alpha"]),
    ("review", ["Gamma", "Alpha", "Beta"]), ("stage", ["Beta", "Alpha", "Gamma"]),
])  # fmt: skip
def test_items_stand_in_the_order_asked_for(world: World, order: str, expected: list[str]) -> None:
    unrated = {"pace": "fast", "legal_route": "none", "problem": "", "goal": "", "forum": "",
               "theme_id": world.theme.id, "created_at": story.AT, "updated_at": story.AT}
    story.add(story.AgendaItem(title="Alpha", stage=Stage.FRAMED, review_on=date(2027, 2, 1), **unrated))
    story.item(world, "Beta", stage=Stage.IDEA, review_on=date(2027, 3, 1))
    story.item(world, "Gamma", stage=Stage.ADOPTED, review_on=date(2027, 1, 1))
    assert titles(made(world, format="csv", order=order)) == expected


def test_a_part_that_is_not_ticked_is_not_there(world: World) -> None:
    story.item(world)
    headings = {"figures": "In figures", "items": "The items", "milestones": "Milestones by date",
                "method": "How the score is made"}
    for part in headings:
        text = made(world, sections=[part]).decode()
        assert [name for name, words in headings.items() if f"\n## {words}\n" in text] == [part]


def test_an_item_says_how_its_score_is_made_and_what_feeds_it(world: World) -> None:
    told = story.outcome(world)
    story.feed(told.outcome, story.item(world))
    text = made(world).decode()
    assert "100 × ((4.5 − 1) + (4 − 1) + (5 − 2.5)) ÷ 12 = 75.00" in text
    assert "| DLG/RES/7 | A parliamentary network | Adopted |" in text
    assert "- Time is short." in text
    assert "Person" not in text


def test_an_outcome_that_is_not_public_is_not_named(world: World) -> None:
    told = story.outcome(world, state=story.OutcomeState.DRAFT)
    story.feed(told.outcome, story.item(world))
    assert "DLG/RES/7" not in made(world).decode()


def test_changes_are_told_since_a_day(world: World) -> None:
    story.park(story.item(world))
    assert "Moved to: Parked" in made(world).decode()
    assert "Nothing changed since then." in made(world, changes_since="2999-01-01").decode()


def test_milestones_have_a_table_of_their_own(world: World) -> None:
    story.item(world)
    rows = list(csv.DictReader(io.StringIO(made(world, format="csv-milestones").decode("utf-8-sig"))))
    assert [(row["due"], row["statement"], row["status"]) for row in rows] == [
        ("2026-09-01", "First meeting", "met"), ("2027-03-01", "Second meeting", "on_track")]


def test_what_is_parked_is_cancelled_under_the_same_name_with_a_higher_number(world: World) -> None:
    item = story.item(world)
    before = calendar(made(world, format="ics"))
    story.park(item)
    after = calendar(made(world, format="ics"))
    was, now = before["Due: Second meeting"], after["Due: Second meeting"]
    assert was["UID"] == now["UID"]
    assert was["SEQUENCE"] < now["SEQUENCE"]
    assert (was["STATUS"], now["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert after["Review: A parliamentary network"]["STATUS"] == "CONFIRMED"


def test_the_calendar_takes_the_agenda_s_filters_and_may_be_empty(world: World) -> None:
    story.item(world)
    assert calendar(world.browser().get("/agenda.ics?stage=coalition", buffered=True).data)
    answer = world.browser().get("/agenda.ics?stage=idea", buffered=True)
    assert answer.mimetype == "text/calendar"
    assert calendar(answer.data) == {}
    assert world.browser().get("/agenda.ics?stage=nowhere").status_code == 422


def test_a_calendar_that_did_not_change_is_not_sent_again(world: World) -> None:
    story.item(world)
    browser = world.browser()
    tag = browser.get("/agenda.ics", buffered=True).headers["ETag"]
    assert browser.get("/agenda.ics", headers={"If-None-Match": tag}, buffered=True).status_code == 304


@pytest.mark.parametrize("file", ["docx", "csv"])
def test_an_office_program_opens_what_means_harm(world: World, file: str, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed: the file was not opened")
    harm = "\n".join(HOSTILE).replace("\x00", "").replace("\ud800", "")
    story.item(world, harm[:200], problem=harm, goal=harm, forum="=1+1")
    source = tmp_path / f"file.{file}"
    source.write_bytes(made(world, format=file, sections=SECTIONS))
    kind = "pdf" if file == "docx" else "fods"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    opened = (tmp_path / f"file.{kind}").read_bytes()
    assert b"%PDF" in opened if kind == "pdf" else b"table:formula=" not in opened


GOALS = ("1986. That year the commission met.\n2005. The summit.", "# 1 priority", "&copy; and *stars*",
         "First line\nsecond line\n\n- item")


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_says_in_the_file_what_it_says_on_the_page(world: World, goal: str) -> None:
    item = story.item(world, problem="None.", goal=goal)
    shown = html.fromstring(world.browser().get(item.address).text).xpath("//p[contains(@class, 'written')]")
    page = lines_of(shown[1])
    read = MarkdownIt("commonmark").enable("table").render(made(world).decode())
    texts = [text for p in html.fromstring(f"<div>{read}</div>").iter("p") for text in lines_of(p)]
    assert [line for line in page if line not in texts] == []


def lines_of(element: html.HtmlElement) -> list[str]:
    """The lines of a paragraph, as they are read."""
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return [line.strip() for line in element.text_content().splitlines() if line.strip()]


def test_texts_of_an_item_are_plain_on_the_page_and_in_every_file(world: World) -> None:
    written = "# 1 priority\n*not* stressed, [not](https://example.org) a link\n- not a list\n\nSecond paragraph"
    item = Agenda(world).item(problem=written, goal=f"Goal: {written}", title="Plain texts")
    page = html.fromstring(world.browser().get(item.address).text)
    shown = [block.text_content() for block in page.xpath("//p[contains(@class, 'written')]")]
    assert shown[:2] == [written, f"Goal: {written}"]
    package = word.Document(io.BytesIO(made(world, format="docx", sections=["items"])))
    in_word = "\n\n".join(part.text for part in package.paragraphs)
    in_markdown = html.fromstring(MarkdownIt("commonmark").render(made(world, sections=["items"]).decode()))
    for text in (written, f"Goal: {written}"):
        assert text in in_word
        assert "".join(text.split()) in "".join(in_markdown.text_content().split())
