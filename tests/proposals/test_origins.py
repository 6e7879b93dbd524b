"""What was said becomes a text, and both say so."""

import re

import pytest

from dialogue.core import thread
from dialogue.core.errors import Conflict, NotFound
from dialogue.core.thread import Link, Ref
from dialogue.proposals import actions, origins
from dialogue.proposals.models import Proposal
from dialogue.rooms.contributions import actions as talk
from dialogue.rooms.contributions.models import Contribution
from tests.proposals.conftest import Cast, clauses
from tests.proposals.test_web import ROWS
from tests.world import World


@pytest.fixture
def said(cast: Cast) -> Contribution:
    """Something the member said."""
    return talk.post(cast.member, cast.room.id, text="Meet **every month**, and <i>publish</i> it.")


def drafted_from(cast: Cast, *said_ids: str) -> Proposal:
    return actions.draft(cast.author, cast.room.id, title="Grown", clauses=clauses("a"),
                         origins=origins.refs(said_ids, []))


def test_the_sheet_begins_with_what_was_said_and_shows_it_beside(world: World, cast: Cast, said: Contribution) -> None:
    page = world.browser(cast.author).get(f"/rooms/{cast.room.id}/proposals/new?from={said.id}").text
    words = "Meet every month, and &lt;i&gt;publish&lt;/i&gt; it."
    assert re.search(rf'<textarea id="field-text-1".*?>\s*{re.escape(words)}</textarea>', page, re.DOTALL)
    assert re.search(rf"<blockquote[^>]*>{re.escape(words)}</blockquote>", page)
    assert f'name="from" value="{said.id}"' in page


def test_the_proposal_leads_back_to_what_was_said_and_that_leads_on(
    world: World, cast: Cast, said: Contribution
) -> None:
    author = world.browser(cast.author)
    answer = author.post(f"/rooms/{cast.room.id}/proposals", **ROWS, key="k", **{"from": said.id})
    address = str(answer.location)
    proposal_id = address.rpartition("/")[2]
    page = author.get(address).text
    assert "Where it came from, and what came of it" in page
    assert "Meet every month" in page
    assert thread.beside([Ref("contribution", said.id)], back=False) == {
        Ref("contribution", said.id): [(Link.ORIGINATES, Ref("proposal", proposal_id))]}
    assert address in author.get(f"/rooms/{cast.room.id}").text


def test_the_thread_shows_a_draft_to_its_sponsors_alone(cast: Cast, said: Contribution) -> None:
    proposal = drafted_from(cast, said.id)

    def is_hidden(person: object) -> bool:
        (node,) = thread.walk(Ref("contribution", said.id), person)["proposal"]
        return node.hidden

    assert not is_hidden(cast.author)
    assert is_hidden(cast.member)
    actions.submit(cast.author, proposal.id)
    assert not is_hidden(cast.member)
    assert is_hidden(cast.stranger)
    assert is_hidden(cast.revoked)


def test_what_was_said_elsewhere_or_never_is_not_found(world: World, cast: Cast) -> None:
    elsewhere = world.room()
    other = talk.post(world.member(elsewhere), elsewhere.id, text="Said in another room.").id
    author = world.browser(cast.author)
    for wanted in (other, "never"):
        with pytest.raises(NotFound):
            drafted_from(cast, wanted)
    for wanted in (other, "never"):
        assert author.get(f"/rooms/{cast.room.id}/proposals/new?from={wanted}").status_code == 404


def test_what_was_taken_back_meanwhile_does_not_cost_the_text(world: World, cast: Cast, said: Contribution) -> None:
    kept = talk.post(cast.member, cast.room.id, text="This stays.")
    author = world.browser(cast.author)
    talk.retract(cast.member, said.id)
    with pytest.raises(Conflict):
        drafted_from(cast, said.id, kept.id)
    refused = author.post(f"/rooms/{cast.room.id}/proposals", **ROWS, key="k", **{"from": [said.id, kept.id]})
    assert refused.status_code == 409
    assert "in spring." in refused.text
    assert said.id not in refused.text
    assert f'name="from" value="{kept.id}"' in refused.text


def test_a_retracted_origin_stays_on_the_thread_without_its_words(
    world: World, cast: Cast, said: Contribution
) -> None:
    proposal = drafted_from(cast, said.id)
    talk.retract(cast.member, said.id)
    page = world.browser(cast.author).get(proposal.address).text
    assert "Where it came from" in page
    assert "Meet every month" not in page
