"""Reading reset links: the one an address belongs to, the ones that work, an account's history."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from dialogue.accounts.models import Person
from dialogue.accounts.resets.models import ResetLink
from dialogue.accounts.secrets import digest
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import NotFound

MAX_SHOWN = 20


def link_of(secret: str) -> ResetLink:
    """Return the reset link of an address, with its person and its issuer. Raises NotFound."""
    query = select(ResetLink).where(ResetLink.digest == digest(secret)).options(
        joinedload(ResetLink.person), joinedload(ResetLink.issued_by))
    found = db.session().scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def open_links(person_id: str) -> Select[ResetLink]:
    """The links of an account that were neither used nor withdrawn and are not too old."""
    return select(ResetLink).where(ResetLink.person_id == person_id, ResetLink.used_at.is_(None),
                                   ResetLink.revoked_at.is_(None), ResetLink.expires_at > now())


def history(person: Person) -> Sequence[ResetLink]:
    """Return the reset links of an account, newest first, each with its issuer (None: the operator)."""
    query = select(ResetLink).where(ResetLink.person_id == person.id).options(joinedload(ResetLink.issued_by))
    return db.session().scalars(query.order_by(ResetLink.created_at.desc()).limit(MAX_SHOWN)).all()
