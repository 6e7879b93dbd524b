"""The pages of proposals, as people use them without a script."""

import re

import pytest

from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.proposals import actions, queries
from dialogue.proposals.models import Proposal
from dialogue.rooms.models import Access, Room
from tests.proposals.conftest import Cast, cast_of, clauses
from tests.world import Browser, World

ROWS = {"title": "A text", "text-1": "*Recalling* the Charter,", "kind-1": "preambular",
        "text-2": "Decides to meet;", "kind-2": "operative", "text-3": "in spring.", "kind-3": "sub"}


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def drafted(browser: Browser, room: Room, **more: str) -> str:
    answer = browser.post(f"/rooms/{room.id}/proposals", **ROWS, key="k", **more)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_text_is_drafted_submitted_endorsed_changed_and_compared(world: World, cast: Cast) -> None:
    author, member = world.browser(cast.author), world.browser(cast.member)
    assert key_on(author.get(f"/rooms/{cast.room.id}/proposals/new").text)
    address = drafted(author, cast.room)
    page = author.get(address).text
    assert "<em>Recalling</em> the Charter," in page
    assert ">(a)<" in page
    assert member.get(address).status_code == 404

    assert author.post(f"{address}/submission").status_code == 302
    assert "Endorse this text" in member.get(address).text
    assert member.post(f"{address}/endorsement", version="1").status_code == 302
    assert "Take back my endorsement" in member.get(address).text

    changed = ROWS | {"text-2": "Decides to meet twice;", "base": "1", "opened_on": "1", "reason": "Once is little."}
    assert author.post(address, **changed).status_code == 302
    page = member.get(address).text
    assert "The text changed since you endorsed it." in page
    assert "Once is little." in page
    changes = member.get(f"{address}/changes?from=1&to=2").text
    assert re.search(r"<ins>.*added:.*twice.*</ins>", changes, re.DOTALL)


@pytest.mark.parametrize(("method", "address"), [
    ("get", "/rooms/{room}/proposals/new"), ("post", "/rooms/{room}/proposals"), ("get", "/proposals/{id}"),
    ("get", "/proposals/{id}/edit"), ("get", "/proposals/{id}/changes"), ("post", "/proposals/{id}"),
    ("post", "/proposals/{id}/submission"), ("post", "/proposals/{id}/withdrawal"),
    ("post", "/proposals/{id}/sponsors"), ("post", "/proposals/{id}/endorsement"),
    ("post", "/proposals/{id}/endorsement/withdrawal"),
])
def test_strangers_and_people_whose_place_was_taken_find_no_page(
    world: World, cast: Cast, method: str, address: str
) -> None:
    where = address.format(room=cast.room.id, id=cast.proposal.id)
    fields = ROWS | {"key": "k", "base": "1", "version": "1", "reason": "r", "withdrawal_reason": "r"}
    for who in (cast.stranger, cast.revoked):
        browser = world.browser(who)
        answer = browser.get(where) if method == "get" else browser.post(where, **fields)
        assert answer.status_code == 404
        nowhere = where.replace(cast.room.id, "nowhere").replace(cast.proposal.id, "nowhere")
        unknown = browser.get(nowhere) if method == "get" else browser.post(nowhere, **fields)
        assert unknown.status_code == 404


def test_a_visitor_is_asked_to_sign_in(world: World) -> None:
    room = world.room(access=Access.OPEN)
    proposal = world.proposal(room, world.member(room))
    nobody = world.browser()
    assert nobody.get(proposal.address).status_code == 200
    assert "Endorse this text" not in nobody.get(proposal.address).text
    assert nobody.get(f"{proposal.address}/edit").status_code == 401
    assert nobody.post(f"{proposal.address}/endorsement", version="1").status_code == 401


def test_rows_are_added_moved_and_removed_without_losing_a_word(world: World, cast: Cast) -> None:
    author = world.browser(cast.author)
    where = f"/rooms/{cast.room.id}/proposals"
    for step, order in (("up:3", ["*Recalling* the Charter,", "in spring.", "Decides to meet;"]),
                        ("remove:1", ["Decides to meet;", "in spring."]),
                        ("add:operative", ["*Recalling* the Charter,", "Decides to meet;", "in spring.", ""])):
        page = author.post(where, **ROWS, key="k", do=step)
        assert page.status_code == 200
        assert re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL) == order
        assert 'value="A text"' in page.text
    assert [each.proposal.title for each in queries.listed(cast.author).items] == ["Example text"]


@pytest.mark.parametrize(("wrong", "field", "words"), [
    ({"title": ""}, "title", "Write at least one word."),
    ({"title": "x" * 201}, "title", "201 characters"),
    ({"text-2": "y" * 4001}, "text-2", "4,001 characters"),
    ({"kind-1": "sub"}, "kind-1", "below an operative clause"),
    ({"text-2": "", "key-2": "known"}, "text-2", "Write at least one word."),
])
def test_bad_input_is_answered_at_its_field_and_nothing_typed_is_lost(
    world: World, cast: Cast, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = world.browser(cast.author).post(f"/rooms/{cast.room.id}/proposals", **(ROWS | wrong), key="k")
    assert answer.status_code == 422
    error = re.search(rf'id="field-{field}-error"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    assert error
    assert words in error[1]
    assert "in spring." in answer.text


def test_the_reason_is_asked_for_beside_its_field(world: World, cast: Cast) -> None:
    answer = world.browser(cast.author).post(cast.proposal.address, **ROWS, base="1", opened_on="1", reason=" ")
    assert answer.status_code == 422
    assert 'id="field-reason-error"' in answer.text
    assert "in spring." in answer.text


def test_withdrawing_asks_for_a_reason_and_shows_it(world: World, cast: Cast) -> None:
    author = world.browser(cast.author)
    refused = author.post(f"{cast.proposal.address}/withdrawal", withdrawal_reason="")
    assert refused.status_code == 422
    assert 'id="field-withdrawal_reason-error"' in refused.text
    assert author.post(f"{cast.proposal.address}/withdrawal", withdrawal_reason="Superseded by L.2").status_code == 302
    page = author.get(cast.proposal.address).text
    assert "Superseded by L.2" in page
    assert "Change the text" not in page


def test_a_stale_save_keeps_my_text_and_shows_what_the_other_changed(world: World, cast: Cast) -> None:
    actions.revise(cast.chair, cast.proposal.id, base=1, title="Example text", reason="Shorter.",
                   clauses=clauses("Decides to meet every week;"))
    author = world.browser(cast.author)
    fields = ROWS | {"base": "1", "opened_on": "1", "reason": "Mine."}
    refused = author.post(cast.proposal.address, **fields)
    assert refused.status_code == 409
    for words in ("in spring.", "Shorter.", "Mine.", "What changed since you began", 'name="base" value="2"',
                  'name="opened_on" value="1"'):
        assert words in refused.text
    moved = author.post(cast.proposal.address, **(fields | {"base": "2", "do": "up:2"}))
    assert "What changed since you began" in moved.text
    assert author.post(cast.proposal.address, **(fields | {"base": "2"})).status_code == 302


def test_the_same_press_twice_makes_one_draft(world: World, cast: Cast) -> None:
    author = world.browser(cast.author)
    assert drafted(author, cast.room) == drafted(author, cast.room)


def test_endorsing_a_text_that_changed_meanwhile_is_refused_on_its_page(world: World, cast: Cast) -> None:
    actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=clauses("b"), reason="r")
    answer = world.browser(cast.member).post(f"{cast.proposal.address}/endorsement", version="1")
    assert answer.status_code == 409
    assert "The text changed in the meantime." in answer.text


def test_only_the_chair_is_offered_a_decision(world: World, cast: Cast) -> None:
    link = f'href="{cast.proposal.address}/ballots/new"'
    assert link in world.browser(cast.chair).get(cast.proposal.address).text
    for who in (cast.author, cast.member, cast.observer):
        assert link not in world.browser(who).get(cast.proposal.address).text


def test_an_observer_reads_and_presses_nothing(world: World, cast: Cast) -> None:
    page = world.browser(cast.observer).get(cast.proposal.address).text
    assert "Decides to meet every month;" in page
    assert "action-bar" not in page


def test_a_hostile_text_is_shown_as_it_was_typed(world: World, cast: Cast) -> None:
    hostile = '<img src=x onerror="alert(1)"> *<b>x</b>* {{ 7*7 }}'
    proposal = world.proposal(cast.room, cast.author, hostile, title=hostile)
    for where in ("", "/edit", "/changes"):
        page = world.browser(cast.author).get(proposal.address + where).text
        assert "<img src=x" not in page
        assert "<b>x" not in page


@pytest.mark.parametrize("rule", [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED])
def test_where_people_are_hidden_the_page_shows_no_name_and_no_small_set(
    world: World, rule: AttributionRule
) -> None:
    room = world.room(rule)
    author = world.member(room, name="Nobody May Know", actor_set=ActorSet.STATE)
    proposal = world.proposal(room, author)
    for n in range(3):
        actions.endorse(world.member(room, name=f"Hidden Endorser {n}", actor_set=ActorSet.CIVIL_SOCIETY),
                        proposal.id, version=1)
    reader = world.browser(world.member(room))
    for where in (proposal.address, f"{proposal.address}/changes", f"/api/v1{proposal.address}", "/proposals"):
        page = reader.get(where).text
        assert "Nobody May Know" not in page
        assert "Hidden Endorser" not in page
        assert "By actor set</caption>" not in page
        assert 'data-set="civil_society"' not in page
        assert '"civil_society":' not in page
    assert "<b>3</b>" in reader.get(proposal.address).text


def test_on_the_record_sponsors_and_endorsers_are_named(world: World, cast: Cast) -> None:
    actions.endorse(world.member(cast.room, name="Open Endorser", actor_set=ActorSet.STATE), cast.proposal.id,
                    version=1)
    page = world.browser(cast.member).get(cast.proposal.address).text
    for words in ("Author Example", "Open Endorser", "By actor set</caption>"):
        assert words in page


def test_the_list_holds_what_the_reader_may_read_and_nothing_else(world: World, cast: Cast) -> None:
    public = world.room(access=Access.OPEN)
    world.proposal(public, world.member(public), title="For everybody")
    world.draft(cast.room, cast.author, title="My draft")

    def titles(browser: Browser, query: str = "") -> list[str]:
        return re.findall(r'class="title serif"[^>]*><bdi>(.*?)</bdi>', browser.get(f"/proposals{query}").text)

    assert titles(world.browser()) == ["For everybody"]
    assert titles(world.browser(cast.stranger)) == ["For everybody"]
    assert titles(world.browser(cast.revoked)) == ["For everybody"]
    assert titles(world.browser(cast.chair)) == ["For everybody", "Example text"]
    author = world.browser(cast.author)
    assert titles(author) == ["My draft", "For everybody", "Example text"]
    assert titles(author, "?state=draft") == ["My draft"]
    assert titles(author, f"?room={cast.room.id}&state=submitted") == ["Example text"]
    assert titles(author, "?theme=unknown") == []
    assert author.get("/proposals?state=lost").status_code == 422


def test_the_list_is_paged(world: World) -> None:
    room = world.room(access=Access.OPEN)
    author = world.member(room)
    for n in range(queries.PAGE_SIZE + 1):
        world.proposal(room, author, title=f"Text {n}")
    first, second = world.browser().get("/proposals").text, world.browser().get("/proposals?page=2").text
    assert first.count('class="title serif"') == queries.PAGE_SIZE
    assert second.count('class="title serif"') == 1
    assert "Text 0<" in second


def test_a_room_shows_its_proposals_and_each_their_own_drafts(world: World, cast: Cast) -> None:
    world.draft(cast.room, cast.author, title="My draft")

    def beside(who: object) -> tuple[list[str], bool]:
        found = queries.in_room(cast.room, who, cast.room.roles_of(who))
        return [proposal.title for proposal in found], found.can_draft

    assert beside(cast.author) == (["My draft", "Example text"], True)
    assert beside(cast.member) == (["Example text"], True)
    assert beside(cast.observer) == (["Example text"], False)
    assert beside(cast.stranger) == ([], False)
    assert beside(None) == ([], False)


def filled(world: World, rule: AttributionRule, many: int) -> tuple[Proposal, Browser]:
    cast = cast_of(world, world.room(rule))
    for version in range(1, many):
        actions.revise(cast.author, cast.proposal.id, base=version, title="T", reason="r",
                       clauses=clauses(*(f"{version} {n}" for n in range(version))))
    for n in range(many):
        who = world.member(cast.room, actor_set=ActorSet.STATE)
        if n % 2:
            actions.sponsor(who, cast.proposal.id)
        else:
            actions.endorse(who, cast.proposal.id, version=many)
    return cast.proposal, world.browser(cast.member)


@pytest.mark.parametrize("rule", AttributionRule)
def test_pages_ask_the_same_few_questions_however_much_there_is(
    world: World, statements: list[str], rule: AttributionRule
) -> None:
    counts = []
    for many in (2, 6):
        proposal, browser = filled(world, rule, many)
        for where in (proposal.address, f"{proposal.address}/changes?from=1&to={many}", "/proposals",
                      f"/rooms/{proposal.room_id}/proposals/new"):
            statements.clear()
            assert browser.get(where).status_code == 200
            counts.append(len([s for s in statements if s.startswith(("SELECT", "WITH"))]))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 11, counts
