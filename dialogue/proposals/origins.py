"""What a proposal may come from: contributions and questions said in its own room."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.thread import Ref
from dialogue.halls.models import Question, QuestionState
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room

MAX_ORIGINS = 20


@dataclass(frozen=True)
class Origin:
    """Something said that a proposal grows from. `text` is Markdown for contributions, plain for questions."""

    ref: Ref
    voice_id: str
    text: str


def refs(contribution_ids: Sequence[str], question_ids: Sequence[str]) -> list[Ref]:
    """What was selected, each once. Raises Invalid beyond the most that one text can grow from."""
    named = [Ref("contribution", id) for id in contribution_ids] + [Ref("question", id) for id in question_ids]
    found = list(dict.fromkeys(named))
    if len(found) > MAX_ORIGINS:
        raise Invalid("form", _("Choose at most %(most)s origins.", most=MAX_ORIGINS))
    return found


def origins_in(session: Session, room: Room, wanted: Sequence[Ref]) -> list[Origin]:
    """The origins in the order they were named. Raises NotFound unless said here, Conflict if taken back since."""
    found = _said(session, room, wanted)
    if any(ref not in found for ref in wanted):
        raise NotFound()
    if any(not found[ref].text for ref in wanted):
        raise Conflict(_("Something you selected was taken back since. What is left is shown again."))
    return [found[ref] for ref in wanted]


def still_there(session: Session, room: Room, wanted: Sequence[Ref]) -> list[Origin]:
    """Those of the origins that can be read now, in the order they were named."""
    found = _said(session, room, wanted)
    return [found[ref] for ref in wanted if ref in found and found[ref].text]


def _said(session: Session, room: Room, wanted: Sequence[Ref]) -> dict[Ref, Origin]:
    return _contributions(session, room, wanted) | _questions(session, room, wanted)


def _contributions(session: Session, room: Room, wanted: Sequence[Ref]) -> dict[Ref, Origin]:
    ids = [ref.id for ref in wanted if ref.kind == "contribution"]
    if not ids:
        return {}
    query = select(Contribution).where(Contribution.id.in_(ids), Contribution.room_id == room.id)
    return {Ref("contribution", c.id): Origin(Ref("contribution", c.id), c.voice_id, "" if c.is_gone else c.text)
            for c in session.scalars(query)}


def _questions(session: Session, room: Room, wanted: Sequence[Ref]) -> dict[Ref, Origin]:
    ids = [ref.id for ref in wanted if ref.kind == "question"]
    if not ids:
        return {}
    query = select(Question).where(Question.id.in_(ids), Question.hall_id == room.id)
    return {Ref("question", q.id): Origin(Ref("question", q.id), q.voice_id, _unless_hidden(q))
            for q in session.scalars(query)}


def _unless_hidden(question: Question) -> str:
    return "" if question.state is QuestionState.HIDDEN else question.text
