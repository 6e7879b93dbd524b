"""A precedent whose roll is not known says so, instead of counting all who could vote as having voted."""

from datetime import date
from typing import Any

import pytest

from dialogue.core.errors import Invalid
from dialogue.votes import actions
from dialogue.votes.models import Precedent
from dialogue.votes.rules import Rule, Verdict
from tests.world import World

FIGURES: dict[str, Any] = {
    "title": "Adoption of an example statute", "body": "Example conference", "held_on": date(1998, 7, 17),
    "rule": Rule.TWO_THIRDS, "yes": 120, "no": 7, "abstain": 21, "source": "An invented book"}
UNKNOWN = "How many could vote is not known."


def added(world: World, **more: Any) -> Precedent:
    """A precedent with these figures."""
    return actions.add_precedent(world.convenor, **FIGURES | more)


@pytest.mark.parametrize("more", [{}, {"yes": 51, "no": 49, "abstain": 25}, {"yes": 1, "no": 0, "abstain": 0}])
def test_an_unknown_roll_is_said(world: World, more: dict[str, int]) -> None:
    page = world.browser().get(added(world, eligible=None, **more).address).text
    assert "Did not vote" not in page
    assert UNKNOWN in page


@pytest.mark.parametrize("eligible", [148, 160, 193])
def test_a_known_roll_tells_who_did_not_vote(world: World, eligible: int) -> None:
    page = world.browser().get(added(world, eligible=eligible).address).text
    assert "Did not vote" in page
    assert f"Of {eligible} voters" in page
    assert UNKNOWN not in page


@pytest.mark.parametrize(("needed", "verdict"), [
    (127, Verdict.ADOPTED), (128, Verdict.NO_QUORUM), (500, Verdict.NO_QUORUM), (0, Verdict.ADOPTED)])
def test_a_quorum_of_votes_is_judged_without_a_roll(world: World, needed: int, verdict: Verdict) -> None:
    made = added(world, eligible=None, quorum_needed=needed)
    assert made.decision.verdict is verdict
    assert made.decision.quorum_needed == needed
    assert world.browser().get(made.address).status_code == 200


def test_a_known_roll_holds_the_votes(world: World) -> None:
    with pytest.raises(Invalid):
        added(world, eligible=147)
