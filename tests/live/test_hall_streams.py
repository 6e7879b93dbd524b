"""A hall's stream takes no contributions, because its page shows none."""

from collections.abc import Callable

import pytest

from dialogue.core import db
from dialogue.core.errors import Conflict
from dialogue.halls.models import Hall
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution
from tests.live.conftest import Socket
from tests.world import World

REFUSAL = "A town hall has no discussion, so this was not posted. Ask it as a question instead."


@pytest.fixture
def hall(world: World) -> Hall:
    """A hall that is open and on the record."""
    return world.hall()


def test_a_hall_refuses_contributions_from_form_api_and_socket(
        world: World, hall: Hall, socket: Callable[..., Socket]) -> None:
    member, hall_id = world.member(hall), hall.id
    browser, there = world.browser(member), socket(member)
    form = browser.post(f"/rooms/{hall_id}/contributions", text="Said nowhere", key="k1", reply_to="")
    assert (form.status_code, REFUSAL in form.text, "Said nowhere" in form.text) == (409, True, True)
    token = browser.get("/rooms").text.split('name="csrf-token" content="')[1].split('"')[0]
    api = browser.client.post(f"/api/v1/rooms/{hall_id}/contributions", json={"text": "Said nowhere", "key": "k2"},
                              headers={"X-CSRFToken": token})
    assert (api.status_code, api.json["error"]["message"]) == (409, REFUSAL)
    answer = there.ask("contribution.post", stream=hall_id, text="Said nowhere", key="k3")
    assert (answer["error"]["code"], answer["error"]["message"]) == ("conflict", REFUSAL)
    db.release()
    assert db.session().query(Contribution).count() == 0


def test_a_guest_of_a_hall_cannot_contribute_either(world: World, hall: Hall) -> None:
    with pytest.raises(Conflict):
        contributions.post(world.guest(hall), hall.id, text="Said nowhere")
