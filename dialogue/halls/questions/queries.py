"""Reading questions: a page of them, the one on stage, and how they look on the wire and in the thread."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import lazyload, selectinload

from dialogue.accounts.models import Person
from dialogue.core import db, inputs, paging
from dialogue.core.attribution import Byline
from dialogue.core.cutting import shortened
from dialogue.core.errors import NotFound
from dialogue.core.inputs import Form
from dialogue.core.permissions import Permission
from dialogue.core.record import Audience, Entry
from dialogue.core.thread import Node, Ref
from dialogue.halls.models import Hall, Question, QuestionState, QuestionSupport
from dialogue.halls.queries import Seat, seat
from dialogue.rooms.voices import bylines

PAGE_SIZE = 50
TITLE = 120
WAITING = (QuestionState.ASKED, QuestionState.ON_STAGE)


class Sort(StrEnum):
    """In which order questions are listed."""

    SUPPORT = "support"
    NEWEST = "newest"


class Show(StrEnum):
    """Which questions are listed; the hidden ones are for moderators."""

    OPEN = "open"
    ANSWERED = "answered"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class QuestionRow:
    """A question as one reader meets it."""

    question: Question
    byline: Byline
    supported: bool = False
    own: bool = False


@dataclass(frozen=True)
class Questions:
    """A page of a hall's questions, the one on stage, and how many there are in each state."""

    items: list[QuestionRow]
    stage: QuestionRow | None
    counts: dict[QuestionState, int]
    sort: Sort
    show: Show
    page: int

    @property
    def waiting(self) -> int:
        """How many are not answered yet."""
        return sum(self.counts.get(state, 0) for state in WAITING)

    @property
    def total(self) -> int:
        """How many belong to this list."""
        others = {Show.ANSWERED: QuestionState.ANSWERED, Show.HIDDEN: QuestionState.HIDDEN}
        return self.counts.get(others[self.show], 0) if self.show in others else self.waiting

    @property
    def has_more(self) -> bool:
        """Whether a next page follows."""
        return self.page * PAGE_SIZE < self.total


def listed(place: Seat, *, sort: Sort = Sort.SUPPORT, show: Show = Show.OPEN, page: int = 1) -> Questions:
    """A page of questions as this person may see them: four queries, however many there are."""
    if show is Show.HIDDEN and not place.can(Permission.QUESTION_MODERATE):
        raise NotFound()
    ids = _in_order(select(Question.id).where(_in_list(place, show)), sort)
    ids = ids.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    wanted = or_(Question.id.in_(ids), _staged(place.hall.id))
    rows = db.session().execute(_in_order(_as_met_by(place.voice_id).where(wanted), sort)).all()
    lines = bylines(place.hall, [question.voice_id for question, _supported in rows])
    met = [QuestionRow(q, lines[q.voice_id], bool(voice), q.voice_id == place.voice_id) for q, voice in rows]
    stage = next((a for a in met if a.question.state is QuestionState.ON_STAGE), None)
    return Questions([a for a in met if a is not stage or show is Show.OPEN], stage, _counts(place.hall.id),
                     sort, show, page)


def asked_for(place: Seat, wanted: Form) -> Questions:
    """The page of questions an address asks for by `sort`, `show` and `page`. Raises Invalid, NotFound."""
    return listed(place, sort=inputs.choice(wanted, "sort", Sort, Sort.SUPPORT),
                  show=inputs.choice(wanted, "show", Show, Show.OPEN),
                  page=paging.page(wanted))


def question_seen(person: Person | None, hall_id: str, question_id: str) -> tuple[Seat, QuestionRow]:
    """One question for its own page. Raises NotFound."""
    place = seat(person, hall_id)
    query = _as_met_by(place.voice_id).where(Question.id == question_id, Question.hall_id == hall_id)
    found = db.session().execute(query).one_or_none() if place.reads else None
    if found is None or not _is_shown(found[0], place):
        raise NotFound()
    question, voice = found
    line = bylines(place.hall, [question.voice_id])[question.voice_id]
    return place, QuestionRow(question, line, bool(voice), question.voice_id == place.voice_id)


def on_stage(hall_id: str) -> Question | None:
    """The question on the projector."""
    return db.session().scalars(select(Question).where(_staged(hall_id))).one_or_none()


def _as_met_by(voice_id: str | None) -> Any:
    mine = and_(QuestionSupport.question_id == Question.id, QuestionSupport.voice_id == voice_id)
    return select(Question, QuestionSupport.voice_id).outerjoin(QuestionSupport, mine if voice_id else false())


def _in_order(query: Any, sort: Sort) -> Any:
    if sort is Sort.NEWEST:
        return query.order_by(Question.asked_at.desc(), Question.id)
    return query.order_by(Question.supports.desc(), Question.asked_at, Question.id)


def _in_list(place: Seat, show: Show) -> Any:
    here = Question.hall_id == place.hall.id
    if show is Show.ANSWERED:
        return here & (Question.state == QuestionState.ANSWERED)
    hidden = Question.state == QuestionState.HIDDEN
    if show is Show.HIDDEN:
        return here & hidden
    # Who asked a hidden question still finds it, with the reason.
    own = hidden & (Question.voice_id == place.voice_id) if place.voice_id else false()
    return here & or_(Question.state.in_(WAITING), own)


def _staged(hall_id: str) -> Any:
    return (Question.hall_id == hall_id) & (Question.state == QuestionState.ON_STAGE)


def _counts(hall_id: str) -> dict[QuestionState, int]:
    query = select(Question.state, func.count()).where(Question.hall_id == hall_id).group_by(Question.state)
    return dict(db.session().execute(query).all())


def _is_shown(question: Question, place: Seat) -> bool:
    hidden = question.state is QuestionState.HIDDEN
    return not hidden or place.can(Permission.QUESTION_MODERATE) or question.voice_id == place.voice_id


def as_data(entries: Sequence[Entry], audience: Audience) -> dict[int, dict[str, Any]]:
    """Questions as they are now; a hidden one has lost its words, for moderators too."""
    ids = {entry.data["question_id"] for entry in entries}
    found = {q.id: q for q in _with_halls(ids)}
    lines: dict[str, Byline] = {}
    for hall in {q.hall.id: q.hall for q in found.values()}.values():
        lines |= bylines(hall, [q.voice_id for q in found.values() if q.hall_id == hall.id])
    # The public is told of the stage of any listed hall, but reads the words only where it reads the hall.
    return {e.seq: _data(found[e.data["question_id"]], lines, audience) for e in entries}


def _data(question: Question, lines: dict[str, Byline], audience: Audience) -> dict[str, Any]:
    told = {"id": question.id, "state": question.state.value}
    public = audience is Audience.PUBLIC and not question.hall.is_public
    if question.state is QuestionState.HIDDEN or public:
        return told
    return told | {"text": question.text, "supports": question.supports, "answer_html": question.answer_html,
                   "asked_at": question.asked_at.isoformat(), "byline": asdict(lines[question.voice_id])}


def as_nodes(ids: list[str], reader: Person | None) -> dict[str, Node]:
    """Questions in the thread: for those who may read the hall."""
    found = _with_halls(ids, Question.state != QuestionState.HIDDEN, Hall.read_by(reader))
    return {q.id: Node(Ref("question", q.id), _title(q.text), q.address, q.state) for q in found}


def _with_halls(ids: Collection[str], *conditions: ColumnElement[bool]) -> Sequence[Question]:
    hall = selectinload(Question.hall).options(lazyload(Hall.segments), lazyload(Hall.goals))
    query = select(Question).join(Question.hall).where(Question.id.in_(ids), *conditions)
    return db.session().scalars(query.options(hall)).all()


def _title(text: str) -> str:
    return shortened(text, TITLE)
