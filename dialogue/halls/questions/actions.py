"""What changes questions: asking, supporting, and what moderators do with them."""

from dialogue.accounts.models import Person
from dialogue.core import idempotency, reformatting, richtext
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import Transaction, transaction
from dialogue.halls.events import (
    QuestionAnswered,
    QuestionAsked,
    QuestionHidden,
    QuestionRequeued,
    QuestionStaged,
    QuestionSupported,
)
from dialogue.halls.models import Hall, Question, QuestionState, QuestionSupport
from dialogue.halls.questions.queries import on_stage
from dialogue.rooms.voices import voice_id_of


def ask(person: Person, hall_id: str, *, text: str, key: str | None = None) -> Question:
    """Put a question to the hall; the same `key` again gives the same question."""
    body = idempotency.fingerprint("question", hall_id, text)
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.QUESTION_ASK, hall)
        hall.refuse_if_over()
        voice_id = _voice_of(hall.id, person)
        earlier = idempotency.answered(tx, voice_id, key, body)
        if earlier is not None:
            return tx.fetch(Question, earlier)
        question = Question(hall_id=hall.id, voice_id=voice_id, text=text, asked_at=now())
        tx.add(question)
        idempotency.answer(tx, voice_id, key, body, question.id)
        tx.record(QuestionAsked(stream_id=hall.id, question_id=question.id))
    return question


def support(person: Person, question_id: str) -> Question:
    """Support a question; once a voice, however often it is pressed."""
    with transaction() as tx:
        question = tx.fetch(Question, question_id)
        permit(person, Permission.QUESTION_SUPPORT, question)
        question.refuse_unless_listed()
        voice_id = _voice_of(question.hall_id, person)
        if tx.session.get(QuestionSupport, (question.id, voice_id)) is not None:
            return question
        tx.add(QuestionSupport(question_id=question.id, voice_id=voice_id))
        question.supports += 1
        tx.record(QuestionSupported(stream_id=question.stream_id, question_id=question.id))
    return question


def withdraw_support(person: Person, question_id: str) -> Question:
    """Take one's support back."""
    with transaction() as tx:
        question = tx.fetch(Question, question_id)
        permit(person, Permission.QUESTION_SUPPORT, question)
        question.refuse_unless_listed()
        held = tx.session.get(QuestionSupport, (question.id, _voice_of(question.hall_id, person)))
        if held is None:
            return question
        tx.session.delete(held)
        question.supports -= 1
        tx.record(QuestionSupported(stream_id=question.stream_id, question_id=question.id))
    return question


def put_on_stage(person: Person, question_id: str) -> Question:
    """Show a question on the projector; the one that stood there goes back to the queue."""
    with transaction() as tx:
        question = _moderated(tx, person, question_id)
        before = on_stage(question.hall_id)
        if before is question:
            return question
        if before is not None:
            before.back_to_queue()
            tx.record(QuestionRequeued(stream_id=question.stream_id, question_id=before.id))
        question.put_on_stage()
        tx.record(QuestionStaged(stream_id=question.stream_id, question_id=question.id))
    return question


def answer(person: Person, question_id: str, *, text: str = "") -> Question:
    """Mark a question answered: in writing, in Markdown, or aloud when `text` is empty."""
    html = richtext.render(text) if text else ""
    with transaction() as tx:
        question = _moderated(tx, person, question_id)
        question.answered(text, html, now())
        reformatting.note(tx, Question, {"id": question.id, "answer_html": html})
        tx.record(QuestionAnswered(stream_id=question.stream_id, question_id=question.id))
    return question


def requeue(person: Person, question_id: str) -> Question:
    """Undo the stage, the answer or the hiding."""
    with transaction() as tx:
        question = _moderated(tx, person, question_id)
        if question.state is not QuestionState.ASKED:
            question.back_to_queue()
            tx.record(QuestionRequeued(stream_id=question.stream_id, question_id=question.id))
    return question


def hide(person: Person, question_id: str, *, reason: str) -> Question:
    """Take a question off the list; its author and the moderators read why, all others that there is one less."""
    with transaction() as tx:
        question = _moderated(tx, person, question_id)
        question.hide(reason)
        tx.record(QuestionHidden(stream_id=question.stream_id, question_id=question.id))
    return question


def _moderated(tx: Transaction, person: Person, question_id: str) -> Question:
    # The hall is locked before the question: two moderators must not both fill the stage.
    known = tx.session.get(Question, question_id)
    if known is None:
        raise NotFound()
    permit(person, Permission.QUESTION_MODERATE, tx.fetch(Hall, known.hall_id))
    return tx.fetch(Question, question_id)


def _voice_of(hall_id: str, person: Person) -> str:
    voice_id = voice_id_of(hall_id, person)
    if voice_id is None:
        raise Conflict(_("Your place here has ended."))
    return voice_id
