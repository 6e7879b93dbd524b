"""The town hall of the sample, in the middle of its programme: guests, questions, a straw poll."""

from functools import partial

from dialogue.core.attribution import AttributionRule
from dialogue.core.db import new_id
from dialogue.demo.schema import Hall, Question
from dialogue.demo.stage import Stage
from dialogue.halls import actions as halls
from dialogue.halls.guests import actions as guests
from dialogue.halls.models import Plan, SegmentKind
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.rooms import actions as rooms
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, RoomRole

GUESTS = 60
A_WEEK = 10_080  # minutes
WRITTEN_AFTER = 3  # minutes from a question to its answer
ON_STAGE_AT = -1


def plan(stage: Stage) -> None:
    """Each hall: set up a week ahead, entered at its beginning, brought to its live segment."""
    for hall in stage.content.halls:
        stage.at(hall.opened - A_WEEK, f"the hall {hall.key}", partial(_set_up, stage, hall))
        for n in range(GUESTS):
            stage.at(hall.opened + n / GUESTS, f"a guest of {hall.key}", partial(_come_in, stage, hall, n))
        _plan_segments(stage, hall)
        for question in hall.questions:
            _plan_question(stage, hall, question)
        _plan_poll(stage, hall)


def _set_up(stage: Stage, hall: Hall) -> None:
    rule = AttributionRule(hall.attribution)
    programme = [Plan(SegmentKind(each.kind), each.title, each.minutes) for each in hall.segments]
    made = halls.open_hall(stage.convenor, theme_id=stage.ids[hall.theme], title=hall.title, attribution=rule,
                           purpose=hall.description.strip(), access=Access.OPEN, programme=programme,
                           guest_votes=GuestVotes.DOOR, starts_at=stage.moment(hall.opened))
    stage.ids[hall.key], stage.ids[f"{hall.key}'s code"] = made.id, made.code
    for each, segment in zip(hall.segments, list(made.segments), strict=True):
        stage.ids[f"{hall.key} {each.key}"] = segment.id
    for key, (role, may_vote) in _places(hall).items():
        rooms.give_place(stage.convenor, stage.ids[hall.key], to=stage.people[key].id, role=role, may_vote=may_vote)
        halls.enter(stage.people[key], stage.ids[hall.key], rule=rule)


def _places(hall: Hall) -> dict[str, tuple[RoomRole, bool]]:
    """Return role and right to vote of each person with an account; the panel answers and does not vote."""
    chair, *others = hall.moderators
    return ({chair: (RoomRole.CHAIR, False), hall.rapporteur: (RoomRole.RAPPORTEUR, False)}
            | dict.fromkeys(others, (RoomRole.CO_CHAIR, False))
            | dict.fromkeys(hall.panel, (RoomRole.PARTICIPANT, False))
            | dict.fromkeys(hall.participants, (RoomRole.PARTICIPANT, True)))


def _come_in(stage: Stage, hall: Hall, n: int) -> None:
    key, name = _guests(hall)[n]
    stage.people[key] = halls.register(person_id=new_id(), name=name, code=stage.ids[f"{hall.key}'s code"],
                                       rule=AttributionRule(hall.attribution))
    if key in {guest.key for guest in hall.guests}:  # The guests that the content describes were checked in.
        guests.check_in(stage.people[hall.moderators[0]], stage.ids[hall.key], guest_id=stage.people[key].id)


def _guests(hall: Hall) -> list[tuple[str, str]]:
    """Return key and name of each guest; guests without a name are numbered."""
    told = [(guest.key, guest.name) for guest in hall.guests]
    return [*told, *((f"{hall.key} guest {n}", f"Guest {n}") for n in range(len(told) + 1, GUESTS + 1))]


def _plan_segments(stage: Stage, hall: Hall) -> None:
    """Each segment follows the one before it as planned, up to the one that is live."""
    minute, before = float(hall.opened) + 1, ""
    for segment in hall.segments:
        stage.at(minute, f"the segment {segment.key}", partial(_begin, stage, hall, segment.key, before))
        if segment.key == hall.live_segment:
            return
        minute, before = minute + segment.minutes, segment.key


def _begin(stage: Stage, hall: Hall, segment: str, before: str) -> None:
    halls.begin_segment(stage.people[hall.moderators[0]], stage.ids[hall.key],
                        segment_id=stage.ids[f"{hall.key} {segment}"],
                        after=stage.ids[f"{hall.key} {before}"] if before else None)


def _plan_question(stage: Stage, hall: Hall, question: Question) -> None:
    stage.at(question.at, f"the question {question.key}", partial(_ask, stage, hall, question))
    listeners = [key for key, _name in _guests(hall)] + [*hall.participants, *hall.panel]
    others = [key for key in listeners if key != question.by][:question.supports]
    lasts = ON_STAGE_AT - question.at
    for n, supporter in enumerate(others, 1):
        stage.at(question.at + lasts * n / (len(others) + 1), f"support for {question.key}",
                 partial(_support, stage, question, supporter))
    if question.answer:
        stage.at(question.at + WRITTEN_AFTER, f"the answer to {question.key}", partial(_answer, stage, hall, question))


def _ask(stage: Stage, hall: Hall, question: Question) -> None:
    stage.ids[question.key] = questions.ask(stage.people[question.by], stage.ids[hall.key], text=question.text).id


def _support(stage: Stage, question: Question, supporter: str) -> None:
    questions.support(stage.people[supporter], stage.ids[question.key])


def _answer(stage: Stage, hall: Hall, question: Question) -> None:
    """A moderator writes down who answered what."""
    speaker = next((person.name for person in stage.content.people if person.key == question.answered_by), "")
    text = f"**{speaker}:** {question.answer}" if speaker else question.answer or ""
    questions.answer(stage.people[hall.moderators[0]], stage.ids[question.key], text=text)


def _plan_poll(stage: Stage, hall: Hall) -> None:
    """Answer as the guests, in the proportions of the sample; people with an account have not answered."""
    begins = hall.opened + 1 + sum(segment.minutes for segment in hall.segments[:_place_of_poll(hall)])
    stage.at(begins, f"the poll {hall.poll.key}", partial(_open_poll, stage, hall))
    wanted = sum(option.votes for option in hall.poll.options)
    told, given = 0, 0
    for position, option in enumerate(hall.poll.options, 1):
        told += option.votes
        upto = round(GUESTS * told / wanted)
        for key, _name in _guests(hall)[given:upto]:
            stage.at(begins + 1, f"an answer to {hall.poll.key}", partial(_answer_poll, stage, hall, key, position))
        given = upto


def _place_of_poll(hall: Hall) -> int:
    return next(n for n, segment in enumerate(hall.segments) if segment.key == hall.poll.segment)


def _open_poll(stage: Stage, hall: Hall) -> None:
    moderator = stage.people[hall.moderators[0]]
    made = polls.prepare(moderator, stage.ids[hall.key], question=hall.poll.question,
                         options=[option.text for option in hall.poll.options])
    stage.ids[hall.poll.key] = made.id
    polls.open_poll(moderator, made.id)


def _answer_poll(stage: Stage, hall: Hall, key: str, position: int) -> None:
    polls.answer_poll(stage.people[key], stage.ids[hall.poll.key], position=position)
