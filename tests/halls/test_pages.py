"""What people meet on the pages of a town hall."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.permissions import RULES, Permission
from dialogue.halls import actions as halls
from dialogue.halls import queries
from dialogue.halls.models import Hall, Question, QuestionState
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.live.events import registered
from dialogue.rooms.models import Access, Membership, RoomRole
from dialogue.rooms.voices import Voice, VoiceIdentity
from tests.world import Browser, World

MOST_STATEMENTS = 12


def come_in(browser: Browser, hall: Hall, **fields: str) -> str:
    """Join as a person without an account. Return the address that follows."""
    code, rule = hall.code, hall.attribution.value
    assert hall.title in browser.get(f"/halls/join?code={code}").text
    answer = browser.post("/halls/join", **{"code": code, "name": "Wanda", "rule": rule} | fields)
    return str(answer.headers.get("Location", "")) or answer.text


def new_hall(world: World, **changed: str) -> dict[str, str]:
    """The form of a new hall, as it is offered."""
    return {"theme_id": world.theme.id, "title": "A hall", "purpose": "To ask.", "starts_at": "",
            "attribution": "on_record", "access": "open", "chairs": "1", "key": new_id(),
            "title-1": "Opening", "kind-1": "opening", "minutes-1": "5"} | changed


def test_the_form_offers_a_programme_and_sets_a_hall_up(world: World):
    browser, theme = world.browser(world.convenor), world.theme.title
    assert theme in browser.get("/halls/new").text
    assert 'value="Questions from the floor"' in browser.get("/halls/new").text
    answer = browser.post("/halls/new", **new_hall(world, title="A new hall"))
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"]).text
    assert "A new hall" in page
    assert "/console" in page


@pytest.mark.parametrize(("field", "wrong"), [
    ("title", ""), ("title", "x" * 161), ("theme_id", "unknown"), ("starts_at", "2001-01-01T10:00"),
    ("starts_at", "soon"), ("attribution", "secret"), ("access", "?"), ("minutes-1", "0"), ("minutes-1", "many"),
    ("kind-1", "?"), ("title-1", ""),
])
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(world: World, field: str, wrong: str):
    fields = new_hall(world, **{"purpose": "Typed with care.", field: wrong})
    answer = world.browser(world.convenor).post("/halls/new", **fields)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert "Typed with care." in answer.text


def test_only_convenors_get_the_form(world: World):
    assert world.browser(world.person()).get("/halls/new").status_code == 403
    assert world.browser().get("/halls/new").status_code == 401


def test_the_start_is_read_in_the_convenors_own_zone(world: World):
    world.convenor.time_zone = "Asia/Kathmandu"
    db.session().commit()
    there = (now() + timedelta(days=400)).strftime("%Y-%m-%dT") + "10:45"
    world.browser(world.convenor).post("/halls/new", **new_hall(world, starts_at=there))
    starts = queries.listed(None).coming[0].starts_at
    assert starts
    assert starts.strftime("%H:%M") == "05:00"


def test_a_guest_comes_in_by_the_code_and_asks(world: World, hall: Hall):
    browser, address = world.browser(), hall.address
    assert come_in(browser, hall) == address
    browser.post(f"{address}/questions", text="May I ask?", key="k1")
    browser.post(f"{address}/questions", text="May I ask?", key="k1")
    page = browser.get(address).text
    assert page.count('class="hall-question"') == 2  # One is the blank of those that arrive later.
    assert "Wanda" in page


def test_a_browser_that_came_in_is_not_asked_again(world: World, hall: Hall):
    browser, code, address = world.browser(), hall.code, hall.address
    come_in(browser, hall)
    assert browser.get(f"/halls/join?code={code}").headers["Location"] == address
    assert "1 person joined" in browser.get(address).text


@pytest.mark.parametrize(("field", "wrong"), [("name", " "), ("name", "x" * 61), ("rule", ""), ("rule", "closed")])
def test_the_door_names_what_is_missing_and_keeps_the_name(world: World, hall: Hall, field: str, wrong: str):
    page = come_in(world.browser(), hall, **{"name": "Wanda", field: wrong})
    assert f'href="#field-{field}"' in page
    if field == "rule":
        assert 'value="Wanda"' in page


def test_a_wrong_code_is_answered_at_its_field(world: World):
    answer = world.browser().get("/halls/join?code=QQQQ-QQQQ")
    assert answer.status_code == 422
    assert 'href="#field-code"' in answer.text
    assert 'value="QQQQ-QQQQ"' in answer.text


@pytest.mark.parametrize("access", Access)
def test_a_code_opens_the_door_of_every_hall(world: World, access: Access):
    hall, account, browser = world.hall(access=access), world.person(), world.browser()
    address, code, title = hall.address, hall.code, hall.title
    for visitor in (world.browser(account), browser):
        page = visitor.get(f"/halls/join?code={code}")
        assert (page.status_code, title in page.text) == (200, True)
    come_in(browser, hall)
    assert browser.get(f"/halls/join?code={code}").headers["Location"] == address


def test_guessing_codes_is_stopped_and_a_right_guess_does_not_slip_through(world: World, hall: Hall):
    browser, code = world.browser(), hall.code
    answers = [browser.get(f"/halls/join?code=WRNG{n:04}").status_code for n in range(31)]
    assert answers[:30] == [422] * 30
    assert answers[30] == 429
    assert browser.get(f"/halls/join?code={code}").status_code == 429


def test_the_link_of_the_qr_code_leads_to_the_door(world: World, hall: Hall, chair: Person):
    address, code = hall.address, hall.code
    assert world.browser().get(f"{address}?code={code}").headers["Location"] == f"/halls/join?code={code}"
    picture = world.browser(chair).get(f"{address}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert world.browser().get(f"{address}/qr.svg").status_code == 401


@pytest.mark.parametrize(("access", "rule", "listed", "page"), [
    (Access.OPEN, AttributionRule.ON_RECORD, True, 200),
    (Access.LISTED, AttributionRule.CHATHAM_HOUSE, True, 200),
    (Access.INVITED, AttributionRule.ON_RECORD, False, 404),
])
def test_who_may_know_of_a_hall(world: World, access: Access, rule: AttributionRule, listed: bool, page: int):
    hall = world.hall(rule, access)
    question = questions.ask(world.guest(hall), hall.id, text="Only for those inside?")
    title, address, asked = hall.title, hall.address, question.id
    stranger = world.browser()
    assert (title in stranger.get("/halls").text) is listed
    answer = stranger.get(address)
    assert answer.status_code == page
    assert ("Only for those inside?" in answer.text) is (access is Access.OPEN)
    assert (stranger.get(f"{address}/questions/{asked}").status_code == 200) is (access is Access.OPEN)


@pytest.mark.parametrize("page", ["console", "stage", "programme", "qr.svg"])
def test_what_moderators_use_is_theirs(world: World, hall: Hall, chair: Person, guest: Person, page: str):
    address = f"{hall.address}/{page}"
    member, revoked = world.member(hall), world.revoked(hall)
    assert world.browser(chair).get(address).status_code == 200
    assert world.browser(member).get(address).status_code == 403
    assert world.browser(revoked).get(address).status_code == 403
    assert world.browser().get(address).status_code == 401


def test_a_convenor_outside_a_chatham_house_hall_does_not_read_its_console(world: World):
    hall = world.hall(AttributionRule.CHATHAM_HOUSE)
    assert world.browser(world.convenor).get(f"{hall.address}/console").status_code == 404


def test_a_moderator_runs_the_session_with_forms_alone(world: World, hall: Hall, chair: Person, guest: Person):
    address, first = hall.address, hall.segments[0].id
    asked = questions.ask(guest, hall.id, text="Who decides?").id
    browser = world.browser(chair)
    browser.post(f"{address}/begin", segment=first, after="")
    browser.post(f"{address}/questions/{asked}/stage")
    browser.post(f"{address}/polls", question="Where do we stand?", **{"option-1": "Here", "option-2": "There"})
    poll = re.search(r"polls/([\w-]+)/open", browser.get(f"{address}/console").text)
    assert poll
    browser.post(f"{address}/polls/{poll[1]}/open")
    stage = browser.get(f"{address}/stage").text
    for shown in ("Opening", "speaking-clock", "Who decides?", "Where do we stand?", "qr.svg"):
        assert shown in stage
    browser.post(f"{address}/questions/{asked}/answer", answer="The **parliaments**.")
    assert "<strong>parliaments</strong>" in browser.get(f"{address}?show=answered").text
    browser.post(f"{address}/end")
    assert "has ended" in world.browser().get(address).text


def test_a_refused_button_says_why_on_its_own_page(world: World, hall: Hall, chair: Person, guest: Person):
    address, asked = hall.address, questions.ask(guest, hall.id, text="Who decides?").id
    browser = world.browser(chair)
    answer = browser.post(f"{address}/questions/{asked}/hide", reason=" ")
    assert answer.status_code == 422
    assert 'id="field-reason"' in answer.text
    answer = browser.post(f"{address}/polls", question="Kept?", **{"option-1": "One"})
    assert 'href="#field-option-1"' in answer.text
    assert 'value="Kept?"' in answer.text
    answer = browser.post(f"{address}/pause", segment="unknown")
    assert answer.status_code == 404


def test_a_question_that_is_too_long_is_kept_in_its_field(world: World, hall: Hall):
    browser, address = world.browser(), hall.address
    come_in(browser, hall)
    answer = browser.post(f"{address}/questions", text="long " * 101, key="k2")
    assert answer.status_code == 422
    assert 'href="#field-text"' in answer.text
    assert "long long" in answer.text


@pytest.mark.parametrize("who", ["stranger", "revoked"])
def test_form_and_json_refuse_alike(world: World, hall: Hall, guest: Person, who: str):
    address, asked = hall.address, questions.ask(guest, hall.id, text="Who decides?").id
    browser = world.browser(world.person() if who == "stranger" else world.revoked(hall))
    token = re.search(r'csrf-token" content="([^"]+)"', browser.get("/halls").text)
    assert token
    headers = {"X-CSRFToken": token[1]}
    api = browser.client.put(f"/api/v1/questions/{asked}/support", headers=headers)
    assert browser.post(f"{address}/questions/{asked}/support").status_code == api.status_code == 403
    api = browser.client.post(f"/api/v1{address}/questions", json={"text": "May I?"}, headers=headers)
    assert browser.post(f"{address}/questions", text="May I?", key="k").status_code == api.status_code == 403


def test_questions_can_be_read_and_pressed_as_json(world: World, hall: Hall):
    browser, address = world.browser(), hall.address
    come_in(browser, hall)
    token = re.search(r'csrf-token" content="([^"]+)"', browser.get("/halls").text)
    assert token
    headers = {"X-CSRFToken": token[1]}
    made = browser.client.post(f"/api/v1{address}/questions", json={"text": "By JSON?"}, headers=headers)
    assert made.status_code == 201
    pressed = browser.client.put(f"/api/v1/questions/{made.json['id']}/support", headers=headers)
    assert pressed.json["supports"] == 1
    read = browser.get(f"/api/v1{address}/questions").json["questions"]
    assert [(q["text"], q["supported"], q["byline"]["name"]) for q in read] == [("By JSON?", True, "Wanda")]


@pytest.mark.usefixtures("app")
def test_sockets_ask_under_the_same_permissions():
    events = registered()
    assert events["question.ask"].policy is Permission.QUESTION_ASK
    assert events["question.support"].policy is Permission.QUESTION_SUPPORT
    assert RULES[Permission.QUESTION_ASK]


@pytest.fixture
def crowded(world: World, hall: Hall, chair: Person) -> Hall:
    """A hall with 5,000 guests and 1,000 questions, a straw poll and a running clock."""
    halls.begin_segment(chair, hall.id, segment_id=hall.segments[0].id, after=None)
    poll = polls.prepare(chair, hall.id, question="Where do we stand?", options=["Here", "There"])
    polls.open_poll(chair, poll.id)
    ids = [new_id() for _ in range(5000)]
    session, at, hall_id = db.session(), now(), hall.id
    session.execute(insert(Person), [{"id": i, "name": f"Guest {i}", "is_guest": True, "created_at": at} for i in ids])
    session.execute(insert(Membership), [
        {"room_id": hall_id, "person_id": i, "role": RoomRole.GUEST, "may_vote": True, "joined_at": at,
         "acknowledged": AttributionRule.ON_RECORD} for i in ids])
    session.execute(insert(Voice), [{"id": i, "room_id": hall_id, "handle": i} for i in ids])
    session.execute(insert(VoiceIdentity), [{"voice_id": i, "room_id": hall_id, "person_id": i} for i in ids])
    states = [QuestionState.ON_STAGE] + [QuestionState.ASKED] * 899 + [QuestionState.ANSWERED] * 100
    session.execute(insert(Question), [
        {"id": i, "hall_id": hall_id, "voice_id": i, "text": "Why?", "state": state, "supports": n, "asked_at": at}
        for n, (i, state) in enumerate(zip(ids, states, strict=False))])
    session.commit()
    return hall


def test_a_crowded_hall_costs_no_more_questions_to_the_database(world: World, crowded: Hall, chair: Person,
                                                              statements: list[str]):
    address, browser = crowded.address, world.browser(chair)
    for page in ("", "?page=3&sort=newest", "?show=answered", "/console", "/stage"):
        statements.clear()
        answer = browser.get(address + page)
        assert answer.status_code == 200
        assert len([s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))]) <= MOST_STATEMENTS
        assert answer.text.count('class="hall-question"') <= 52  # With the blank.
        assert len(answer.text) < 400_000


def test_a_guest_saves_a_language_and_a_time_zone_and_keeps_the_name(world: World, hall: Hall):
    browser = world.browser()
    come_in(browser, hall)
    page = browser.get("/account").text
    assert 'name="name"' not in page
    assert "/account/password" not in page
    answer = browser.post("/account", language="en", time_zone="Asia/Bangkok", name="Somebody else")
    assert answer.status_code == 302, answer.text
    guest = db.session().scalars(select(Person).where(Person.is_guest)).one()
    assert (guest.name, guest.time_zone) == ("Wanda", "Asia/Bangkok")
    assert 'value="Asia/Bangkok" selected' in browser.get("/account").text


def test_a_guest_is_told_at_the_field_which_time_zone_is_wrong(world: World, hall: Hall):
    browser = world.browser()
    come_in(browser, hall)
    answer = browser.post("/account", language="en", time_zone="Nowhere/Land")
    assert answer.status_code == 422
    assert "Choose one of the time zones." in answer.text


def test_the_console_offers_stop_then_resume_beside_the_next_segment(world: World, hall: Hall, chair: Person):
    address, first = hall.address, hall.segments[0].id
    browser = world.browser(chair)
    browser.post(f"{address}/begin", segment=first, after="")
    page = browser.get(f"{address}/console").text
    assert "Stop the clock" in page
    assert "Resume the clock" not in page
    browser.post(f"{address}/pause", segment=first)
    page = browser.get(f"{address}/console").text
    assert "Stop the clock" not in page
    assert "Resume the clock" in page
    assert "Begin: " in page
    assert "Clock stopped" in browser.get(address).text
    assert browser.post(f"{address}/resume", segment=first).status_code == 302
    assert "Stop the clock" in browser.get(f"{address}/console").text
