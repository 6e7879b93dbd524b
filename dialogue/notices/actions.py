"""Marking notices as read. They are the person's own, so no other permission is needed."""

from sqlalchemy import update

from dialogue.accounts.models import Person
from dialogue.core.clock import now
from dialogue.core.errors import NotFound
from dialogue.core.transaction import transaction
from dialogue.notices.models import Notice


def read_all(person: Person) -> None:
    """Mark everything read."""
    with transaction() as tx:
        mine = update(Notice).where(Notice.person_id == person.id, Notice.read_at.is_(None))
        tx.session.execute(mine.values(read_at=now()))


def read(person: Person, notice_id: str) -> Notice:
    """Mark a notice as read and return it. Raises NotFound for another person's."""
    with transaction() as tx:
        notice = tx.fetch(Notice, notice_id)
        if notice.person_id != person.id:
            raise NotFound()
        notice.read_at = notice.read_at or now()
    return notice
