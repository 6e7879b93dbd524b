"""The pages of outcomes: published ones for the public, drafts for members, a form for the rapporteur."""

import json

import pytest
from lxml import etree

from dialogue.core.attribution import AttributionRule
from dialogue.core.db import session
from dialogue.core.transaction import transaction
from dialogue.outcomes import actions, drafting
from dialogue.outcomes.models import Outcome, SummaryPoint
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access
from tests.outcomes.conftest import Sitting
from tests.world import World


def published(sitting: Sitting) -> Outcome:
    """A published record with its summary."""
    outcome = sitting.decided()
    drafting.draft_due()
    actions.sign(sitting.chair, outcome.id, revision=sitting.again(outcome).revision)
    actions.publish(sitting.chair, outcome.id)
    return sitting.again(outcome)


def form_of(outcome: Outcome, **changes: str) -> dict[str, object]:
    """The edit form as the page sends it."""
    fields: dict[str, object] = {"base": str(outcome.revision), "title": outcome.title,
                                 "points": [point.id for point in outcome.summary], "text-new": "",
                                 "section-new": "points", "sources-new": ""}
    for point in outcome.summary:
        numbers = [str(session().get(Contribution, s.source_id).seq) for s in point.sources]
        fields |= {f"text-{point.id}": point.text, f"section-{point.id}": point.section,
                   f"sources-{point.id}": ", ".join(numbers)}
    return fields | changes


@pytest.fixture
def draft(sitting: Sitting) -> Outcome:
    """A draft with its summary."""
    outcome = sitting.decided()
    drafting.draft_due()
    return sitting.again(outcome)


def test_a_draft_is_seen_by_members_only(sitting: Sitting, draft: Outcome) -> None:
    assert sitting.browser(sitting.member).get(draft.address).status_code == 200
    for somebody in (None, sitting.stranger, sitting.revoked):
        stranger = sitting.browser(somebody)
        assert stranger.get(draft.address).status_code == 404
        assert stranger.get(f"/api/v1{draft.address}").status_code == 404
        assert draft.title not in stranger.get("/outcomes").text


def test_a_published_record_is_public(sitting: Sitting) -> None:
    outcome = published(sitting)
    page = sitting.browser().get(outcome.address)
    assert page.status_code == 200
    for words in (outcome.symbol, "Decides to hold a briefing", "3 × 2 yes = 6 ≥ 2 × 3 voting = 6",
                  outcome.summary[0].text):
        assert words in page.text
    assert "/contributions/" not in page.text
    assert outcome.title in sitting.browser().get("/outcomes").text


def test_a_reader_of_the_room_is_led_to_what_a_sentence_rests_on(world: World) -> None:
    sitting = Sitting(world, access=Access.OPEN)
    outcome = published(sitting)
    source = outcome.summary[0].sources[0].source_id
    assert f"/contributions/{source}" in world.browser().get(outcome.address).text


def test_a_published_record_of_a_room_that_hides_people_tells_numbers_only(chatham: Sitting) -> None:
    outcome = published(chatham)
    for browser in (chatham.browser(), chatham.browser(chatham.member)):
        page = browser.get(outcome.address).text
        assert "rests on" in page
        assert all(source.source_id not in page for point in outcome.summary for source in point.sources)
        kept = browser.get(f"/api/v1{outcome.address}").json["outcome"]
        assert all(point["sources"] == [] and point["source_count"] for point in kept["summary"])


def test_no_page_of_a_room_that_hides_people_names_a_person(chatham: Sitting) -> None:
    outcome = published(chatham)
    actions.correct(chatham.chair, outcome.id, text="For x read y.")
    names = [person.name for person in (chatham.speaker, chatham.rapporteur, *chatham.others)]
    browser = chatham.browser(chatham.member)
    for address in (outcome.address, "/outcomes", "/outcomes.atom", f"/api/v1{outcome.address}"):
        text = browser.get(address).text
        assert not [name for name in names if name in text], address


def test_a_correction_stands_above_the_text_which_stays(sitting: Sitting) -> None:
    outcome = published(sitting)
    browser = sitting.browser(sitting.rapporteur)
    answer = browser.post(f"{outcome.address}/corrigenda", text="For two read three.", key="k")
    assert answer.status_code == 302
    browser.post(f"{outcome.address}/corrigenda", text="For two read three.", key="k")
    page = sitting.browser().get(outcome.address).text
    assert page.count("For two read three.") == 1
    assert page.index("For two read three.") < page.index("Decides to hold a briefing")


def test_an_adopted_outcome_without_follow_up_says_so_and_offers_the_agenda_to_those_who_may(
        sitting: Sitting) -> None:
    outcome = published(sitting)
    link = f"/agenda/new?outcome={outcome.id}"
    public = sitting.browser().get(outcome.address).text
    assert "This outcome has no follow-up yet" in public
    assert link not in public
    assert link in sitting.browser(sitting.world.convenor).get(outcome.address).text


def test_the_rapporteur_edits_moves_leaves_out_and_adds(sitting: Sitting, draft: Outcome) -> None:
    browser = sitting.browser(sitting.rapporteur)
    first = draft.summary[0]
    number = str(session().query(Contribution).first().seq)
    sent = form_of(draft, **{f"text-{first.id}": "Reworded by hand.", f"leave-out-{draft.summary[1].id}": "1",
                             "text-new": "Added by hand.", "sources-new": f"#{number}"})
    assert browser.post(f"{draft.address}/edit", **sent).status_code == 302
    texts = [point.text for point in sitting.again(draft).summary]
    assert "Reworded by hand." in texts
    assert "Added by hand." in texts
    assert len(texts) == len(sent["points"])  # type: ignore[arg-type]


def test_a_button_saves_and_moves_a_sentence_down(sitting: Sitting, draft: Outcome) -> None:
    browser = sitting.browser(sitting.rapporteur)
    one, two = (point.id for point in draft.summary[:2])
    sent = form_of(draft, **{f"section-{one}": "points", f"section-{two}": "points", "move": f"down:{one}"})
    browser.post(f"{draft.address}/edit", **sent)
    order = [point.id for point in sitting.again(draft).summary]
    assert order.index(two) < order.index(one)


def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(chatham: Sitting) -> None:
    outcome = chatham.decided()
    drafting.draft_due()
    outcome = chatham.again(outcome)
    browser = chatham.browser(chatham.chair)
    first = outcome.summary[0]
    sent = form_of(outcome, **{f"text-{first.id}": "Ariadne said so.", "text-new": "Another thought."})
    answer = browser.post(f"{outcome.address}/edit", **sent)
    assert answer.status_code == 422
    assert f'id="field-text-{first.id}-error"' in answer.text
    assert "Ariadne said so." in answer.text
    assert "Another thought." in answer.text


def test_after_a_conflict_both_texts_are_there_and_saving_again_works(sitting: Sitting, draft: Outcome) -> None:
    browser = sitting.browser(sitting.rapporteur)
    first = draft.summary[0]
    mine = form_of(draft, **{f"text-{first.id}": "My wording."})
    sitting.browser(sitting.chair).post(f"{draft.address}/edit",
                                              **form_of(draft, **{f"text-{first.id}": "Their wording."}))
    answer = browser.post(f"{draft.address}/edit", **mine)
    assert answer.status_code == 409
    assert "My wording." in answer.text
    assert "Their wording." in answer.text
    again = browser.post(f"{draft.address}/edit", **mine | {"base": str(sitting.again(draft).revision)})
    assert again.status_code == 302


@pytest.mark.parametrize(("field", "sent"), [("title", ""), ("text-new", "x" * 2001), ("sources-new", "none")])
def test_bad_input_is_refused_at_its_field(sitting: Sitting, draft: Outcome, field: str, sent: str) -> None:
    fields = form_of(draft, **{"text-new": "A thought.", field: sent})
    answer = sitting.browser(sitting.rapporteur).post(f"{draft.address}/edit", **fields)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text


def test_forms_are_refused_to_members_and_unknown_to_strangers(sitting: Sitting, draft: Outcome) -> None:
    member, stranger = sitting.browser(sitting.member), sitting.browser(sitting.stranger)
    for deed in ("edit", "sign", "send-back", "publish", "summary", "corrigenda"):
        fields = {**form_of(draft), "revision": str(draft.revision), "text": "x", "key": "k"}
        assert member.post(f"{draft.address}/{deed}", **fields).status_code == 403, deed
        assert stranger.post(f"{draft.address}/{deed}", **fields).status_code == 404, deed
    assert member.get(f"{draft.address}/edit").status_code == 403
    assert stranger.get(f"{draft.address}/edit").status_code == 404


def test_signing_a_draft_that_changed_asks_to_read_it_again(sitting: Sitting, draft: Outcome) -> None:
    browser = sitting.browser(sitting.chair)
    assert browser.post(f"{draft.address}/sign", revision="1").status_code == 409
    assert browser.post(f"{draft.address}/sign", revision=str(draft.revision)).status_code == 302
    assert browser.post(f"{draft.address}/publish").status_code == 302
    assert "Published" in sitting.browser().get(draft.address).text


def test_a_sitting_is_closed_from_its_form(sitting: Sitting) -> None:
    browser = sitting.browser(sitting.rapporteur)
    assert browser.get(f"/rooms/{sitting.room.id}/outcomes/new").status_code == 200
    refused = browser.post(f"/rooms/{sitting.room.id}/outcomes", title=" ", key="k")
    assert refused.status_code == 422
    made = browser.post(f"/rooms/{sitting.room.id}/outcomes", title="The second sitting", key="k")
    assert made.status_code == 302
    assert "The second sitting" in browser.get(made.location).text


def test_the_room_links_only_its_record_keepers_to_the_form(sitting: Sitting) -> None:
    for somebody, is_led in ((sitting.chair, True), (sitting.rapporteur, True), (sitting.member, False)):
        page = sitting.browser(somebody).get(sitting.room.address).text
        assert (f"{sitting.room.address}/outcomes/new" in page) is is_led


def test_a_record_is_live_for_its_room_and_names_the_room_to_no_other(chatham: Sitting) -> None:
    outcome = published(chatham)
    assert chatham.browser(chatham.member).get(outcome.address).text.count(f'stream="{chatham.room.id}"') == 2
    assert chatham.room.id not in chatham.browser().get(outcome.address).text


def test_the_list_is_filtered_and_paged(sitting: Sitting) -> None:
    for _ in range(3):
        sitting.ballot()
    actions.draft_session(sitting.chair, sitting.room.id, title="A sitting")
    browser = sitting.browser(sitting.member)
    assert "A sitting" not in browser.get("/outcomes?kind=decision").text
    assert browser.get("/outcomes?verdict=not_adopted").text.count("DLG/") == 0
    assert "A sitting" in browser.get(f"/outcomes?theme={sitting.room.theme_id}").text
    answer = browser.get("/api/v1/outcomes?limit=3&page=2").json
    assert (answer["total"], len(answer["outcomes"])) == (4, 1)
    assert browser.get("/api/v1/outcomes?kind=nonsense").status_code == 422


def test_the_feed_is_valid_and_absolute(sitting: Sitting) -> None:
    outcome = published(sitting)
    sitting.ballot()
    feed = etree.fromstring(sitting.browser().get("/outcomes.atom").data)
    atom = "{http://www.w3.org/2005/Atom}"
    assert [child.tag.removeprefix(atom) for child in feed][:3] == ["id", "title", "updated"]
    assert feed.findtext(f"{atom}entry/{atom}id") == f"http://localhost:8000{outcome.address}"
    assert len(feed.findall(f"{atom}entry")) == 1


def test_the_record_tells_programs_everything_the_page_tells(sitting: Sitting) -> None:
    outcome = published(sitting)
    kept = sitting.browser().get(f"/api/v1{outcome.address}").json["outcome"]
    assert kept["decision"]["figures"]["yes"] == 2
    assert kept["symbol"] == outcome.symbol
    assert json.dumps(kept)


@pytest.mark.parametrize("rule", list(AttributionRule))
def test_pages_ask_a_bounded_number_of_questions(world: World, statements: list[str], rule: AttributionRule) -> None:
    sitting = Sitting(world, rule)
    outcome = published(sitting)
    for _ in range(3):
        sitting.ballot()
    latest = sitting.outcome_of(sitting.ballot())
    browser = sitting.browser(sitting.rapporteur)
    for address in (outcome.address, "/outcomes", f"{latest.address}/edit", f"/api/v1{outcome.address}"):
        statements.clear()
        assert browser.get(address).status_code == 200
        asked = [sql for sql in statements if sql.startswith(("SELECT", "WITH"))]
        assert len(asked) <= 12, "\n".join([address, *asked])


def test_a_summary_is_read_section_by_section_in_one_order(sitting: Sitting, draft: Outcome) -> None:
    with transaction() as tx:
        last = tx.fetch(Outcome, draft.id)
        for position, section in enumerate(("points", "next_steps", "themes")):
            last.summary.append(SummaryPoint(position=position, section=section, text=f"About {section}."))
    page = sitting.browser(sitting.member).get(draft.address).text
    places = [page.index(f"About {section}.") for section in ("themes", "next_steps", "points")]
    assert places == sorted(places)


def test_the_stress_in_a_clause_is_shown_in_italics(sitting: Sitting) -> None:
    made = published(sitting)
    with transaction() as tx:
        decided = tx.fetch(Outcome, made.id)
        decided.decision = decided.decision | {"text": {"title": "T", "clauses": [
            {"kind": "preambular", "text": "*Recalling* the paper,", "label": ""}]}}
    page = sitting.browser().get(f"/outcomes/{made.id}").text
    assert "<em>Recalling</em> the paper," in page
    assert "*Recalling*" not in page


def test_the_rapporteur_sees_contributions_without_their_marks(sitting: Sitting, world: World) -> None:
    world.contribution(sitting.room, sitting.member, "We meet in spring **or** in autumn, whichever is sooner.")
    outcome = sitting.decided()
    page = sitting.browser(sitting.chair).get(f"{outcome.address}/edit").text
    assert "in spring or in autumn" in page
    assert "**or**" not in page
