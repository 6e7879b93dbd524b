"""A world to test in, built through actions and signed in to through the front door."""

import itertools
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import Actor, Person, Subtype
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access, Membership, Room, RoomRole, Theme

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
            self._theme = rooms.add_theme(self.convenor, title="Example theme")
        return self._theme

    def actor(self, actor_set: ActorSet = ActorSet.CIVIL_SOCIETY) -> Actor:
        """An actor of a set."""
        return accounts.add_actor(self.convenor, name=f"Actor {next(self._numbers)}", actor_set=actor_set,
                                  subtype=SUBTYPES[actor_set])

    def person(self, name: str | None = None, actor: Actor | None = None,
               capacity: Capacity = Capacity.PERSONAL) -> Person:
        """Somebody with an account; the password is PASSWORD."""
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
        """Somebody with a place in the room, who has acknowledged its rule."""
        person = self.person(name=name, actor=self.actor(actor_set) if actor_set else None)
        rooms.give_place(self.convenor, room.id, to=person.id, role=role, may_vote=may_vote)
        if entered:
            rooms.acknowledge(person, room.id, rule=room.attribution)
        return person

    def revoked(self, room: Room) -> Person:
        """Somebody whose place was taken away."""
        person = self.member(room)
        rooms.remove(self.convenor, room.id, member_id=person.id)
        return person

    def contribution(self, room: Room, person: Person, text: str = "Something to say", **more: Any) -> Contribution:
        """Something the person said in the room."""
        return contributions.post(person, room.id, text=text, **more)

    def membership(self, room: Room, person: Person) -> Membership | None:
        """The person's present place."""
        return room.membership_of(person)

    def browser(self, person: Person | None = None) -> "Browser":
        """A browser, signed in as the person."""
        browser = Browser(self.app.test_client())
        if person is not None:
            answer = browser.post("/sign-in", email=person.email, password=PASSWORD)
            assert answer.status_code == 302, answer.text
        return browser


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
