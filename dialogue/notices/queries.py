"""Reading one's own notices."""

from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.notices.models import Notice

PAGE_SIZE = 30


def unread(person: Person | None) -> int:
    """Count the person's unread notices; 0 for the public, without a query."""
    if person is None:
        return 0
    query = select(func.count()).select_from(Notice).where(Notice.person_id == person.id, Notice.read_at.is_(None))
    return db.session().scalar(query) or 0


def page(person: Person, *, number: int = 1) -> tuple[list[Notice], bool]:
    """One page of the person's notices, unread ones first, then the newest; and whether there are more."""
    query = select(Notice).where(Notice.person_id == person.id).order_by(
        Notice.read_at.is_not(None), Notice.at.desc(), Notice.id)
    found = db.session().scalars(query.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    return list(found[:PAGE_SIZE]), len(found) > PAGE_SIZE
