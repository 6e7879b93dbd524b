"""Voting over the socket: the same answers as by page, and a turnout that tells numbers only."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from dialogue.accounts.actions import start_sign_in
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import NotPermitted
from dialogue.core.record import Audience
from dialogue.live.connections import Connection
from dialogue.live.events import dispatch
from dialogue.live.streams import ephemeral
from dialogue.rooms.models import Access, RoomRole
from dialogue.server import background
from dialogue.votes import actions, live, turnout
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.live.conftest import Socket
from tests.live.conftest import socket as socket
from tests.votes.conftest import Chamber
from tests.world import World


@pytest.fixture(autouse=True)
def in_the_app(app: Flask) -> Iterator[None]:
    """As the door calls it: within the application."""
    with app.test_request_context():
        yield


def cast(person: Person | None, ballot: Ballot, **more: object) -> dict[str, object]:
    """What the acknowledgement of a vote holds."""
    payload = {"ballot": ballot.id, "key": "press", "choice": "yes....", **more}
    secret = start_sign_in(person) if person else None
    answer = dispatch("ballot.cast", Connection("socket", secret), payload)
    assert answer is not None
    return answer


def code(answer: dict[str, object]) -> object:
    """Why it was refused."""
    error = answer["error"]
    assert isinstance(error, dict)
    return error["code"]


def test_a_vote_over_the_socket_counts_and_its_receipt_tells_nothing(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    answer = cast(chamber.voters[0], ballot)
    assert set(answer) == {"ok", "receipt"}
    assert cast(chamber.voters[0], ballot) == answer
    assert code(cast(chamber.voters[0], ballot, choice="no.....")) == "conflict"
    assert actions.close_ballot(chamber.chair, ballot.id).yes == 1


def test_over_the_socket_the_same_people_are_refused(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    assert code(cast(None, ballot)) == "not_signed_in"
    assert code(cast(world.person(), ballot)) == "not_found"
    assert code(cast(world.revoked(chamber.room), ballot)) == "not_found"
    assert code(cast(chamber.chair, ballot)) == "not_permitted"
    assert code(cast(chamber.voters[0], ballot, choice="perhaps")) == "invalid"
    actions.close_ballot(chamber.chair, ballot.id)
    assert code(cast(chamber.voters[0], ballot)) == "conflict"


def test_those_who_watch_are_told_the_turnout_and_no_more(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    cast(chamber.voters[0], ballot)
    (told,) = [due for due in ephemeral.due({chamber.room.id: 1}) if due.event == turnout.TALLY]
    assert told.payload == {"ballot": ballot.id, "cast": 1, "eligible": 6}
    assert told.audiences == [Audience.MODERATORS, Audience.MEMBERS]
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.NO)
    assert live.turnouts(chamber.room.id) == [told.payload]


def told_of(stream_id: str) -> int:
    """How often the turnout of a stream is due to be told now."""
    return len([due for due in ephemeral.due({stream_id: 1}) if due.event == turnout.TALLY])


def test_the_turnout_follows_from_the_vote_whichever_way_it_came(
        world: World, chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    monkeypatch.setattr(ephemeral._states()[turnout.TALLY], "every", 0.0)
    told_of(chamber.room.id)
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.NO)
    assert told_of(chamber.room.id) == 1


def test_a_refused_vote_tells_no_turnout(world: World, chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    reported: list[str] = []
    monkeypatch.setattr(ephemeral, "changed", lambda _event, stream_id: reported.append(stream_id))
    with pytest.raises(NotPermitted):
        actions.cast(chamber.chair, ballot.id, choice=Choice.NO)
    assert reported == []
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.NO)
    assert reported == [chamber.room.id]


def test_who_may_not_read_a_hall_hears_no_turnout(
    world: World, socket: Callable[..., Socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnout, "PACE", 0)  # How long a figure stands is another test's matter.
    hall = world.hall(AttributionRule.CHATHAM_HOUSE, Access.LISTED, own_role=RoomRole.CHAIR)
    voters = [world.member(hall) for _ in range(5)]
    ballot = world.ballot(hall, world.convenor, Visibility.SECRET)
    db.release()
    outside, inside = socket(), socket(voters[0])
    assert outside.ask("stream.join", stream=hall.id)["presence"] is None
    assert inside.ask("stream.join", stream=hall.id)["presence"]["here"] == 1
    cast(voters[1], ballot)
    db.release()
    background.tell()
    assert inside.heard("tally") == [{"ballot": ballot.id, "cast": 1, "eligible": 5}]
    assert outside.client.get_received() == []
    assert outside.ask("stream.join", stream=hall.id)["ok"]
    assert outside.heard("tally") == []
