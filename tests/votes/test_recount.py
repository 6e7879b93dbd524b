"""Stored results are proved from stored votes; precedents are judged by the same rules."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, update

from dialogue.core import db
from dialogue.core.errors import Invalid, NotPermitted
from dialogue.votes import actions
from dialogue.votes.models import Ballot, Visibility, Vote
from dialogue.votes.rules import Choice, Rule
from dialogue.votes.secret_models import SealedVote
from tests.votes.conftest import Chamber
from tests.world import World

pytestmark = pytest.mark.each_database("votes are counted by groups")


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_recount_confirms_what_holds_and_finds_what_does_not(
    app: Flask, world: World, chamber: Chamber, visibility: Visibility) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    for voter in chamber.voters[:5]:
        actions.cast(voter, ballot.id, choice=Choice.YES)
    actions.close_ballot(chamber.chair, ballot.id)
    command = app.test_cli_runner()
    good = command.invoke(args=["recount"])
    assert good.exit_code == 0
    assert f"PASS  {ballot.id}  yes 5, no 0, abstain 0 of 6: adopted" in good.output
    kind = SealedVote if visibility is Visibility.SECRET else Vote
    if visibility is Visibility.SECRET:
        db.session().execute(delete(kind).where(kind.ballot_id == ballot.id))
    else:
        db.session().execute(update(Ballot).values(no=1))
    db.session().commit()
    db.release()
    bad = command.invoke(args=["recount"])
    assert bad.exit_code == 1
    assert f"FAIL  {ballot.id}" in bad.output


def rome(world: World) -> dict[str, object]:
    """The vote on the Rome Statute, 17 July 1998: 120–7–21."""
    return {"title": "Rome Statute", "body": "United Nations Diplomatic Conference", "held_on": date(1998, 7, 17),
            "rule": Rule.TWO_THIRDS, "yes": 120, "no": 7, "abstain": 21, "eligible": 160, "source": "A/CONF.183"}


def test_a_precedent_is_judged_by_our_rules_and_shows_its_arithmetic(world: World) -> None:
    precedent = actions.add_precedent(world.convenor, **rome(world))  # type: ignore[arg-type]
    browser = world.browser()
    assert "120–7–21" in browser.get("/precedents").text
    page = browser.get(precedent.address).text
    assert "3 × 120 yes = 360 ≥ 2 × 127 voting = 254 → adopted" in page
    assert browser.get("/precedents/none").status_code == 404


def test_only_a_convenor_adds_a_precedent_and_its_figures_fit(world: World) -> None:
    with pytest.raises(NotPermitted):
        actions.add_precedent(world.person(), **rome(world))  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        actions.add_precedent(world.convenor, **rome(world) | {"eligible": 147})  # type: ignore[arg-type]
    assert refused.value.field == "eligible"
