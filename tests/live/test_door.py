"""Who may connect, what may be sent, and how it is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import AccessToken
from dialogue.accounts.resets import actions as resets
from dialogue.accounts.secrets import digest
from dialogue.core.clock import now
from dialogue.core.transaction import transaction
from dialogue.live.connections import Connection, connections
from dialogue.live.events import registered
from dialogue.live.streams import broadcaster
from dialogue.live.transport.frames import PlainPacket, StrictJson
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import queries
from dialogue.rooms.models import RoomRole
from dialogue.server import background
from tests.live.conftest import ORIGIN, Socket
from tests.policies import EVENT_THINGS
from tests.world import World

Connect = Callable[..., Socket]
Publish = Callable[[], None]


def token_of(person: Any) -> str:
    """A personal access token."""
    with transaction() as tx:
        tx.add(AccessToken(digest=digest("a token"), person_id=person.id, label="test", created_at=now()))
    return "a token"


def test_without_an_origin_only_a_token_opens_the_door(world: World, socket: Connect) -> None:
    person = world.member(world.room())
    token = token_of(person)
    assert not socket(person, headers={}).client.is_connected()
    assert not socket(None, headers={}, auth={"token": "made up"}).client.is_connected()
    assert socket(None, headers={}, auth={"token": token}).client.is_connected()


def test_a_token_posts_as_its_person(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    there = socket(None, headers={}, auth={"token": token_of(person)})
    assert there.ask("contribution.post", stream=room.id, key="k", text="By token")["ok"]
    assert queries.window(room, None).shown[0].byline.name == person.name


@pytest.mark.parametrize("event", ["made.up", "message", "json", "disconnecting", "__class__"])
def test_an_unknown_event_is_dropped(world: World, socket: Connect, event: str) -> None:
    there = socket(world.member(world.room()))
    assert not there.ask(event)


@pytest.mark.parametrize("event", sorted(EVENT_THINGS))
@pytest.mark.parametrize(
    "payload", [None, "text", 7, [], {}, {"stream": 1}, {"stream": "nowhere", "contribution": "x"}])
def test_nonsense_is_refused_and_breaks_nothing(world: World, socket: Connect, event: str, payload: Any) -> None:
    there = socket(world.member(world.room()))
    answer = there.send(event, payload)
    assert answer["ok"] is False or event == "stream.leave"
    assert answer.get("error", {}).get("code") != "failed"


@pytest.mark.parametrize("event", sorted(e for e in EVENT_THINGS if e.startswith("contribution.")))
def test_strangers_and_the_revoked_are_told_there_is_nothing(world: World, socket: Connect, event: str) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room))
    payload = {"stream": room.id, "contribution": said.id, "text": "x", "key": "k", "reason": "x", "support": True}
    for person in (world.person(), world.revoked(room)):
        assert socket(person).ask(event, **payload)["error"]["code"] == "not_found"
    assert socket(None).ask(event, **payload)["error"]["code"] == "not_signed_in"
    watcher = world.member(room, RoomRole.OBSERVER)
    assert socket(watcher).ask(event, **payload)["error"]["code"] == "not_permitted"


def test_a_bad_text_is_refused_at_its_field(world: World, socket: Connect) -> None:
    room = world.room()
    answer = socket(world.member(room)).ask("contribution.post", stream=room.id, key="k", text="")
    assert answer["error"]["field"] == "text"
    assert answer["error"]["code"] == "invalid"


def test_too_many_posts_are_refused(world: World, socket: Connect) -> None:
    room = world.room()
    there = socket(world.member(room))
    answers = [there.ask("contribution.post", stream=room.id, key=f"k{n}", text=f"{n}") for n in range(31)]
    assert [a["ok"] for a in answers] == [True] * 30 + [False]
    assert answers[-1]["error"]["code"] == "too_many"


def test_a_room_of_others_cannot_be_joined(world: World, socket: Connect) -> None:
    room = world.room()
    for person in (None, world.person(), world.revoked(room), world.member(room, entered=False), world.convenor):
        assert socket(person).join(room.id)["error"]["code"] == "not_found"


def test_who_signs_out_elsewhere_is_deaf_and_dumb(world: World, socket: Connect) -> None:
    room = world.room()
    person, other = world.member(room), world.member(room)
    there = socket(person)
    there.join(room.id)
    accounts.end_all_sign_ins(person)
    answer = there.ask("contribution.post", stream=room.id, key="k", text="Still here?")
    assert answer["error"]["code"] == "not_signed_in"
    idle = socket(other)
    idle.join(room.id)
    accounts.end_all_sign_ins(other)
    background.look_out_for_strangers()
    assert not idle.client.is_connected()
    assert connections().in_stream(room.id) == []


def test_a_password_reset_closes_the_sockets_of_the_account(world: World, socket: Connect) -> None:
    room = world.room()
    by_link, by_command, stays = (world.member(room) for _ in range(3))
    sockets = [socket(person) for person in (by_link, by_command, stays)]
    for each in sockets:
        each.join(room.id)
    _link, secret = resets.issue(world.convenor, by_link.id)
    resets.redeem(secret, password="a wholly different sentence")
    resets.reset_by_operator(email=by_command.email or "", password="a wholly different sentence")
    background.look_out_for_strangers()
    assert [each.client.is_connected() for each in sockets] == [False, False, True]


def test_who_loses_their_place_hears_no_more(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person, stays = world.member(room), world.member(room)
    there, listener = socket(person), socket(stays)
    assert there.join(room.id)["ok"]
    listener.join(room.id)
    rooms.remove(world.convenor, room.id, member_id=person.id)
    publish()
    assert there.heard("evicted") == [{"reason": "removed", "stream": room.id}]
    world.contribution(room, stays, "After")
    publish()
    assert there.heard("record") == []
    assert listener.heard("record")


def test_who_is_removed_gets_nothing_of_what_is_sent_with_the_removal(
        world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person, stays = world.member(room), world.member(room)
    there, listener = socket(person), socket(stays)
    there.join(room.id)
    listener.join(room.id)
    rooms.remove(world.convenor, room.id, member_id=person.id)
    world.contribution(room, stays, "Now we are among ourselves")
    publish()
    assert [list(payload) for payload in there.heard()] == [["reason", "stream"]]
    assert listener.heard("record")


def test_binary_and_attachments_are_not_packets() -> None:
    part = '{"_placeholder":true,"num":0}'
    for packet in (b"2[]", f'51-["contribution.post",{part}]', f"61-1[{part}]"):
        with pytest.raises(ValueError, match="not taken"):
            PlainPacket(encoded_packet=packet)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "1e999", "[" * 100_000, "{", "[" * 21 + "]" * 21])
def test_odd_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever way, it is one of these.
        StrictJson.loads(text)


def test_a_packet_without_anything_in_it_is_none() -> None:
    with pytest.raises(ValueError, match="has a kind"):
        PlainPacket(encoded_packet="")


def test_a_text_may_hold_many_brackets() -> None:
    assert StrictJson.loads('{"text": "%s"}' % ("[" * 100)) == {"text": "[" * 100}
    assert StrictJson.loads("[" * 20 + "]" * 20)


def test_a_socket_is_closed_without_a_trace_while_the_database_is_away(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_connection: Connection) -> None:
        raise OperationalError("", {}, Exception())

    closed: list[str] = []
    server = broadcaster.socket().server
    monkeypatch.setattr(Connection, "person", away)
    monkeypatch.setattr(server.eio, "disconnect", closed.append)
    with world.app.test_request_context("/", headers=ORIGIN) as request:
        monkeypatch.setitem(server.environ, "carried", request.request.environ)
    server.eio.handlers["message"]("carried", "0")
    assert closed == ["carried"]
    assert server.manager.sid_from_eio_sid("carried", "/") is None
    assert server.manager.pending_connect == {}


@pytest.mark.usefixtures("app")
def test_every_event_declares_its_policy_and_limit() -> None:
    from dialogue.core.limits import LIMITS
    from dialogue.core.permissions import RULES

    assert registered()
    assert all(e.policy in RULES and e.limit in LIMITS for e in registered().values())
