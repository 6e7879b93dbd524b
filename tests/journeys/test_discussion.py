"""People talk in a room: live, interrupted, refused, without a script, and after the server died."""

from playwright.sync_api import expect

from dialogue.core import db
from dialogue.core.attribution import ActorSet
from tests.journeys.conftest import House


def test_what_one_person_posts_arrives_on_the_others_screens(house: House) -> None:
    room = house.world.room()
    people = [house.world.member(room, actor_set=s) for s in (ActorSet.STATE, ActorSet.CIVIL_SOCIETY, None)]
    db.release()
    pages = [house.enter(person, room.address) for person in people]
    pages[0].get_by_label("Your contribution").fill("A *first* word")
    pages[0].get_by_role("button", name="Post").click()
    for page in pages:
        expect(page.locator(".contribution .body em")).to_have_text("first")
        expect(page.locator(".contribution")).to_have_count(1)
        expect(page.locator(".contribution .who")).to_have_text(people[0].name)
    expect(pages[0].get_by_label("Your contribution")).to_have_value("")
