"""The sample, loaded once: every chapter of it is there, as its content says, and the present is still open."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialogue import create_app
from dialogue.accounts.models import Person
from dialogue.agenda.models import AgendaItem
from dialogue.core import db, thread
from dialogue.core.clock import now
from dialogue.core.record import Entry
from dialogue.core.thread import Ref
from dialogue.demo import loading
from dialogue.demo.content import Content, load
from dialogue.halls.models import Hall, HallState, Question
from dialogue.halls.polls.models import StrawAnswer
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.proposals.models import Proposal
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room, Theme
from dialogue.settings import Settings
from dialogue.votes import turnout
from dialogue.votes.models import Ballot, BallotState, Precedent
from tests.world import Browser

CONTENT: Content = load()


@pytest.fixture(scope="module")
def loaded(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The application with the sample in it, and what the command said."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "dialogue.sqlite").write_bytes(blank_database.read_bytes())
    app = create_app(Settings(instance=folder, database_url=f"sqlite:///{folder / 'dialogue.sqlite'}",
                              secret_key="test", testing=True))
    said = app.test_cli_runner().invoke(args=["demo"])
    assert said.exit_code == 0, said.output
    yield app, said.output
    db.release()
    db.engine().dispose()


@pytest.fixture
def app(loaded: tuple[Flask, str]) -> Flask:
    """The application with the sample in it."""
    return loaded[0]


def count(model: Any) -> int:
    """How many there are."""
    return db.session().scalar(select(func.count()).select_from(model)) or 0


def sign_ins(app: Flask) -> str:
    """The file for the visitor."""
    settings: Settings = app.extensions["settings"]
    return (settings.sample_sign_ins).read_text(encoding="utf-8")


@pytest.mark.usefixtures("app")
def test_everything_said_and_proposed_is_there() -> None:
    assert count(Contribution) == sum(len(room.contributions) for room in CONTENT.rooms)
    assert count(Question) == sum(len(hall.questions) for hall in CONTENT.halls)
    states = {title: state.value for title, state in db.session().execute(select(Proposal.title, Proposal.state))}
    assert states == {proposal.title: proposal.stage for proposal in CONTENT.proposals}


@pytest.mark.usefixtures("app")
def test_ballots_and_precedents_have_the_verdicts_of_the_content() -> None:
    titles = {proposal.key: proposal.title for proposal in CONTENT.proposals}
    found = {ballot.question: ballot.verdict for ballot in db.session().scalars(select(Ballot))}
    assert found == {titles[ballot.proposal]: ballot.verdict for ballot in CONTENT.ballots}
    judged = {one.title: one.decision.verdict for one in db.session().scalars(select(Precedent))}
    assert judged == {one.title: one.verdict for one in CONTENT.precedents}


@pytest.mark.usefixtures("app")
def test_open_ballots_close_in_the_future_and_everything_done_lies_in_the_past() -> None:
    open_ballots = db.session().scalars(select(Ballot).where(Ballot.state == BallotState.OPEN)).all()
    assert len(open_ballots) == sum(ballot.state == "open" for ballot in CONTENT.ballots)
    assert all(ballot.closes_at and ballot.closes_at > now() for ballot in open_ballots)
    newest = db.session().scalar(select(func.max(Entry.at)))
    assert newest is not None
    assert newest < now()


@pytest.mark.usefixtures("app")
def test_outcomes_are_published_as_written_and_one_draft_waits() -> None:
    found = {outcome.title: outcome for outcome in db.session().scalars(select(Outcome))}
    assert set(found) == {outcome.title for outcome in CONTENT.outcomes}
    for told in CONTENT.outcomes:
        outcome = found[told.title]
        assert (outcome.state is OutcomeState.PUBLISHED) == (told.status == "published")
        assert outcome.summary[0].text == told.text.strip()
        assert len(outcome.corrigenda) == len(told.corrigenda)


@pytest.mark.usefixtures("app")
def test_the_agenda_has_its_stages_champions_ratings_and_milestones() -> None:
    found = {item.title: item for item in db.session().scalars(select(AgendaItem)).unique()}
    for told in CONTENT.agenda:
        item = found.pop(told.title)
        assert item.stage == told.stage
        assert len(item.champions) == len(told.champions)
        assert item.ratings
        assert sorted(m.status for m in item.milestones) == sorted(m.status for m in told.milestones)
    assert not found


@pytest.mark.usefixtures("app")
def test_an_agenda_item_leads_back_to_the_contributions_it_came_from() -> None:
    told = next(item for item in CONTENT.agenda if item.outcome and item.reports)
    item = db.session().scalars(select(AgendaItem).where(AgendaItem.title == told.title)).unique().one()
    story = thread.walk(Ref("agenda_item", item.id), None)
    assert list(story) == ["contribution", "proposal", "ballot", "outcome", "agenda_item", "milestone", "evidence"]
    assert all(node.title for nodes in story.values() for node in nodes)


@pytest.mark.usefixtures("app")
def test_the_town_hall_is_in_the_middle_of_its_programme() -> None:
    told = CONTENT.halls[0]
    hall = db.session().scalars(select(Hall)).unique().one()
    assert hall.state is HallState.LIVE
    assert hall.current is not None
    assert hall.current.title == next(s.title for s in told.segments if s.key == told.live_segment)
    supports = {question.text: question.supports for question in db.session().scalars(select(Question))}
    assert supports == {question.text: question.supports for question in told.questions}
    assert count(StrawAnswer) > 0


def test_no_member_of_the_room_under_the_rule_is_named(app: Flask) -> None:
    hidden = next(room for room in CONTENT.rooms if room.attribution == "chatham_house")
    present = {key for group in hidden.members for key in group.people}
    names = [person.name for person in CONTENT.people if person.key in present]
    room = db.session().scalars(select(Room).where(Room.title == hidden.title)).one()
    entries = str([entry.data for entry in db.session().scalars(select(Entry).where(Entry.stream_id == room.id))])
    outcomes = db.session().scalars(select(Outcome).where(Outcome.room_id == room.id)).all()
    published = [one.address for one in outcomes if one.state is OutcomeState.PUBLISHED]
    browser = app.test_client()
    pages = "".join(browser.get(address).text for address in published)
    assert "written explanation after a veto" in pages
    ids = list(db.session().scalars(select(Person.id).where(Person.name.in_(names))))
    assert len(ids) == len(names)
    assert not [each for each in [*names, *ids] if each in entries or each in pages]


def test_each_of_the_five_signs_in_with_the_password_of_the_file(app: Flask) -> None:
    file = sign_ins(app)
    password = file.split("password for all five:")[1].split()[0]
    for person in CONTENT.sign_ins():
        assert person.email in file
        found = db.session().scalars(select(Person).where(Person.email == person.email)).one()
        assert found.password_hash
        assert password not in found.password_hash
        browser = app.test_client()
        token = browser.get("/sign-in").text.split('name="csrf-token" content="')[1].split('"')[0]
        answer = browser.post("/sign-in", data={"csrf_token": token, "email": person.email, "password": password})
        assert answer.status_code == 302


def test_the_file_of_sign_ins_is_its_owners_alone_and_leads_to_the_hall(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    assert (settings.sample_sign_ins).stat().st_mode & 0o077 == 0
    link = sign_ins(app).split("account: http://localhost:8000")[1].split()[0]
    assert CONTENT.halls[0].title in app.test_client().get(link).text


def test_where_people_are_it_does_nothing_or_refuses(app: Flask) -> None:
    before = count(Person), count(Entry)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["demo", "--if-empty"]).output == ""
    refused = runner.invoke(args=["demo"])
    assert refused.exit_code == 1
    assert "empty database only" in refused.output
    assert (count(Person), count(Entry)) == before


@pytest.fixture(autouse=True)
def steady_turnout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turnout is counted anew once a second for all readers, not at a page that is measured here."""
    monkeypatch.setattr(turnout, "PACE", 3600)


def test_the_first_page_tells_what_is_on_what_is_next_and_one_whole_thread(app: Flask, statements: list[str]) -> None:
    browser = Browser(app.test_client())
    page = browser.get("/").text
    assert len([each for each in statements if each.startswith("SELECT")]) <= 12
    assert CONTENT.halls[0].title in page
    assert [one.title for one in CONTENT.outcomes if one.status == "published" and one.title in page]
    story = page.split('aria-label="An example of a thread"')[1].split("</nav>")[0]
    for kind in ("Contribution", "Proposal", "Decision", "Outcome", "Agenda item", "Milestone"):
        assert kind in story
    for address in re.findall(r'<a href="(/[^"#]+)', story):
        assert browser.get(address, follow_redirects=True).status_code == 200


def test_the_first_page_begins_with_what_waits_for_the_person(app: Flask, statements: list[str]) -> None:
    person = next(each for each in CONTENT.sign_ins() if each.key == "wren")
    browser = Browser(app.test_client())
    browser.post("/sign-in", email=person.email,
                 password=sign_ins(app).split("password for all five:")[1].split()[0])
    statements.clear()
    own = browser.get("/").text.split("For you")[1].split("Live now")[0]
    assert len([each for each in statements if each.startswith("SELECT")]) <= 12
    assert all(room.title in own for room in CONTENT.rooms)
    assert " new" in own
    assert "A Peacebuilding Council as a subsidiary organ" in own


def test_a_themes_page_tells_of_its_halls_outcomes_and_reforms(app: Flask) -> None:
    theme = db.session().scalars(select(Theme).where(Theme.title == CONTENT.themes[0].title)).one()
    page = app.test_client().get(f"/themes/{theme.id}").text
    assert all(item.title in page for item in CONTENT.agenda if item.theme == CONTENT.themes[0].key)
    assert "Record of decision: a standing early-warning briefing" in page


def test_a_password_is_new_each_time_and_long() -> None:
    drawn = {loading.new_password() for _ in range(20)}
    assert len(drawn) == 20
    assert all(len(password.replace("-", "")) == 20 for password in drawn)


@pytest.mark.usefixtures("app")
def test_a_sample_that_stops_midway_says_at_what(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ValueError("no such room")

    monkeypatch.setattr(loading, "_plan", lambda stage: stage.at(-1, "the room x", refuse))
    with pytest.raises(loading.StoppedMidwayError, match="the room x: no such room"):
        loading.load_sample()
