"""The first page of a house in which nothing has begun."""

from tests.world import World


def test_an_empty_house_tells_its_convenor_what_to_do_next(world: World) -> None:
    page = world.browser(world.convenor).get("/").text
    assert "Nothing has begun here yet" in page
    for address in ("/admin/themes", "/rooms/new", "/admin", "/halls/new"):
        assert f'href="{address}"' in page
        assert world.browser(world.convenor).get(address).status_code == 200


def test_an_empty_house_tells_a_stranger_how_people_come_in(world: World) -> None:
    assert world.convenor
    page = world.browser().get("/").text
    assert "Nothing has begun here yet" in page
    assert "/halls/join" in page
    assert "/admin" not in page


def test_only_who_is_signed_in_is_led_to_their_language(world: World) -> None:
    address = 'href="/account">'
    assert address in world.browser(world.person()).get("/rooms").text
    assert address not in world.browser().get("/rooms").text
