"""A world to test in, built through actions and signed in to through the front door."""

import itertools
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import Actor, Person, Subtype
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.db import new_id
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall, Plan, SegmentKind
from dialogue.proposals import actions as proposals
from dialogue.proposals.models import ClauseKind, Proposal
from dialogue.proposals.sheet import ClauseText
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access, Membership, Room, RoomRole, Theme
from dialogue.rooms.themes import actions as themes
from dialogue.votes import actions as votes
from dialogue.votes.models import Ballot, Terms, Visibility
from dialogue.votes.rules import Rule

PASSWORD = "correct horse battery staple"
SUBTYPES = {ActorSet.STATE: Subtype.STATE, ActorSet.CIVIL_SOCIETY: Subtype.NGO,
            ActorSet.INTL_CIVIL_SERVICE: Subtype.OFFICE}


class World:
    """Makes what a test needs and no more; names are numbered and visibly invented."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = itertools.count(1)
        self._convenor: Person | None = None
        self._theme: Theme | None = None

    @property
    def convenor(self) -> Person:
        """The first convenor."""
        if self._convenor is None:
            self._convenor = accounts.create_first_convenor(
                name="Convenor Example", email="convenor@example.org", password=PASSWORD)
        return self._convenor

    @property
    def theme(self) -> Theme:
        """A theme."""
        if self._theme is None:
            self._theme = themes.add_theme(self.convenor, title="Example theme")
        return self._theme

    def come_back(self) -> None:
        """In a new session: read anew what was made once."""
        if self._convenor is not None:
            self._convenor = db.session().get_one(Person, inspect(self._convenor).identity)
        if self._theme is not None:
            self._theme = db.session().get_one(Theme, inspect(self._theme).identity)
        db.pause()

    def actor(self, actor_set: ActorSet = ActorSet.CIVIL_SOCIETY) -> Actor:
        """An actor of a set."""
        return accounts.add_actor(self.convenor, name=f"Actor {next(self._numbers)}", actor_set=actor_set,
                                  subtype=SUBTYPES[actor_set])

    def person(self, name: str | None = None, actor: Actor | None = None,
               capacity: Capacity = Capacity.PERSONAL) -> Person:
        """Make a person with an account; the password is PASSWORD."""
        number = next(self._numbers)
        return accounts.register_person(self.convenor, name=name or f"Person {number}",
                                        email=f"person{number}@example.org", password=PASSWORD,
                                        actor_id=actor.id if actor else None, capacity=capacity)

    def room(self, attribution: AttributionRule = AttributionRule.ON_RECORD, access: Access = Access.INVITED,
             **more: Any) -> Room:
        """A room with one goal."""
        title = more.pop("title", f"Room {next(self._numbers)}")
        return rooms.open_room(self.convenor, theme_id=self.theme.id, title=title, attribution=attribution,
                               access=access, goals=[("Agree on a text", "", None)], **more)

    def member(self, room: Room, role: RoomRole = RoomRole.PARTICIPANT, *, entered: bool = True,
               actor_set: ActorSet | None = None, name: str | None = None, may_vote: bool | None = None) -> Person:
        """Make a member of the room who has acknowledged its rule."""
        person = self.person(name=name, actor=self.actor(actor_set) if actor_set else None)
        rooms.give_place(self.convenor, room.id, to=person.id, role=role, may_vote=may_vote)
        if entered:
            rooms.acknowledge(person, room.id, rule=room.attribution)
        return person

    def revoked(self, room: Room) -> Person:
        """Make a person whose place was revoked."""
        person = self.member(room)
        rooms.remove(self.convenor, room.id, member_id=person.id)
        return person

    def contribution(self, room: Room, person: Person, text: str = "Something to say", **more: Any) -> Contribution:
        """Something the person said in the room."""
        said = db.session().get_one(Contribution, contributions.post(person, room.id, text=text, **more).id)
        db.pause()  # So that what was read stays as it is, whatever the session is used for next.
        return said

    def membership(self, room: Room, person: Person) -> Membership | None:
        """The person's present place."""
        return room.membership_of(person)

    def ballot(self, room: Room, chair: Person, visibility: Visibility = Visibility.RECORDED, **terms: Any) -> Ballot:
        """An open ballot on a question, by simple majority unless the terms say otherwise."""
        terms = {"rule": Rule.SIMPLE_MAJORITY, "visibility": visibility, **terms}
        return votes.open_on_question(chair, room.id, question="Shall we meet again?", terms=Terms(**terms))

    def hall(self, attribution: AttributionRule = AttributionRule.ON_RECORD, access: Access = Access.OPEN,
             **more: Any) -> Hall:
        """A town hall with three segments and no moderator yet."""
        title = more.pop("title", f"Town hall {next(self._numbers)}")
        programme = [Plan(SegmentKind.OPENING, "Opening", 5), Plan(SegmentKind.QUESTIONS, "Questions", 20),
                     Plan(SegmentKind.CLOSING, "Closing", 5)]
        return halls.open_hall(self.convenor, theme_id=self.theme.id, title=title, attribution=attribution,
                               access=access, programme=more.pop("programme", programme), **more)

    def guest(self, hall: Hall, name: str | None = None) -> Person:
        """Make a guest who joined by the hall's code; with a vote where registration is enough."""
        return halls.register(person_id=new_id(), name=name or f"Guest {next(self._numbers)}", code=hall.code,
                              rule=hall.attribution, may_vote=True)

    def browser(self, person: Person | None = None) -> "Browser":
        """A browser, signed in as the person."""
        browser = Browser(self.app.test_client())
        if person is not None:
            answer = browser.post("/sign-in", email=person.email, password=PASSWORD)
            assert answer.status_code == 302, answer.text
        return browser

    def draft(self, room: Room, person: Person, *texts: str, title: str = "Example text") -> Proposal:
        """A draft of the person's with these operative clauses."""
        clauses = [ClauseText(ClauseKind.OPERATIVE, text) for text in texts or ("Decides to meet again.",)]
        return proposals.draft(person, room.id, title=title, clauses=clauses)

    def proposal(self, room: Room, person: Person, *texts: str, title: str = "Example text") -> Proposal:
        """A text the person submitted, with these operative clauses."""
        return proposals.submit(person, self.draft(room, person, *texts, title=title).id)


class Browser:
    """A test client that sends forms the way a page does: with the page's token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str, **more: Any) -> Any:
        """Open a page."""
        return self.client.get(address, **more)

    def post(self, address: str, /, **fields: Any) -> Any:
        """Send a form."""
        page = self.client.get("/sign-in").text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, "no page without its token"
        return self.client.post(address, data={"csrf_token": token[1], **fields})
