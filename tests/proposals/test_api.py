"""Programs get what pages get, and are refused alike."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dialogue.accounts.models import AccessToken, Person
from dialogue.accounts.secrets import digest
from dialogue.core.clock import now
from dialogue.core.transaction import transaction
from dialogue.proposals import queries
from tests.proposals.conftest import Cast
from tests.world import World

TEXT = {"key": "k1", "title": "A text", "clauses": [
    {"kind": "preambular", "text": "Recalling,"}, {"kind": "operative", "text": "Decides:"},
    {"kind": "sub", "text": "to meet."}]}


class Program:
    """A client with a personal access token."""

    def __init__(self, client: FlaskClient, person: Person) -> None:
        self.client, self.secret = client, f"secret of {person.id}"
        with transaction() as tx:
            tx.add(AccessToken(digest=digest(self.secret), person_id=person.id, label="test", created_at=now()))

    def __call__(self, method: str, path: str, **body: Any) -> Any:
        more = {"json": body} if body else {}
        return self.client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {self.secret}"},
                                **more)


@pytest.fixture
def program(world: World) -> Any:
    return lambda person: Program(world.app.test_client(), person)


def test_a_text_goes_its_way_by_api(program: Any, cast: Cast) -> None:
    author, member, chair = program(cast.author), program(cast.member), program(cast.chair)
    made = author("POST", f"/rooms/{cast.room.id}/proposals", **TEXT)
    assert made.status_code == 201
    assert author("POST", f"/rooms/{cast.room.id}/proposals", **TEXT).json == made.json
    where = made.json["proposal"]["url"]
    assert author("POST", f"{where}/submission").json["proposal"]["state"] == "submitted"
    assert member("POST", f"{where}/endorsement", version=1).json["proposal"]["endorsements"] == 1
    assert member("DELETE", f"{where}/endorsement").json["proposal"]["endorsements"] == 0
    assert member("POST", f"{where}/sponsorship").status_code == 200
    shown = chair("GET", where).json["proposal"]
    assert [clause["label"] for clause in shown["clauses"]] == ["", "1", "(a)"]
    assert len(shown["sponsors"]) == 2
    clauses = [shown["clauses"][1] | {"text": "Decides."}]
    changed = author("PUT", where, base=1, title="A text", clauses=clauses, reason="Shorter.")
    assert changed.json["proposal"]["version"] == 2
    assert author("PUT", where, base=1, title="B", clauses=clauses, reason="Late.").status_code == 409
    assert author("POST", f"{where}/withdrawal", reason="Superseded.").json["proposal"]["state"] == "withdrawn"


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "/proposals/{id}", {}), ("POST", "/rooms/{room}/proposals", TEXT),
    ("PUT", "/proposals/{id}", TEXT | {"base": 1, "reason": "r"}), ("POST", "/proposals/{id}/submission", {}),
    ("POST", "/proposals/{id}/withdrawal", {"reason": "r"}), ("POST", "/proposals/{id}/sponsorship", {}),
    ("POST", "/proposals/{id}/endorsement", {"version": 1}), ("DELETE", "/proposals/{id}/endorsement", {}),
])
def test_by_api_strangers_find_nothing_and_observers_only_read(
    program: Any, world: World, cast: Cast, method: str, path: str, body: dict[str, Any]
) -> None:
    where = path.format(room=cast.room.id, id=cast.proposal.id)
    stranger, revoked, chair, observer = map(program, (cast.stranger, cast.revoked, cast.chair, cast.observer))
    nowhere = chair(method, path.format(room="x", id="x"), **body)
    assert nowhere.json["error"]["code"] == "not_found"
    for who in (stranger, revoked):
        assert who(method, where, **body).json == nowhere.json
    assert observer(method, where, **body).status_code == (200 if method == "GET" else 403)
    refused = world.app.test_client().open(f"/api/v1{where}", method=method, json=body,
                                           headers={"Authorization": "Bearer nobody"})
    assert refused.status_code == 401  # Whatever it asks for: whether that exists is not said.


@pytest.mark.parametrize(("wrong", "field"), [
    ({"title": 7}, "title"), ({"title": None}, "title"), ({"clauses": "text"}, "clauses"),
    ({"clauses": [7]}, "clauses"),
    ({"clauses": []}, "text-1"), ({"clauses": [{"text": ["x"]}]}, "text-1"),
    ({"clauses": [{"text": "x", "kind": "decree"}]}, "kind-1"), ({"clauses": [{"text": "x"}] * 61}, "clauses"),
    ({"key": ""}, "key"), ({"from": 5}, "from"), ({"from": [str(n) for n in range(21)]}, "form"),
])
def test_wrong_input_is_refused_with_its_field(program: Any, cast: Cast, wrong: dict[str, Any], field: str) -> None:
    before = len(queries.listed(cast.author).items)
    answer = program(cast.author)("POST", f"/rooms/{cast.room.id}/proposals", **(TEXT | wrong))
    assert answer.status_code == 422
    assert answer.json["error"]["field"] == field
    assert len(queries.listed(cast.author).items) == before


def test_what_is_no_json_object_is_refused(program: Any, cast: Cast) -> None:
    answer = program(cast.author)("POST", f"/rooms/{cast.room.id}/proposals")
    assert answer.json["error"]["field"] == "body"
