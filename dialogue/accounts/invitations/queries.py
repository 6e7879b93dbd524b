"""Reading invitations: the one a link belongs to, and those not yet used."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from dialogue.accounts.models import Invitation
from dialogue.accounts.secrets import digest
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import NotFound

MAX_SHOWN = 200


def invitation_of(secret: str) -> Invitation:
    """The invitation a link belongs to, with its actor. Raises NotFound."""
    query = select(Invitation).where(Invitation.digest == digest(secret)).options(selectinload(Invitation.actor))
    found = db.session().scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def outstanding(invitation_ids: Sequence[str] | None = None) -> Sequence[Invitation]:
    """The invitations that can still be used, soonest to expire first; only among these ids, if given."""
    query = select(Invitation).where(
        Invitation.redeemed_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now())
    if invitation_ids is not None:
        query = query.where(Invitation.id.in_(invitation_ids))
    query = query.order_by(Invitation.expires_at).limit(MAX_SHOWN).options(selectinload(Invitation.actor))
    return db.session().scalars(query).all()
