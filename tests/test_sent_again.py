"""Forms that are sent again: with other words they go through, with the same words they are sent once.

Each form with an idempotency key is tried. A page that is shown again carries a fresh key; the browser's Back
button leads to a page with a fresh key too, and there the same words are what was sent a moment ago.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from dialogue.accounts.actions import start_sign_in
from dialogue.accounts.models import AccessToken, Invitation, Person
from dialogue.agenda.models import AgendaItem, Evidence, Milestone
from dialogue.core import db, resending
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.halls.models import Hall, Question
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import ClauseKind, Proposal
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes import actions as votes
from dialogue.votes.models import Ballot, Vote
from tests.agenda.conftest import Agenda
from tests.world import Browser, World

KEY = re.compile(r'name="key" value="([^"]+)"')


@dataclass
class Form:
    """A form with a key: who sends it where, the field with the words, the other fields, what it makes."""

    person: Person
    address: str
    words: str
    makes: Any
    rest: dict[str, str] = field(default_factory=dict)

    def send(self, browser: Browser, words: str, key: str) -> Any:
        """Send it."""
        return browser.post(self.address, **self.rest, **{self.words: words}, key=key)


def contribution(world: World) -> Form:
    room = world.room()
    return Form(world.member(room), f"/rooms/{room.id}/contributions", "text", Contribution)


def question(world: World) -> Form:
    hall = world.hall()
    return Form(world.guest(hall), f"/halls/{hall.id}/questions", "text", Question)


def room(world: World) -> Form:
    rest = {"theme": world.theme.id, "goal_1": "Agree", "attribution": "on_record", "access": "invited"}
    return Form(world.convenor, "/rooms/new", "title", Room, rest)


def hall(world: World) -> Form:
    rest = {"theme_id": world.theme.id, "purpose": "To ask.", "starts_at": "", "attribution": "on_record",
            "access": "open", "chairs": "1", "title-1": "Opening", "kind-1": "opening", "minutes-1": "5"}
    return Form(world.convenor, "/halls/new", "title", Hall, rest)


def item(world: World) -> Form:
    rest = {"theme": world.theme.id, **Agenda(world).form()}
    del rest["key"], rest["title"]
    return Form(world.convenor, "/agenda/new", "title", AgendaItem, rest)


def milestone(world: World) -> Form:
    agenda = Agenda(world)
    rest = {"due": agenda.in_days(10).isoformat(), "owner": ""}
    return Form(world.convenor, f"{agenda.item().address}/milestones/new", "statement", Milestone, rest)


def report(world: World) -> Form:
    agenda = Agenda(world)
    made = agenda.item()
    step = agenda.milestone(made)
    return Form(world.convenor, f"{made.address}/milestones/{step.id}/report", "note", Evidence,
                {"status": "met", "publisher": "Gazette", "url": ""})


def proposal(world: World) -> Form:
    room = world.room()
    return Form(world.member(room), f"/rooms/{room.id}/proposals", "title", Proposal,
                {"kind-1": ClauseKind.OPERATIVE.value, "text-1": "Decides to meet.", "do": "save"})


def session(world: World) -> Form:
    room = world.room()
    return Form(world.member(room, RoomRole.RAPPORTEUR), f"/rooms/{room.id}/outcomes", "title", Outcome)


def ballot(world: World) -> Form:
    room = world.room()
    return Form(world.member(room, RoomRole.CHAIR, may_vote=True), f"/rooms/{room.id}/ballots/new", "question", Ballot,
                {"rule": "simple_majority", "visibility": "recorded", "quorum": "0/1", "ending": "by_hand"})


def invitation(world: World) -> Form:
    return Form(world.convenor, "/admin/invitations", "name", Invitation, {"actor": "", "days": "7"})


def place(world: World) -> Form:
    room = world.room()
    return Form(world.convenor, f"/rooms/{room.id}/invite", "name", Invitation,
                {"actor": "", "days": "7", "role": "participant", "may_vote": "1"})


def token(world: World) -> Form:
    return Form(world.person(), "/account/tokens", "label", AccessToken, {"days": ""})


Maker = Callable[[World], Form]
SAYING: list[Maker] = [contribution, question, room, hall, item, milestone, report, proposal, session, ballot]
EVERY: list[Maker] = [*SAYING, invitation, place, token]


def named(maker: Maker) -> str:
    return maker.__name__


def how_many(form: Form) -> int:
    """How many there are of what the form makes."""
    db.release()
    return db.session().scalar(select(func.count()).select_from(form.makes)) or 0


def come_in(world: World, person: Person) -> Browser:
    """A browser of the person; a guest of a hall has no password."""
    if not person.is_guest:
        return world.browser(person)
    browser = world.browser()
    with browser.client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = start_sign_in(person), True
    return browser


@pytest.mark.parametrize("maker", EVERY, ids=named)
def test_a_used_key_is_replaced_on_the_page_shown_again_and_the_new_words_go_through(
        world: World, maker: Maker) -> None:
    form, used = maker(world), new_id()
    browser = come_in(world, form.person)
    assert form.send(browser, "The first words", used).status_code in (200, 302)
    refused = form.send(browser, "Other words, L'État", used)
    assert refused.status_code == 409
    page = html.unescape(refused.text)
    assert "already sent with another content" in page
    assert "Other words, L'État" in page
    fresh = KEY.findall(page)
    assert fresh
    assert used not in fresh
    made = how_many(form)
    assert form.send(browser, "Other words, L'État", fresh[0]).status_code in (200, 302)
    assert how_many(form) == made + 1


@pytest.mark.parametrize("maker", SAYING, ids=named)
def test_the_same_words_sent_from_a_page_loaded_anew_are_sent_once(world: World, maker: Maker) -> None:
    form = maker(world)
    browser = come_in(world, form.person)
    first = form.send(browser, "The first words", new_id())
    again = form.send(browser, "The first words", new_id())
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.location == first.location
    made = how_many(form)
    assert "You sent this a moment ago" in browser.get(again.location).text
    assert form.send(browser, "Further words", new_id()).status_code == 302
    assert how_many(form) == made + 1


def test_the_same_words_after_another_deed_are_said_again(world: World) -> None:
    form = contribution(world)
    browser = come_in(world, form.person)
    said = form.send(browser, "Agreed.", new_id()).location.split("#")[1]
    assert browser.post(f"/contributions/{said}/retract").status_code == 302
    assert form.send(browser, "Agreed.", new_id()).status_code == 302
    assert how_many(form) == 2


def test_the_same_words_much_later_are_said_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    form = contribution(world)
    browser = come_in(world, form.person)
    form.send(browser, "Agreed.", new_id())
    later = now() + resending.WITHIN + timedelta(seconds=1)
    monkeypatch.setattr(resending, "now", lambda: later)
    form.send(browser, "Agreed.", new_id())
    assert how_many(form) == 2


def test_the_same_words_of_two_browsers_are_two_contributions(world: World) -> None:
    form = contribution(world)
    for _ in range(2):
        form.send(come_in(world, form.person), "Agreed.", new_id())
    assert how_many(form) == 2


def test_a_vote_changed_and_changed_back_counts_as_it_was_cast_last(world: World) -> None:
    place = world.room()
    chair, voter = world.member(place, RoomRole.CHAIR), world.member(place)
    opened = world.ballot(place, chair)
    browser = world.browser(voter)
    for choice in ("yes", "no", "yes"):
        assert browser.post(f"{opened.address}/votes", choice=choice, key=new_id()).status_code == 302
    db.release()
    assert [vote.choice for vote in db.session().scalars(select(Vote))] == [votes.Choice.YES]


def test_no_template_fills_in_a_key_that_was_sent() -> None:
    kept = re.compile(r"value\(.?key")
    assert [path.name for path in Path("templates").rglob("*.html") if kept.search(path.read_text())] == []


def test_the_cookie_does_not_tell_which_words_were_sent(world: World) -> None:
    form = contribution(world)
    browser = come_in(world, form.person)
    form.send(browser, "Agreed.", new_id())
    with browser.client.session_transaction() as session:
        assert "Agreed" not in str(dict(session))
