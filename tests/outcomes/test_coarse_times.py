"""What leaves a room that hides people tells days: a second could tell who was there."""

import re
from datetime import datetime, timedelta

import pytest

from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.record import Audience, entries, present
from dialogue.core.transaction import transaction
from dialogue.halls import actions as halls
from dialogue.outcomes import actions, drafting, queries
from dialogue.outcomes.models import Outcome
from dialogue.rooms.models import RoomRole
from tests.outcomes.conftest import Sitting
from tests.world import World

pytestmark = pytest.mark.each_database("moments are cut to days")

# A time of day within a machine's moment; midnight is how a day is written where a moment is required.
CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00:00(?:\+00:00|Z))\d\d:\d\d")
HIDING = (AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED)


def out(sitting: Sitting) -> Outcome:
    """A published outcome with a corrigendum."""
    outcome = sitting.decided()
    drafting.draft_due()
    actions.sign(sitting.chair, outcome.id, revision=sitting.again(outcome).revision)
    actions.publish(sitting.chair, outcome.id)
    actions.correct(sitting.chair, outcome.id, text="For two read three.")
    return sitting.again(outcome)


def shown_to_all(sitting: Sitting, outcome: Outcome) -> dict[str, str]:
    """Everything about the outcome that needs no sign-in, by address."""
    browser = sitting.browser()
    addresses = ("/", "/outcomes", outcome.address, "/outcomes.atom", "/api/v1/outcomes", f"/api/v1{outcome.address}",
                 f"/themes/{outcome.room.theme_id}", f"/api/v1/streams/{outcome.room_id}/events")
    return {address: browser.get(address).text for address in addresses}


@pytest.mark.parametrize("rule", HIDING)
def test_no_time_of_day_leaves_a_room_that_hides_people(world: World, rule: AttributionRule) -> None:
    sitting = Sitting(world, rule)
    outcome = out(sitting)
    for address, text in shown_to_all(sitting, outcome).items():
        # The server's own time is the moment of asking, and tells nothing of the room.
        assert not CLOCK.findall(re.sub('<meta name="server-time"[^>]*>', "", text)), address
    page = shown_to_all(sitting, outcome)[outcome.address]
    assert outcome.published_at
    assert f'<time datetime="{outcome.published_at.date().isoformat()}">' in page
    assert not re.search(r"<time[^>]*>[^<]*\d\d:\d\d", page)


def test_a_record_on_the_record_tells_its_moments(sitting: Sitting) -> None:
    outcome = out(sitting)
    assert outcome.published_at
    assert outcome.published_at.isoformat() in shown_to_all(sitting, outcome)[f"/api/v1{outcome.address}"]


def test_the_order_of_the_lists_tells_the_day_and_not_the_moment(world: World) -> None:
    first, second = Sitting(world, AttributionRule.CHATHAM_HOUSE), Sitting(world)
    early, late = out(first), out(second)
    noon = now().replace(hour=12, minute=0, second=0, microsecond=0)
    _publish_at(early, noon + timedelta(hours=1))
    _publish_at(late, noon)
    for found in (queries.newest_published(9), queries.newest_titles(9), queries.page(None, queries.Filter())[0]):
        assert next(one.id for one in found if one.id in (early.id, late.id)) == late.id
    _publish_at(late, noon - timedelta(days=1))
    assert queries.newest_titles(1)[0].id == early.id


def _publish_at(outcome: Outcome, at: datetime) -> None:
    with transaction() as tx:
        tx.fetch(Outcome, outcome.id).published_at = at


def test_the_public_is_told_the_day_of_what_it_may_not_read(world: World) -> None:
    hall = world.hall(AttributionRule.CHATHAM_HOUSE)
    chair = world.member(hall, RoomRole.CHAIR)
    halls.begin_segment(chair, hall.id, segment_id=hall.segments[0].id, after=None)
    world.guest(hall)
    answer = world.browser().get(f"/api/v1/streams/{hall.id}/events").json
    assert {"hidden", "hall.opened"} <= {event["kind"] for event in answer["events"]}
    assert all(event["at"].endswith("T00:00:00+00:00") for event in answer["events"])
    inside = present(entries(hall.id, after=0), Audience.MEMBERS)
    assert any(not event["at"].endswith("T00:00:00+00:00") for event in inside)
