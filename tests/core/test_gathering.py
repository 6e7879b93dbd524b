"""Forms refuse all their wrong fields together."""

import pytest

from dialogue.core import inputs
from dialogue.core.errors import Invalid
from dialogue.core.gathering import together
from dialogue.halls.models import Hall
from tests.world import World


def read_three() -> None:
    """Read one right field between two wrong ones."""
    with together() as read:
        read(inputs.text, {}, "title", max_length=10)
        read(inputs.text, {"purpose": "Good"}, "purpose", max_length=10)
        read(inputs.email, {"email": "nothing"}, "email")


def test_every_wrong_field_is_refused_at_once():
    with pytest.raises(Invalid) as refused:
        read_three()
    assert refused.value.field == "title"
    assert set(refused.value.wrong) == {"title", "email"}


def test_right_fields_are_read_as_ever():
    with together() as read:
        assert read(inputs.text, {"title": " Good "}, "title", max_length=10) == "Good"


def test_the_join_form_names_the_missing_name_and_the_missing_tick_together(world: World):
    hall: Hall = world.hall()
    answer = world.browser().post("/halls/join", code=hall.code, name="", rule="")
    assert answer.status_code == 422
    assert 'id="field-name-error"' in answer.text
    assert 'id="field-rule-error"' in answer.text
    assert "Please correct 2 fields" in answer.text


def test_a_new_hall_names_every_wrong_field_together(world: World):
    answer = world.browser(world.convenor).post("/halls/new", **{
        "theme_id": world.theme.id, "title": "", "attribution": "?", "access": "open", "key": "k", "title-1": "Opening",
        "kind-1": "?", "minutes-1": "many"})
    for field in ("title", "attribution", "kind-1", "minutes-1"):
        assert f'id="field-{field}-error"' in answer.text
    assert 'id="field-access-error"' not in answer.text


def test_a_new_room_names_every_wrong_field_together(world: World):
    assert world.theme.title
    answer = world.browser(world.convenor).post("/rooms/new", theme="?", title="", attribution="?", access="?", key="k")
    for field in ("theme", "title", "attribution", "access"):
        assert f'href="#field-{field}"' in answer.text
