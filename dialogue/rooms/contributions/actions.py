"""What changes a discussion: posting, editing, taking back, hiding, supporting, reading on."""

from sqlalchemy import delete, func, select, update

from dialogue.accounts.models import Person
from dialogue.core import reformatting, richtext
from dialogue.core.clock import now
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms.contributions import posting
from dialogue.rooms.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionRetracted,
    ContributionSupported,
)
from dialogue.rooms.contributions.models import Contribution, ContributionSupport, ContributionVersion
from dialogue.rooms.contributions.posting import Posted, Words
from dialogue.rooms.models import Membership, Room
from dialogue.rooms.voices import voice_id_of

MAX_TEXT = 4000
MAX_REASON = 200


def post(person: Person, room_id: str, *, text: str, reply_to: str | None = None, key: str | None = None,
         ) -> Posted:
    """Say something in a room. The same key again gives the same answer and says nothing a second time.

    What is said by many at once shares a commit.
    """
    return posting.post(Words(person, room_id, text, richtext.render(text), reply_to, key))


def edit(person: Person, contribution_id: str, *, text: str) -> Contribution:
    """Change one's own wording; the earlier one stays readable in the history."""
    html = richtext.render(text)
    with transaction() as tx:
        said = _fetch(tx, contribution_id)
        permit(person, Permission.CONTRIBUTION_EDIT, said)
        said.room.refuse_if_closed()
        if said.text == text:
            return said
        earlier = select(func.count()).where(ContributionVersion.contribution_id == said.id)
        number = tx.session.scalar(earlier.select_from(ContributionVersion)) or 0
        tx.add(ContributionVersion(contribution_id=said.id, number=number + 1, html=said.html, until=now()))
        if reformatting.is_noted(tx, Contribution, said.id):
            reformatting.note_at(tx, ContributionVersion, f"{said.id}/{number + 1}")
        said.edit(text, html, now())
        reformatting.note(tx, Contribution, {"id": said.id, "html": html})
        tx.record(ContributionEdited(stream_id=said.stream_id, contribution_id=said.id))
    return said


def retract(person: Person, contribution_id: str) -> Contribution:
    """Take one's own words back: no wording of them stays in the database."""
    with transaction() as tx:
        said = _fetch(tx, contribution_id)
        permit(person, Permission.CONTRIBUTION_RETRACT, said)
        said.room.refuse_if_closed()
        said.retract(now())
        tx.session.execute(delete(ContributionVersion).where(ContributionVersion.contribution_id == said.id))
        tx.record(ContributionRetracted(stream_id=said.stream_id, contribution_id=said.id))
    return said


def hide(person: Person, contribution_id: str, *, reason: str) -> Contribution:
    """Take a contribution off the page as a chair, saying why."""
    with transaction() as tx:
        said = _fetch(tx, contribution_id)
        permit(person, Permission.CONTRIBUTION_HIDE, said)
        said.room.refuse_if_closed()
        said.hide(reason)
        tx.record(ContributionHidden(stream_id=said.stream_id, contribution_id=said.id))
    return said


def support(person: Person, contribution_id: str) -> Contribution:
    """Support a contribution; a second time changes nothing."""
    with transaction() as tx:
        said, voice = _to_support(tx, person, contribution_id)
        if tx.session.get(ContributionSupport, (said.id, voice)) is None:
            tx.add(ContributionSupport(contribution_id=said.id, voice_id=voice))
            _count_support(tx, said, 1)
    return said


def withdraw_support(person: Person, contribution_id: str) -> Contribution:
    """Take one's support back; a second time changes nothing."""
    with transaction() as tx:
        said, voice = _to_support(tx, person, contribution_id)
        given = tx.session.get(ContributionSupport, (said.id, voice))
        if given is not None:
            tx.session.delete(given)
            _count_support(tx, said, -1)
    return said


def mark_read(person: Person, room_id: str, *, seq: int) -> None:
    """Move the person's own bookmark on to `seq`, never back, in one statement, since reading a page does it.

    A bookmark is private: no entry. A person without a place in the room has none, and nothing moves.
    """
    with transaction() as tx:
        mine = (Membership.room_id == room_id) & (Membership.person_id == person.id) & Membership.ended_at.is_(None)
        tx.session.execute(update(Membership).where(mine, Membership.read_seq < seq).values(read_seq=seq)
                           .execution_options(synchronize_session=False))


def _fetch(tx: Transaction, contribution_id: str) -> Contribution:
    """The contribution and its room, both locked: nothing is added while the room is being sealed."""
    room_id = tx.session.scalar(select(Contribution.room_id).where(Contribution.id == contribution_id))
    tx.fetch(Room, room_id or "")
    return tx.fetch(Contribution, contribution_id)


def _to_support(tx: Transaction, person: Person, contribution_id: str) -> tuple[Contribution, str]:
    said = _fetch(tx, contribution_id)
    permit(person, Permission.CONTRIBUTION_SUPPORT, said)
    said.room.refuse_if_closed()
    said.refuse_if_gone()
    return said, _voice(said.room, person)


def _count_support(tx: Transaction, said: Contribution, change: int) -> None:
    said.supports += change
    tx.record(ContributionSupported(stream_id=said.stream_id, contribution_id=said.id))


def _voice(room: Room, person: Person) -> str:
    voice = voice_id_of(room.id, person)
    if voice is None:
        raise NotFound()
    return voice
