"""One hostile text costs the others nothing; what could not be formatted at once is formatted later."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import func, select, update

from dialogue.core import db, markdown_child, reformatting, richtext
from dialogue.core.clock import now
from dialogue.core.record import entries
from dialogue.core.reformatting import DISTANCES, UnformattedText
from dialogue.core.transaction import transaction
from dialogue.database import config
from dialogue.halls.models import Question
from dialogue.halls.questions import actions as questions
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution, ContributionVersion
from dialogue.rooms.models import RoomRole, Theme
from dialogue.rooms.themes.actions import change_theme
from tests.world import World

pytestmark = pytest.mark.each_database("rows are claimed with SKIP LOCKED")

HOSTILE = "[" * 3900
Refuse = Callable[[str], str | None]


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The renderer answers nothing; a function brings it back."""
    def refuse(_text: str) -> str:
        raise markdown_child.Unanswered

    richtext._rendered.cache_clear()
    monkeypatch.setattr(richtext, "ask", refuse)
    return lambda: monkeypatch.setattr(richtext, "ask", markdown_child.ask)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take its time over an honest text."""
    monkeypatch.setattr(markdown_child, "ANSWER_SECONDS", 30.0)


def html(model: type[Contribution] | type[Theme], id: str) -> str:
    """The stored HTML, read anew."""
    db.release()
    return db.session().get_one(model, id).html


def waiting() -> list[tuple[str, int]]:
    """What waits to be formatted: kind and tries."""
    db.release()
    rows = db.session().execute(select(UnformattedText.kind, UnformattedText.tries).order_by(UnformattedText.kind))
    return [(kind, tries) for kind, tries in rows]


def make_due() -> None:
    """Let the distance to the next try pass."""
    db.release()
    with db.engine().begin() as connection:
        connection.execute(update(UnformattedText).values(due_at=now() - timedelta(seconds=1)))


def sweep_until_nothing_is_due() -> None:
    """What the serving process does every five seconds."""
    query = select(func.count()).select_from(UnformattedText).where(UnformattedText.due_at <= now())
    while db.session().scalar(query):
        reformatting.sweep()
        db.release()


def test_thirty_hostile_posts_cost_no_other_post_its_formatting(world: World) -> None:
    room = world.room()
    people = [world.member(room) for _ in range(2)]
    browsers = [world.browser(person) for person in people]
    bombs = [threading.Thread(target=contributions.post, args=(people[0], room.id), kwargs={"text": f"{HOSTILE}{n}"})
             for n in range(30)]
    for n, bomb in enumerate(bombs):
        bomb.start()
        if n % 3 == 0:
            browsers[1].post(f"/rooms/{room.id}/contributions", text=f"honest *words {n}*", key=f"honest-{n}-{'k' * 9}")
    for bomb in bombs:
        bomb.join()
    sweep_until_nothing_is_due()
    db.release()
    said = {c.text: c.html for c in db.session().scalars(select(Contribution))}
    assert len(said) == 40
    assert all(found.count("[") == 3900 for text, found in said.items() if text.startswith("["))
    assert {found for text, found in said.items() if text.startswith("honest")} == {
        f'<p dir="auto">honest <em>words {n}</em></p>' for n in range(0, 30, 3)}
    page = browsers[1].get(f"/rooms/{room.id}").text
    assert all(f"<em>words {n}</em>" in page for n in range(0, 30, 3))


def test_a_hard_text_holds_up_hard_texts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_child, "QUEUE_SECONDS", 0.0)  # Who has to wait at all is refused.
    monkeypatch.setattr(markdown_child._thorough, "_turn", [])  # A hard text has the turn.
    assert richtext.render("*honest*") == '<p dir="auto"><em>honest</em></p>'
    assert isinstance(richtext.render(HOSTILE + "!"), richtext.Unformatted)


def test_a_text_that_could_not_be_read_is_formatted_when_it_can(world: World, away: Callable[[], None]) -> None:
    room = world.room()
    room_id = room.id
    said = world.contribution(room, world.member(room), text="*later*\n\n> & <more>").id
    assert html(Contribution, said) == '<p dir="auto">*later*</p>\n<p dir="auto">&gt; &amp; &lt;more&gt;</p>'
    assert reformatting.sweep() == 0
    assert waiting() == [("contribution", 1)]
    away()
    assert reformatting.sweep() == 0  # It is not due yet.
    make_due()
    assert reformatting.sweep() == 1
    assert html(Contribution, said).startswith('<p dir="auto"><em>later</em></p>\n<blockquote>')
    assert waiting() == []
    assert [e.kind for e in entries(room_id, after=0)][-1] == "contribution.formatted"


def test_a_text_that_was_too_hard_is_formatted_once_the_limit_allows(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    richtext._rendered.cache_clear()
    monkeypatch.setattr(richtext, "ask", lambda _text: None)
    said = world.contribution(room, world.member(room), text="*hard*").id
    monkeypatch.undo()
    make_due()
    assert reformatting.sweep() == 1
    assert "<em>" in html(Contribution, said)
    assert "<em>" in richtext.render("*hard*")


def test_a_text_that_is_always_too_hard_is_given_up(world: World, away: Callable[[], None]) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room), text="*never*").id
    for tries in range(1, len(DISTANCES) + 1):
        make_due()
        reformatting.sweep()
        assert waiting() == [("contribution", tries)]
    make_due()
    reformatting.sweep()
    assert waiting() == []
    assert html(Contribution, said) == '<p dir="auto">*never*</p>'


def test_a_text_that_was_edited_or_taken_back_meanwhile_stays_so(world: World, away: Callable[[], None]) -> None:
    room = world.room()
    person = world.member(room)
    edited, retracted = [world.contribution(room, person, text=text).id for text in ("*one*", "*two*")]
    away()
    contributions.edit(person, edited, text="**other**")
    contributions.retract(person, retracted)
    sweep_until_nothing_is_due()
    assert html(Contribution, edited) == '<p dir="auto"><strong>other</strong></p>'
    assert html(Contribution, retracted) == ""
    assert db.session().scalars(select(ContributionVersion.html)).all() == ['<p dir="auto"><em>one</em></p>']
    assert waiting() == []


def test_every_kind_of_text_is_formatted_later(world: World, away: Callable[[], None]) -> None:
    room, hall = world.room(), world.hall()
    theme = change_theme(world.convenor, world.theme.id, title="Another theme", description="*theme*")
    chair = world.member(hall, RoomRole.CHAIR)
    asked = questions.ask(world.member(hall), hall.id, text="Why?")
    questions.answer(chair, asked.id, text="*answer*")
    world.contribution(room, world.member(room), text="*said*")
    assert [kind for kind, _tries in waiting()] == ["contribution", "question", "theme"]
    away()
    sweep_until_nothing_is_due()
    assert waiting() == []
    assert html(Theme, theme.id) == '<p dir="auto"><em>theme</em></p>'
    assert db.session().get_one(Question, asked.id).answer_html == '<p dir="auto"><em>answer</em></p>'


@pytest.mark.usefixtures("app")
def test_every_column_of_stored_html_is_covered() -> None:
    from dialogue.database import every_table

    stored = {(table.name, column.name) for table in every_table().sorted_tables for column in table.columns
              if column.name.endswith("html")}
    assert stored == {(kind, covered.html) for kind, covered in reformatting._covered().items()}


@pytest.mark.parametrize("text", ["one", "*a*\nb\n\nc <d> & e", "x\xa0y", "[" * 50, "&amp; &lt;p&gt;"])
def test_plain_words_lead_back_to_their_text(text: str) -> None:
    assert richtext.words(richtext._paragraphs(text)) == text


def test_texts_of_an_older_version_are_read_anew(world: World) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room), "- a\n  - b")
    same = world.contribution(room, world.member(room), "Plain words")
    with transaction() as tx:
        tx.session.execute(update(Contribution).where(Contribution.id == said.id).values(html="<p>- a - b</p>"))
    ids = said.id, same.id
    db.release()
    command.downgrade(config(), "0029")
    command.upgrade(config(), "head")
    assert {id for kind, id in db.session().execute(select(UnformattedText.kind, UnformattedText.thing_id)).all()
            if kind == "contribution"} == set(ids)
    for _round in range(3):
        reformatting.sweep()
    assert html(Contribution, ids[0]).count("<ul") == 2
    assert "Plain words" in html(Contribution, ids[1])
    assert not waiting()
