"""Questions: asking, supporting, and what moderators do with them."""

from collections.abc import Callable

import pytest

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import Conflict, DomainError, NotFound, NotPermitted
from dialogue.core.record import Audience, entries, present
from dialogue.core.thread import Ref
from dialogue.core.thread import present as present_thread
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall, Question, QuestionState
from dialogue.halls.queries import seat
from dialogue.halls.questions import actions as questions
from dialogue.halls.questions.queries import Show, listed
from dialogue.rooms.models import Access, RoomRole
from tests.world import World

pytestmark = pytest.mark.each_database("support is counted, and kept once a person")

AtOnce = Callable[..., list[object]]


@pytest.fixture
def question(hall: Hall, guest: Person) -> Question:
    """A question that was asked."""
    return questions.ask(guest, hall.id, text="Who decides?")


def state_of(question: Question) -> tuple[QuestionState, int]:
    """How the question stands in the database."""
    question_id = question.id
    db.release()
    found = db.session().get(Question, question_id)
    assert found
    return found.state, found.supports


def test_the_same_key_asks_once(hall: Hall, guest: Person):
    first = questions.ask(guest, hall.id, text="Once?", key="one")
    assert questions.ask(guest, hall.id, text="Once?", key="one").id == first.id
    with pytest.raises(Conflict):
        questions.ask(guest, hall.id, text="Something else?", key="one")
    assert len(listed(seat(guest, hall.id)).items) == 1


def test_a_voice_supports_once(question: Question, guest: Person, chair: Person):
    for _ in range(2):
        questions.support(guest, question.id)
    questions.support(chair, question.id)
    assert state_of(question) == (QuestionState.ASKED, 2)
    for _ in range(2):
        questions.withdraw_support(guest, question.id)
    assert state_of(question) == (QuestionState.ASKED, 1)


def test_supports_at_the_same_moment_are_all_counted_once(world: World, hall: Hall, question: Question,
                                                          at_once: AtOnce):
    people = [world.guest(hall) for _ in range(4)]
    at_once(*(lambda p=p: questions.support(p, question.id) for p in [*people, *people]))  # type: ignore[misc]
    assert state_of(question) == (QuestionState.ASKED, 4)


def test_one_question_is_on_stage(world: World, hall: Hall, question: Question, chair: Person, at_once: AtOnce):
    second = questions.ask(chair, hall.id, text="And who pays?")
    other = world.member(hall, RoomRole.CO_CHAIR)
    at_once(lambda: questions.put_on_stage(chair, question.id), lambda: questions.put_on_stage(other, second.id))
    states = [state_of(q)[0] for q in (question, second)]
    assert sorted(states) == [QuestionState.ASKED, QuestionState.ON_STAGE]


def test_a_written_answer_is_safe_html(question: Question, chair: Person):
    answered = questions.answer(chair, question.id, text="**Parliaments** <script>alert(1)</script>")
    assert "<strong>Parliaments</strong>" in answered.answer_html
    assert "<script" not in answered.answer_html


def test_an_answer_can_be_undone(question: Question, chair: Person):
    questions.answer(chair, question.id)
    questions.requeue(chair, question.id)
    assert state_of(question)[0] is QuestionState.ASKED


def test_a_hidden_question_is_told_to_its_author_and_counted_for_all_others(
        world: World, hall: Hall, question: Question, guest: Person, chair: Person):
    questions.hide(chair, question.id, reason="Twice the same.")
    other = world.guest(hall)
    assert [a.question.id for a in listed(seat(guest, hall.id)).items] == [question.id]
    seen = listed(seat(other, hall.id))
    assert seen.items == []
    assert seen.counts[QuestionState.HIDDEN] == 1
    assert [a.question.id for a in listed(seat(chair, hall.id), show=Show.HIDDEN).items] == [question.id]
    with pytest.raises(NotFound):
        listed(seat(other, hall.id), show=Show.HIDDEN)


def test_a_hidden_question_is_neither_supported_nor_answered(question: Question, guest: Person, chair: Person):
    questions.hide(chair, question.id, reason="Advertising.")
    for deed in (lambda: questions.support(guest, question.id), lambda: questions.answer(chair, question.id),
                 lambda: questions.put_on_stage(chair, question.id)):
        with pytest.raises(Conflict):
            deed()


def test_a_hidden_question_loses_its_words_on_the_wire_and_in_the_thread(hall: Hall, question: Question, guest: Person,
                                                                       chair: Person):
    assert "Who decides?" in str(present(entries(hall.id, after=0), Audience.MEMBERS))
    questions.hide(chair, question.id, reason="Advertising.")
    assert "Who decides?" not in str(present(entries(hall.id, after=0), Audience.MODERATORS))
    ref = Ref("question", question.id)
    assert present_thread([ref], guest)[ref].hidden


def test_an_ended_hall_takes_no_question_and_no_support(hall: Hall, question: Question, guest: Person, chair: Person):
    halls.end_hall(chair, hall.id)
    for late in (lambda: questions.ask(guest, hall.id, text="Too late?"),
                 lambda: questions.support(guest, question.id)):
        with pytest.raises(Conflict):
            late()


@pytest.mark.parametrize("who", ["stranger", "revoked"])
def test_who_is_not_inside_neither_asks_nor_supports(world: World, hall: Hall, question: Question, who: str):
    person = world.person() if who == "stranger" else world.revoked(hall)
    for deed in (lambda: questions.ask(person, hall.id, text="May I?"),
                 lambda: questions.support(person, question.id)):
        with pytest.raises(NotPermitted):
            deed()


@pytest.mark.parametrize("who", ["stranger", "revoked", "guest", "participant", "convenor"])
def test_only_chairs_moderate_questions(world: World, hall: Hall, question: Question, guest: Person, who: str):
    person = {"stranger": world.person, "revoked": lambda: world.revoked(hall), "guest": lambda: guest,
              "participant": lambda: world.member(hall), "convenor": lambda: world.convenor}[who]()
    for deed in (lambda: questions.put_on_stage(person, question.id), lambda: questions.answer(person, question.id),
                 lambda: questions.requeue(person, question.id),
                 lambda: questions.hide(person, question.id, reason="No.")):
        with pytest.raises(NotPermitted):
            deed()


def test_in_a_hall_by_code_a_question_is_not_found_from_outside(world: World):
    hall = world.hall(access=Access.INVITED)
    question = questions.ask(world.guest(hall), hall.id, text="Secret?")
    with pytest.raises(NotFound):
        questions.support(world.person(), question.id)


def test_under_the_chatham_house_rule_questions_carry_handles_everywhere(world: World):
    hall = world.hall(AttributionRule.CHATHAM_HOUSE)
    guest = world.guest(hall, "Nobody May Know")
    question = questions.ask(guest, hall.id, text="Off the record?")
    asked = listed(seat(guest, hall.id)).items[0]
    assert asked.byline.handle
    sent = str(present(entries(hall.id, after=0), Audience.MODERATORS))
    address, member = f"{hall.address}/questions/{question.id}", world.member(hall)
    page = world.browser(member).get(address).text
    for told in (asked.byline.shown, sent, page):
        assert "Nobody May Know" not in told
    assert asked.byline.handle in page


def test_unknown_questions_are_not_found(chair: Person):
    for deed in (questions.support, questions.put_on_stage, questions.requeue):
        with pytest.raises(DomainError) as refused:
            deed(chair, "no-such-question")
        assert refused.value.code == "not_found"
